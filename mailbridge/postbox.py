"""The demo's local post boxes: reads the Maildirs that `maildir:` fills, and answers like anybody's mail program, by real SMTP.

Plugged into the browser as `core.ports.PostBoxes`, in the demo only (DESIGN §9). Nothing here is trusted more than a stranger.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
import smtplib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from forum.config import Door
from forum.core import clock
from forum.core.ports import LocalMail
from forum.core.refusals import MailNotSent, NotFound
from mailbridge.inbound import parse
from mailbridge.inbound.mail import ParsedMail
from mailbridge.outbound import headers, maildir, mime

TIMEOUT = 30.0
"""Seconds for each reply of our own door."""

_SEPARATORS = re.compile(r"[,;\s]+")
_SEEN = ":2,S"


class LocalPostBoxes:
    """The Maildirs below one folder. `door` tells where our SMTP door is now, None when it is shut."""

    def __init__(self, folder: Path, door: Callable[[], Door | None]) -> None:
        self._folder = folder
        self._door = door

    def owners(self) -> list[str]:
        """The addresses that have a post box."""
        return maildir.owners(self._folder)

    def mails(self, owner: str) -> list[LocalMail]:
        """All mails of an owner, the latest first. Raises NotFound."""
        return [_shown(path) for path in self._paths(owner)]

    def mail(self, owner: str, key: str) -> LocalMail:
        """One mail, from now on marked as seen. Raises NotFound."""
        path = self._path(owner, key)
        if path.parent.name == "new":
            path = path.rename(path.parent.parent / "cur" / f"{_key(path)}{_SEEN}")
        return _shown(path)

    def answer(self, owner: str, key: str, text: str) -> str:
        """Answer a mail: to its Reply-To, with its ids, quoting it below. Returns the server's reply; raises MailNotSent."""
        mail = parse.read(self._path(owner, key).read_bytes())
        to = (mail.reply_to or mail.from_)[0].address
        subject = mail.subject if mail.subject.lower().startswith(("aw:", "re:")) else f"AW: {mail.subject}"
        chain = [*mail.references, mail.message_id or ""]
        fields = [
            headers.ids("In-Reply-To", [mail.message_id or ""]),
            headers.ids("References", [message_id for message_id in chain if message_id]),
        ]
        return self._send(owner, [to], subject, f"{text.rstrip()}\n\n{_quotation(mail)}", fields)

    def write(self, owner: str, to: str, subject: str, text: str) -> str:
        """Send a new mail to one or more addresses, from any address. Returns the server's reply; raises MailNotSent."""
        return self._send(owner, [address for address in _SEPARATORS.split(to) if address], subject, text, [])

    def _send(self, owner: str, to: Sequence[str], subject: str, text: str, more: Sequence[bytes]) -> str:
        try:
            head = [
                headers.mailbox("From", "", owner),
                headers.plain("To", ", ".join(to)),
                headers.text("Subject", headers.one_line(subject)),
                headers.date("Date", clock.now()),
                headers.ids("Message-ID", [f"<{secrets.token_hex(12)}@{owner.rpartition('@')[2]}>"]),
                *more,
                b"MIME-Version: 1.0\r\n",
            ]
        except headers.BadHeader as error:
            raise MailNotSent(answer=str(error)) from error
        return self._hand_in(owner, to, b"".join(head) + mime.text_part(text, "plain").as_bytes())

    def _hand_in(self, owner: str, to: Sequence[str], message: bytes) -> str:
        door = self._door()
        if door is None:
            raise MailNotSent(answer="RATSPOST_SMTP=off")
        try:
            with smtplib.SMTP(door.host, door.port, local_hostname="postfach.localhost", timeout=TIMEOUT) as link:
                link.ehlo()
                _expect(link.mail(owner))
                for recipient in to:
                    _expect(link.rcpt(recipient))
                return _expect(link.data(message))
        except smtplib.SMTPDataError as error:
            raise MailNotSent(answer=_line(error.smtp_code, error.smtp_error)) from error
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise MailNotSent(answer=type(error).__name__) from error

    def _paths(self, owner: str) -> list[Path]:
        if owner not in self.owners():
            raise NotFound()
        box = maildir.box_of(self._folder, owner)
        found = [path for part in ("new", "cur") for path in (box / part).iterdir() if path.is_file()]
        return sorted(found, key=_arrival, reverse=True)

    def _path(self, owner: str, key: str) -> Path:
        for path in self._paths(owner):
            if _key(path) == key:
                return path
        raise NotFound()


def _key(path: Path) -> str:
    """The name that stays when flags change."""
    return path.name.partition(":")[0]


def _arrival(path: Path) -> tuple[int, int, str]:
    found = re.match(r"(\d+)\.M(\d+)", path.name)
    return (int(found[1]), int(found[2]), path.name) if found else (0, 0, path.name)


def _shown(path: Path) -> LocalMail:
    folder, name = path.parent, path.name
    return _read(folder, name)


@lru_cache(maxsize=4_000)
def _read(folder: Path, name: str) -> LocalMail:
    """A mail as the page shows it; files of a Maildir never change, so it is read once."""
    mail = parse.read((folder / name).read_bytes())
    reply_to = (mail.reply_to or mail.from_)[:1]
    return LocalMail(
        key=_key(folder / name),
        subject=mail.subject,
        sender=_who(mail),
        to=", ".join(box.address for box in mail.to),
        date=mail.header("date") or "",
        text=mail.text or "",
        reply_to=reply_to[0].address if reply_to else "",
        message_id=mail.message_id or "",
        attachments=tuple(enclosure.filename for enclosure in mail.enclosures),
        seen=folder.name == "cur",
    )


def _who(mail: ParsedMail) -> str:
    return next((f"{box.name} <{box.address}>" if box.name else box.address for box in mail.from_), "")


def _quotation(mail: ParsedMail) -> str:
    """The mail as German programs quote it."""
    at = mail.date or dt.datetime.fromtimestamp(0, dt.UTC)
    name = mail.from_[0].name or mail.from_[0].address
    quoted = "\n".join(f"> {line}".rstrip() if line != "-- " else "> -- " for line in (mail.text or "").rstrip("\n").split("\n"))
    return f"Am {at:%d.%m.%Y} um {at:%H:%M} schrieb {name}:\n{quoted}"


def _expect(reply: tuple[int, bytes]) -> str:
    """The reply as one line, if it says yes. Raises MailNotSent."""
    line = _line(*reply)
    if reply[0] >= 400:
        raise MailNotSent(answer=line)
    return line


def _line(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(words.split())}"
