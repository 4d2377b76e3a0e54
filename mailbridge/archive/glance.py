"""The first look at a mail of an archive: who it is, what it answers, when it was written. Only its header is read.

Second step of an import, between `read_mbox` and `forest`. Everything here must give the same for the same mail whatever stands
around it, or a second import would add what the first one had.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from mailbridge.archive import marks
from mailbridge.archive.marks import Marks
from mailbridge.archive.read_mbox import Place
from mailbridge.inbound import parse
from mailbridge.inbound.mail import ParsedMail
from mailbridge.inbound.parsing import caps

EARLIEST = dt.datetime(1970, 1, 2, tzinfo=dt.UTC)
LONGEST_ID = 990
MOST_ANCESTORS = 200
_ASCTIME = re.compile(rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) +(\d{1,2}) (\d{1,2}):(\d{2})(?::(\d{2}))?.* (\d{4})")
_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")
_WORD_BEFORE_NAME = re.compile(r"\b(?:from|by|von)\b(?![^<]*(?:@|\bof\b|\bvom\b))", re.I)
_ANY_ID = re.compile(r"<([^<>]+)>")


@dataclass(frozen=True, slots=True)
class Entry:
    """One mail of the archive. `ancestors` are the ids it answers, the nearest first; `date` is what can be believed, or None.

    `loose` are those of them that may be no ids at all: they can find a mail, but are not missed.
    `key` is its Message-ID, or one made of its content when it has none; `about` tells two mails of one id apart, `digest` two
    copies of one mail.
    """

    place: Place
    key: str
    ancestors: tuple[str, ...]
    date: dt.datetime | None
    about: str
    digest: str
    marks: Marks | None = None
    loose: frozenset[str] = frozenset()


class NoMail(ValueError):
    """These bytes are no mail; the message says why."""


def look(place: Place, now: dt.datetime) -> Entry:
    """The entry of one mail. Raises NoMail; OSError if the archive cannot be read any more."""
    try:
        raw = place.read()
    except ValueError as error:
        raise NoMail(str(error)) from error
    head = caps.header_block(raw)
    if len(head) > caps.HEADER_BLOCK:
        raise NoMail("its header does not end")
    mail = parse.unread(head, "glance")
    if mail.header("from") is None and mail.message_id is None:
        raise NoMail("it has neither a sender nor a Message-ID")
    key = mail.message_id or _lenient_id(mail) or _id_of_content(mail, raw[len(head) :])
    found = marks.read(mail)
    return Entry(
        place=place,
        key=key,
        ancestors=_ancestors(mail, key),
        date=_date(mail, place, now),
        about="\0".join((mail.header("from") or "", mail.header("date") or "", mail.subject)),
        digest=hashlib.sha256(raw).hexdigest(),
        marks=found,
        loose=frozenset(_addresses_in(mail.header("in-reply-to") or "")),
    )


def _ancestors(mail: ParsedMail, key: str) -> tuple[str, ...]:
    """In-Reply-To before References, and those from the last to the first (RFC 5322 §3.6.4); each once, never the mail itself."""
    found = dict.fromkeys((*mail.in_reply_to, *reversed(mail.references)))
    return tuple(one for one in found if one != key and len(one) <= LONGEST_ID)[:MOST_ANCESTORS]


def _addresses_in(value: str) -> Iterator[str]:
    """What looks like an id in an In-Reply-To made of words, and is an address: "Message from Anne <anne@x> of Monday"."""
    if "<" not in value:
        words = value.split()
        yield from (f"<{word}>" for word in words if len(words) > 1)
        return
    before = 0
    for found in _ANY_ID.finditer(value):
        if _WORD_BEFORE_NAME.search(value, before, found.start()):
            yield "<" + "".join(found[1].split()) + ">"
        before = found.end()


def _lenient_id(mail: ParsedMail) -> str | None:
    """A Message-ID that breaks the grammar, but is there once and can be referred to."""
    values = mail.header_all("message-id")
    found = _ANY_ID.findall(values[0]) if len(values) == 1 else []
    one = "<" + "".join(found[0].split()) + ">" if len(found) == 1 else ""
    return one if 5 < len(one) <= LONGEST_ID and one.isascii() and one.isprintable() else None


def _id_of_content(mail: ParsedMail, body: bytes) -> str:
    """An id for a mail without one: the same for the same mail, however it came here (R22)."""
    digest = hashlib.sha256()
    for piece in (mail.header("from") or "", mail.header("date") or "", mail.subject):
        digest.update(piece.encode() + b"\0")
    digest.update(b"\n".join(line.rstrip() for line in body.strip().splitlines()))
    return f"<archive.{digest.hexdigest()[:32]}@ratspost.invalid>"


def _date(mail: ParsedMail, place: Place, now: dt.datetime) -> dt.datetime | None:
    """The first of Date, mbox line, and the last Received that is neither before mail was invented nor ahead of us (R15)."""
    latest = now + dt.timedelta(days=1)
    for found in (mail.date, _asctime(place.from_line()), _received(mail)):
        if found is not None and EARLIEST < found < latest:
            return min(found, now)
    return None


def _asctime(line: bytes) -> dt.datetime | None:
    found = _ASCTIME.search(line)
    if found is None or found[1] not in _MONTHS:
        return None
    try:
        year, month, day = int(found[6]), _MONTHS.index(found[1]) + 1, int(found[2])
        return dt.datetime(year, month, day, int(found[3]), int(found[4]), int(found[5] or 0), tzinfo=dt.UTC)
    except ValueError:
        return None


def _received(mail: ParsedMail) -> dt.datetime | None:
    try:
        date = parsedate_to_datetime((mail.header("received") or "").rpartition(";")[2])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date.replace(tzinfo=dt.UTC) if date.tzinfo is None else date.astimezone(dt.UTC)
