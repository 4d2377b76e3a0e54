"""Handing finished mails over: to a mail server (`smtp://host:port`) or into local post boxes (`maildir:FOLDER`).

The last step of a mail out; `deliver` asks it once for each copy and settles by the answer. One recipient a transaction, so
nobody sees who else gets it (R97) and every copy has its own envelope sender (R35).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from mailbridge.outbound import maildir
from mailbridge.outbound.answer import Answer
from mailbridge.outbound.pipeline import Gone, Link

PER_CONNECTION = 100
TIMEOUT = 60.0
"""Seconds for the relay to greet us and to take a mail; it is our own MTA, next door (DESIGN §10)."""
PATIENCE = 20.0
"""Seconds for its answer about one recipient: whoever lets it wait longer is tried later, the others go on (R33)."""
_NO_PATH = re.compile(r"[\x00-\x20\x7f<>]")  # any of these would end the path, or the line


class Transport(Protocol):
    """Sends copies one by one; never raises for what the network or the other side does."""

    def send(self, sender: str, recipient: str, message: bytes) -> Answer: ...

    def close(self) -> None: ...


def open_transport(relay: str, *, hello: str = "localhost") -> Transport:
    """The transport for the setting RATSPOST_RELAY; `hello` is how we greet. Raises ValueError for what is no relay."""
    if relay.startswith("maildir:"):
        return MaildirTransport(Path(relay.removeprefix("maildir:")))
    parts = urlsplit(relay)
    if parts.scheme != "smtp" or not parts.hostname or not parts.port:
        raise ValueError(f"no relay: {relay}")
    return SmtpTransport(parts.hostname, parts.port, hello=hello)


class MaildirTransport:
    """Every recipient's mail goes into a Maildir of theirs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, sender: str, recipient: str, message: bytes) -> Answer:
        try:
            maildir.put(self.folder, sender, recipient, message)
        except OSError as error:
            return Answer(451, f"{type(error).__name__} {error.errno}", reached=False)
        return Answer(250, "delivered")

    def close(self) -> None:
        """Nothing is kept open."""


class SmtpTransport:
    """One kept-open connection to a relay, opened when needed, renewed when it breaks and after `per_connection` mails."""

    def __init__(
        self, host: str, port: int, *, hello: str = "localhost",
        per_connection: int = PER_CONNECTION, timeout: float = TIMEOUT, patience: float = PATIENCE,
    ) -> None:  # fmt: skip
        self._host, self._port, self._hello = host, port, hello
        self._per_connection, self._timeout, self._patience = per_connection, timeout, patience
        self._open: Link | None = None
        self._sent = 0

    def send(self, sender: str, recipient: str, message: bytes) -> Answer:
        """Send one copy; 421 with `reached` False when the connection broke half-way, `tried` False too when there was none."""
        if _NO_PATH.search(recipient + sender):
            return Answer(553, "5.1.3 not an address")
        used = self._open is not None
        try:
            return self._send(sender, recipient, message)
        except Gone as gone:
            self._drop()
            if not used or gone.silent:
                return gone.answer
        try:  # a server may close a connection that was idle; nothing was sent yet, so a new one is tried at once
            return self._send(sender, recipient, message)
        except Gone as gone:
            self._drop()
            return gone.answer

    def close(self) -> None:
        """Say goodbye, if the other side still listens."""
        if self._open is not None:
            self._open.quit()
        self._open, self._sent = None, 0

    def _drop(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open, self._sent = None, 0

    def _send(self, sender: str, recipient: str, message: bytes) -> Answer:
        if self._open is None:
            self._open = Link(self._host, self._port, hello=self._hello, timeout=self._timeout, patience=self._patience)
        options = _options(self._open, recipient, message)
        if options is None:
            return Answer(553, "5.6.7 relay without SMTPUTF8")
        answer = self._open.send(sender, recipient, options, message)
        self._sent += 1
        if not answer.reached:
            self._drop()
        elif self._sent >= self._per_connection:
            self.close()
        return answer


def _options(link: Link, recipient: str, message: bytes) -> str | None:
    """The extensions, asked for only when this mail needs them (RFC 6152, RFC 6531); None if it needs what is not there."""
    options = "" if message.isascii() or not link.offers("8BITMIME") else " BODY=8BITMIME"
    if recipient.isascii():
        return options
    return f"{options} SMTPUTF8" if link.offers("SMTPUTF8") else None
