"""Handing finished mails over: to a mail server (`smtp://host:port`) or into local post boxes (`maildir:FOLDER`).

The last step of a mail out; `deliver` asks it once for each copy and settles by the answer. One recipient a transaction, so
nobody sees who else gets it (R97) and every copy has its own envelope sender (R35).
"""

from __future__ import annotations

import re
import smtplib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from mailbridge.outbound import maildir

PER_CONNECTION = 100
TIMEOUT = 60.0
"""Seconds for each reply of the relay; it is our own MTA, next door (DESIGN §10)."""
_NO_PATH = re.compile(r"[\x00-\x20\x7f<>]")  # smtplib would drop some of these and send to another address


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one copy, as an SMTP reply (RFC 5321 §4.2). `reached` is False when nobody could be asked."""

    code: int
    text: str
    reached: bool = True

    @property
    def accepted(self) -> bool:
        return 200 <= self.code < 300

    @property
    def final(self) -> bool:
        """Refused for good; whatever else was not accepted is tried again."""
        return self.code >= 500


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
        self, host: str, port: int, *, hello: str = "localhost", per_connection: int = PER_CONNECTION, timeout: float = TIMEOUT
    ) -> None:
        self._host, self._port, self._hello = host, port, hello
        self._per_connection, self._timeout = per_connection, timeout
        self._open: smtplib.SMTP | None = None
        self._sent = 0

    def send(self, sender: str, recipient: str, message: bytes) -> Answer:
        """Send one copy; 421 with `reached` False when the relay cannot be reached or the connection broke half-way."""
        used = self._open is not None
        try:
            return self._send(sender, recipient, message)
        except _Stale as stale:
            self.close()
            if not used:
                return stale.answer
        try:  # a server may close a connection that was idle; nothing was sent yet, so a new one is tried at once
            return self._send(sender, recipient, message)
        except _Stale as stale:
            self.close()
            return stale.answer

    def close(self) -> None:
        """Say goodbye, if the other side still listens."""
        if self._open is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._open.quit()
            self._open.close()
        self._open, self._sent = None, 0

    def _send(self, sender: str, recipient: str, message: bytes) -> Answer:
        link = self._link()
        answer = self._address(link, sender, recipient, message)
        if not answer.accepted:
            _forget(link)
            return answer
        answer = self._hand_over(link, message)
        self._sent += 1
        if self._sent >= self._per_connection or not answer.reached:
            self.close()
        return answer

    def _link(self) -> smtplib.SMTP:
        if self._open is None:
            link = smtplib.SMTP(timeout=self._timeout, local_hostname=self._hello)
            try:
                link.connect(self._host, self._port)
                link.ehlo_or_helo_if_needed()
            except (smtplib.SMTPException, OSError) as error:
                link.close()
                raise _Stale(error) from error
            self._open, self._sent = link, 0
        return self._open

    def _address(self, link: smtplib.SMTP, sender: str, recipient: str, message: bytes) -> Answer:
        """MAIL and RCPT; the extensions are asked for only when this mail needs them (RFC 6152, RFC 6531)."""
        if _NO_PATH.search(recipient + sender):
            return Answer(553, "5.1.3 not an address")
        options = "" if message.isascii() or not link.has_extn("8bitmime") else " BODY=8BITMIME"
        if not recipient.isascii():
            if not link.has_extn("smtputf8"):
                return Answer(553, "5.6.7 relay without SMTPUTF8")
            options += " SMTPUTF8"
        try:
            link.command_encoding = "ascii" if recipient.isascii() else "utf-8"
            # Not link.mail and link.rcpt: they parse each address anew, which costs more than all the rest of a copy.
            answer = _answer(link.docmd("MAIL", f"FROM:<{sender}>{options}"))
            if answer.code == 421:
                raise _Stale(answer=answer)
            return _answer(link.docmd("RCPT", f"TO:<{recipient}>")) if answer.accepted else answer
        except (smtplib.SMTPException, OSError) as error:
            raise _Stale(error) from error

    def _hand_over(self, link: smtplib.SMTP, message: bytes) -> Answer:
        try:
            return _answer(link.data(message))
        except smtplib.SMTPDataError as error:
            return _answer((error.smtp_code, error.smtp_error))
        except (smtplib.SMTPException, OSError) as error:
            # Whether the relay has it is unknown: it may come twice, with the same Message-ID, but it is never lost.
            return Answer(421, f"connection lost after DATA: {type(error).__name__}", reached=False)


class _Stale(Exception):
    """The connection is of no use; nothing of this mail was handed over yet."""

    def __init__(self, error: Exception | None = None, answer: Answer | None = None) -> None:
        super().__init__()
        self.answer = answer or Answer(421, f"{type(error).__name__}: relay not reached", reached=False)


def _forget(link: smtplib.SMTP) -> None:
    with suppress(smtplib.SMTPException, OSError):
        link.rset()


def _answer(reply: tuple[int, bytes | str]) -> Answer:
    code, text = reply
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return Answer(code, " ".join(words.split()))
