"""A client that does what a mail server does: keeps a mail until it hears 250, and tries again whatever else happens."""

from __future__ import annotations

import contextlib
import queue
import smtplib
import threading
import time
from dataclasses import dataclass, field

from tests.faults.house import AUTHOR, BOARD

AGAIN = 0.1
"""Seconds between two tries; a real one waits minutes."""


@dataclass(slots=True)
class Record:
    """What the sender has seen; `accepted` are Message-IDs for which it heard 250."""

    accepted: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    tries: int = 0
    later: int = 0
    last_250: float = 0.0


class Sender:
    """A few sessions side by side."""

    def __init__(self, port: int, sessions: int = 4) -> None:
        self.record = Record()
        self._port = port
        self._mails: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._open = 0
        self._lock = threading.Lock()
        self._giving_up = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(sessions)]
        for thread in self._threads:
            thread.start()

    def send(self, message_id: str) -> None:
        """Hand a mail over; it is tried until it is accepted."""
        with self._lock:
            self._open += 1
        self._mails.put(message_id)

    @property
    def open(self) -> int:
        """Mails that were not accepted yet."""
        return self._open

    def close(self) -> None:
        """Give up what is open and end."""
        self._giving_up.set()
        for _ in self._threads:
            self._mails.put(None)
        for thread in self._threads:
            thread.join(30)

    def _run(self) -> None:
        link: smtplib.SMTP | None = None
        while (message_id := self._mails.get()) is not None:
            while not self._giving_up.is_set():
                try:
                    link = link or smtplib.SMTP("127.0.0.1", self._port, timeout=30)
                    link.sendmail(AUTHOR, [f"{BOARD}@ratspost.localhost"], mail(message_id))
                except (smtplib.SMTPException, OSError) as error:
                    if link is not None:
                        link.close()
                    link = None
                    if self._is_final(message_id, error):
                        break
                    time.sleep(AGAIN)
                else:
                    self._accepted(message_id)
                    break
        if link is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                link.quit()

    def _accepted(self, message_id: str) -> None:
        with self._lock:
            self.record.accepted.add(message_id)
            self.record.tries += 1
            self.record.last_250 = time.monotonic()
            self._open -= 1

    def _is_final(self, message_id: str, error: Exception) -> bool:
        """Whether a 5xx was said; that is a mail bounced to its author, so it counts as lost."""
        codes = [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            codes = [code for code, _ in error.recipients.values()]
        with self._lock:
            self.record.tries += 1
            self.record.later += 1
            if any(500 <= code < 600 for code in codes):
                self.record.refused.append(f"{message_id}: {error}")
                self._open -= 1
                return True
        return False


def mail(message_id: str) -> bytes:
    """A council mail that can be told from all others."""
    lines = [
        f"From: Autorin Probe <{AUTHOR}>", f"To: {BOARD}@ratspost.localhost", f"Subject: Anfrage {message_id.strip('<>')}",
        f"Message-ID: {message_id}", "Date: Mon, 02 Nov 2026 20:15:00 +0100", "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "",
        f"Wer weiß etwas über {message_id.strip('<>')}?", *["Eine Zeile, wie sie in Mails eben steht."] * 40, "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()
