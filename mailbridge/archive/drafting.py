"""From a mail of an archive to a post: its title, author, text and files. Fifth step of an import."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum.threads import files, subjects
from forum.threads.draft import LONGEST_TITLE, Draft, FileRef
from forum.threads.models import BodyFormat, PostRow, Source
from mailbridge.archive.glance import Entry
from mailbridge.archive.marks import Marks
from mailbridge.inbound import enclosures, text
from mailbridge.inbound.mail import ParsedMail
from mailbridge.inbound.posting import body_of, quoted_of
from mailbridge.inbound.problems import HOLDS, PROBLEMS

WITHOUT_TITLE = "(ohne Betreff)"


class Unusable(ValueError):
    """No post can be made of this mail; the message says why."""


def check(mail: ParsedMail) -> None:
    """Raises Unusable for what only a person could read."""
    for problem in mail.problems:
        if problem in HOLDS:
            raise Unusable(PROBLEMS[problem])


def title(mail: ParsedMail, marks: Marks | None) -> str:
    """The title of a thread that begins with this mail."""
    found = (marks.title if marks else "") or subjects.bare(mail.subject)
    return " ".join(found[:LONGEST_TITLE].split()) or WITHOUT_TITLE


@dataclass(frozen=True, slots=True)
class Author:
    """Whom a mail names as its author; `email` is "" where the address is nobody's."""

    name: str
    email: str
    mandate: str = ""


def author(mail: ParsedMail, marks: Marks | None) -> Author:
    """The author; a name that is a mail address loses its domain. An exported mail carries a board's address."""
    box = mail.from_[0] if mail.from_ else None
    email = box.address if box else ""
    name = (box.name if box else "") or email
    shown = name.partition("@")[0].strip("'\"<> ") if "@" in name else name
    return Author(shown, "" if marks else email, marks.mandate if marks else "")


def draft(mail: ParsedMail, entry: Entry, posted_at: dt.datetime, parent: PostRow | None = None) -> tuple[Draft, int]:
    """The post, and how many of its files are left out because their types are not passed on; `parent` is what it answers."""
    body, quoted = _exported_text(mail, entry.marks) if entry.marks else _text(mail, parent)
    refs, left_out = _files(mail, entry.marks)
    made = Draft(
        source=Source.ARCHIVE,
        body=body,
        body_format=entry.marks.body_format if entry.marks else BodyFormat.PLAIN,
        quoted=quoted,
        files=refs,
        message_id=entry.key,
        claimed_at=mail.date,
        posted_at=posted_at,
    )
    return made, left_out


def _exported_text(mail: ParsedMail, marks: Marks) -> tuple[str, str]:
    """Text and folded part as they were exported."""
    lines = (mail.text or "").rstrip("\n").split("\n")
    if marks.written_lines is None or marks.written_lines >= len(lines):
        return "\n".join(lines), ""
    return "\n".join(lines[: marks.written_lines]), "\n".join(lines[marks.written_lines + 1 :])


def _text(mail: ParsedMail, parent: PostRow | None) -> tuple[str, str]:
    """What was written and what is folded. A mail of an archive quotes its parent whole, signature and older quotations too."""
    written = text.written(mail, post=f"{parent.body}\n{parent.quoted}" if parent else "")
    return body_of(written), quoted_of(written)


def _files(mail: ParsedMail, marks: Marks | None) -> tuple[tuple[FileRef, ...], int]:
    welcome = [one for one in mail.enclosures if marks or enclosures.verdict(one).welcome]
    types = dict(marks.types) if marks else {}
    refs = tuple(files.keep(one.filename, types.get(n, one.mimetype), one.content) for n, one in enumerate(welcome))
    return refs, len(mail.enclosures) - len(welcome)
