"""An SMTP connection to the relay. MAIL, RCPT and DATA travel in one write where there is PIPELINING (RFC 2920), else singly.

`transport` opens these and keeps them. Ours and not smtplib's, because round trips bound it: two a copy here, four there. Every
copy is a transaction of its own with one recipient, so no answer can be taken for another's.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence
from contextlib import suppress

from mailbridge.outbound.answer import Answer

LONGEST_LINE = 4096
"""Octets of a reply line that are read; RFC 5321 §4.5.3.1.5 allows 512."""
MOST_LINES = 100
_LINE_END = re.compile(rb"\r\n|\r|\n")
_GO_ON = 354


class Gone(Exception):
    """The connection is of no use. `answer` is a 421 that says why; `silent`: the other side was there but did not speak."""

    def __init__(self, why: OSError | str | Answer, *, tried: bool = True) -> None:
        super().__init__()
        if isinstance(why, Answer):
            words = why.text if why.code == 421 else f"{why.code} {why.text}"
        else:
            words = f"{why if isinstance(why, str) else type(why).__name__}: relay not reached"
        self.answer = Answer(421, words, reached=False, tried=tried)
        self.silent = isinstance(why, TimeoutError)


class Link:
    """An open connection that has said EHLO. Raises Gone, nothing tried, when it cannot be opened.

    `timeout` is for the greeting and for the last word about a mail; `patience` for all between, where
    giving up costs nothing.
    """

    def __init__(self, host: str, port: int, *, hello: str, timeout: float, patience: float | None = None) -> None:
        self._extensions: set[str] = set()
        self._timeout, self._patience = timeout, min(patience or timeout, timeout)
        try:
            self._socket = socket.create_connection((host, port), timeout)
        except OSError as error:
            raise Gone(error, tried=False) from error
        self._answers = self._socket.makefile("rb")
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._greet(hello)
        except OSError as error:
            self.close()
            raise Gone(error, tried=False) from error
        except Gone as gone:
            self.close()
            raise Gone(gone.answer, tried=False) from gone

    def offers(self, extension: str) -> bool:
        """Whether the other side named this extension, in capitals, in its answer to EHLO (RFC 5321 §4.1.1.1)."""
        return extension in self._extensions

    def send(self, sender: str, recipient: str, options: str, message: bytes) -> Answer:
        """One mail to one recipient; the paths hold no blanks and brackets. Raises Gone as long as nothing was handed over."""
        commands = [f"MAIL FROM:<{sender}>{options}\r\n".encode(), f"RCPT TO:<{recipient}>\r\n".encode(), b"DATA\r\n"]
        try:
            self._socket.settimeout(self._patience)
            answers = self._ask(commands)
            refused = next((answer for answer in answers[:2] if not answer.accepted), None)
            refused = refused or (answers[-1] if answers[-1].code != _GO_ON else None)
            if refused is not None:
                self._take_back(answers)
                return refused
        except OSError as error:
            raise Gone(error) from error
        return self._hand_over(message)

    def quit(self) -> None:
        """Say goodbye and close."""
        with suppress(OSError, Gone):
            self._ask([b"QUIT\r\n"])
        self.close()

    def close(self) -> None:
        """Close without a word."""
        with suppress(OSError):
            self._answers.close()
        self._socket.close()

    def _greet(self, hello: str) -> None:
        greeting, _ = self._answer()
        if not greeting.accepted:
            raise Gone(greeting)
        self._socket.sendall(f"EHLO {hello}\r\n".encode("ascii", "replace"))
        answer, lines = self._answer()
        if answer.accepted:
            self._extensions = {line.split()[0].upper() for line in lines[1:] if line.strip()}
        elif not self._ask([f"HELO {hello}\r\n".encode("ascii", "replace")])[0].accepted:
            raise Gone(answer)

    def _ask(self, commands: Sequence[bytes]) -> list[Answer]:
        """The answers to commands: all of them, or, without PIPELINING, up to the first that is an error."""
        if self.offers("PIPELINING"):
            self._socket.sendall(b"".join(commands))
            return [self._heard() for _ in commands]
        answers: list[Answer] = []
        for command in commands:
            self._socket.sendall(command)
            answers.append(self._heard())
            if answers[-1].code >= 400:
                break
        return answers

    def _take_back(self, answers: Sequence[Answer]) -> None:
        """End a transaction that came to nothing, also where the other side wants a mail for nobody (RFC 2920 §3.1)."""
        if answers[-1].code == _GO_ON:
            self._ask([b".\r\n"])
        self._ask([b"RSET\r\n"])

    def _hand_over(self, message: bytes) -> Answer:
        try:
            self._socket.settimeout(self._timeout)
            self._socket.sendall(_wire(message))
            return self._answer()[0]
        except (OSError, Gone) as error:
            # Whether the relay has it is unknown: it may come twice, with the same Message-ID, but it is never lost.
            return Answer(421, f"connection lost after DATA: {type(error).__name__}", reached=False)

    def _heard(self) -> Answer:
        """The next answer; one that says the other side is leaving ends it all (RFC 5321 §3.8)."""
        answer, _ = self._answer()
        if answer.code == 421:
            raise Gone(answer)
        return answer

    def _answer(self) -> tuple[Answer, list[str]]:
        """The next reply and the texts of its lines (RFC 5321 §4.2.1). Raises Gone for an end, or for what is no reply."""
        texts: list[str] = []
        while len(texts) < MOST_LINES:
            line = self._answers.readline(LONGEST_LINE)
            if not line.endswith(b"\n") or not line[:3].isdigit():
                raise Gone("no SMTP answer" if line else "closed")
            texts.append(line[4:].decode("utf-8", "replace").strip())
            if line[3:4] != b"-":
                return Answer(int(line[:3]), " ".join(" ".join(texts).split())), texts
        raise Gone("endless answer")


def _wire(message: bytes) -> bytes:
    """The mail as it travels: every line ends in CR LF, dots are doubled, the lone dot stands behind it (RFC 5321 §4.5.2)."""
    ends = message.count(b"\r\n")
    if message.count(b"\n") != ends or message.count(b"\r") != ends:
        message = _LINE_END.sub(b"\r\n", message)
    stuffed = message.replace(b"\r\n.", b"\r\n..")
    first = b"." if stuffed.startswith(b".") else b""
    return first + stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n")
