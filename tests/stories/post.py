"""Mail as people have it: a letter read from a Maildir, an answer as a mail program writes it, and handing it in at a door."""

from __future__ import annotations

import itertools
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path

from mailbridge.outbound import maildir
from tests import cast

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Letter:
    """A mail in somebody's post box."""

    owner: str
    raw: bytes
    mail: EmailMessage = field(compare=False)

    def header(self, name: str) -> str:
        """One header in one line, "" if it is not there."""
        return " ".join(str(self.mail[name] or "").split())

    @property
    def id(self) -> str:
        return self.header("Message-ID")

    @property
    def subject(self) -> str:
        return self.header("Subject")

    @property
    def author(self) -> str:
        """The name in From, without the mandate behind it."""
        return str(self.mail["From"].addresses[0].display_name).partition(" (")[0]

    @property
    def reply_to(self) -> str:
        return str(self.mail["Reply-To"].addresses[0].addr_spec)

    @property
    def answers(self) -> str:
        """The Message-ID in In-Reply-To, "" for a mail that answers none."""
        return self.header("In-Reply-To")

    @property
    def text(self) -> str:
        part = self.mail.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    @property
    def files(self) -> dict[str, bytes]:
        found = {str(part.get_filename()): part.get_payload(decode=True) for part in self.mail.iter_attachments()}
        return {name: content for name, content in found.items() if isinstance(content, bytes)}

    def link(self, beginning: str) -> str:
        """The path of the first link to this house that begins so."""
        words = (word.strip("<>,") for word in self.text.split() + str(self.mail["List-Unsubscribe"] or "").split())
        found = next(word for word in words if word.startswith("http") and f"/{beginning}" in word)
        return "/" + found.split("/", 3)[3]


def box(folder: Path, owner: str) -> list[Letter]:
    """Everything that came for this address, in the order in which it came."""
    new = maildir.box_of(folder, owner) / "new"
    paths = sorted((path for path in new.iterdir()), key=_arrival) if new.is_dir() else []
    return [_read(owner, path) for path in paths]


@lru_cache(maxsize=2_000)
def _read(owner: str, path: Path) -> Letter:
    """A file of a Maildir never changes, so it is read once."""
    raw = path.read_bytes()
    return Letter(owner, raw, message_from_bytes(raw, policy=policy.default))


def _arrival(path: Path) -> tuple[int, str]:
    return path.stat().st_mtime_ns, path.name


def fresh_id(sender: str) -> str:
    """A Message-ID as the program of this sender makes it."""
    return f"<{next(_numbers)}.programm@{sender.partition('@')[2]}>"


def answer(letter: Letter, text: str) -> bytes:
    """What the owner's mail program makes of "answer": Reply-To, AW:, references, the old mail quoted beneath."""
    quoted = "\n".join(f"> {line}" for line in letter.text.rstrip("\n").split("\n"))
    references = " ".join(filter(None, (letter.header("References"), letter.id)))
    return cast.mail(
        letter.owner, letter.reply_to, f"AW: {letter.subject}", f"{text}\n\nAm 02.11.2026 schrieb {letter.author}:\n{quoted}",
        message_id=fresh_id(letter.owner), in_reply_to=letter.id, references=references,
    )  # fmt: skip


@dataclass(frozen=True)
class Reply:
    """What a mail server said last: its code and its words in one line."""

    code: int
    words: str


def hand_in(port: int, sender: str, recipients: Sequence[str], raw: bytes, *, lmtp: bool = False) -> Reply:
    """One transaction over SMTP (or LMTP): the first refusal, or the word after the final dot."""
    kind = smtplib.LMTP if lmtp else smtplib.SMTP
    with kind("127.0.0.1", port, local_hostname="programm.example", timeout=30) as link:
        link.ehlo_or_helo_if_needed()
        for code, words in itertools.chain([link.mail(sender, ["BODY=8BITMIME"])], (link.rcpt(to) for to in recipients)):
            if code >= 400:
                return _said(code, words)
        code, words = link.data(raw)
        for _ in recipients[1:] if lmtp else ():  # LMTP answers once for each recipient (RFC 2033 §4.2)
            code, words = link.getreply()
        return _said(code, words)


def _said(code: int, words: bytes) -> Reply:
    return Reply(code, " ".join(words.decode().split()))
