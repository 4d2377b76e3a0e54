"""Raw bytes to a `ParsedMail`: first step of the worker after a mail was accepted. Pure, and never raises for any bytes.

Runs in a child process with limits (`pool.Pool`). What breaks a cap or the parser comes out of `unread`: sender, subject and
a plain extract, with the reason among `problems` (the codes stand in `problems`).
"""

from __future__ import annotations

import datetime as dt
import email
import email.utils
import hashlib
import logging
import re
from dataclasses import replace
from email.errors import MessageError
from email.message import Message

import mailparser
from mailparser.exceptions import MailParserError

from mailbridge.inbound import clean
from mailbridge.inbound.mail import Mailbox, ParsedMail
from mailbridge.inbound.parsing import addresses, caps, charsets, repair, tree, words

EXTRACT = 65_536  # bytes of an unreadable mail that are shown
_EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
_MESSAGE_ID = re.compile(r"<[^<>\s\[\]]+@([^<>\s@\[\]]+|\[[^\[\]<>\s@]+\])>")
_REFERENCE = re.compile(r"<([^<>]{1,990})>")
_FROM_LINE = re.compile(rb"^from[ \t]*:", re.I | re.M)
_PARSER_ERRORS = (
    MailParserError, MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError,
    ArithmeticError,
)  # fmt: skip

logging.getLogger("mailparser").setLevel(logging.CRITICAL)


def read(raw: bytes) -> ParsedMail:
    """The mail, whatever the bytes are; only want of memory is not caught. Uses no clock, no network, no files."""
    body, mended, late = repair.mended(raw)
    problem = caps.exceeded(body)
    if problem is not None:
        return unread(raw, problem)
    try:
        mail = _assembled(*_parsed(body), body)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - two foreign parsers and any bytes: whatever trips them, the mail is shown all the same
        return unread(raw, "unparsable")
    if not mended:
        return mail
    doubt = mail.from_doubt or ("header-broken" if late else None)
    return replace(mail, problems=(*mail.problems, "header-mended"), from_doubt=doubt)


def _parsed(raw: bytes) -> tuple[mailparser.MailParser, Message]:
    """mail-parser's reading; where it trips over a body (an epilogue that is not there), it gets the header alone."""
    try:
        parser = mailparser.parse_from_bytes(raw)
        return parser, parser.message
    except _PARSER_ERRORS:
        parser = mailparser.parse_from_bytes(caps.header_block(raw) + b"\r\n\r\n")
        return parser, email.message_from_bytes(raw)


def _assembled(parser: mailparser.MailParser, message: Message, raw: bytes) -> ParsedMail:
    pairs = [(name.lower(), str(value)) for name, value in message.raw_items()]
    fields = tuple((clean.line(name), words.decode(value)) for name, value in pairs)
    values: dict[str, list[str]] = {}
    for name, value in fields:
        values.setdefault(name, []).append(value)
    found = tree.harvest(message)
    message_id = _message_id(values.get("message-id", []))
    date = _date(values.get("date", []))
    found.note("message-id" if message_id is None else None)
    found.note("date" if date is None else None)
    text, markup = found.text(), found.markup()
    found.note(None if (text or "").strip() or (markup or "").strip() else "no-text")
    from_raw = [value for name, value in pairs if name == "from"]
    from_pairs = _guarded(parser, "from_")
    return ParsedMail(
        message_id=message_id,
        in_reply_to=_references(values.get("in-reply-to", [])),
        references=_references(values.get("references", [])),
        subject=next(iter(values.get("subject", [])), ""),
        date=date,
        from_=addresses.mailboxes(from_pairs),
        from_doubt=addresses.doubt(from_raw, len(_FROM_LINE.findall(caps.header_block(raw))), from_pairs),
        reply_to=addresses.mailboxes(_guarded(parser, "reply_to")),
        to=addresses.mailboxes(_guarded(parser, "to")),
        cc=addresses.mailboxes(_guarded(parser, "cc")),
        headers=fields,
        text=text,
        html=markup,
        enclosures=tuple(found.enclosures),
        problems=tuple(found.problems),
    )


def unread(raw: bytes, problem: str) -> ParsedMail:
    """What can be said of a mail without any parser: the header lines and the first 64 kB as text. Bounded, never raises."""
    head = caps.header_block(raw[: caps.HEADER_BLOCK])
    rest = raw[len(head) : len(head) + EXTRACT] or raw[:EXTRACT]
    fields: list[tuple[str, str]] = []
    for found in re.finditer(rb"^([!-9;-~]{1,80})[ \t]*:([^\r\n]{0,4000}(?:\r?\n[ \t][^\r\n]{0,1000}){0,20})", head, re.M):
        if len(fields) == caps.HEADERS:
            break
        value = found[2].decode("ascii", "surrogateescape")
        fields.append((found[1].decode("ascii").lower(), words.decode(value)))
    senders = [value for name, value in fields if name == "from"]
    return ParsedMail(
        message_id=_message_id([value for name, value in fields if name == "message-id"]),
        in_reply_to=_references([value for name, value in fields if name == "in-reply-to"]),
        references=_references([value for name, value in fields if name == "references"]),
        subject=next((value for name, value in fields if name == "subject"), ""),
        date=_date([value for name, value in fields if name == "date"]),
        from_=_plain_mailboxes(senders),
        from_doubt="unparsed",
        reply_to=(),
        to=_plain_mailboxes([value for name, value in fields if name == "to"]),
        cc=_plain_mailboxes([value for name, value in fields if name == "cc"]),
        headers=tuple(fields),
        text=clean.body(charsets.decode(rest, None)[0]).strip("\n"),
        html=None,
        problems=(problem,),
    )


def content_key(mail: ParsedMail) -> str:
    """sha256 (hex) over sender, date, subject, content, no trace headers: one key for one mail by two ways (R20, R24, R26)."""
    digest = hashlib.sha256()
    date = mail.header("date") or ""
    senders = ",".join(sorted(box.address.casefold() for box in mail.from_)) or (mail.header("from") or "")
    for piece in (senders, date, mail.subject, _settled(mail.text), _settled(mail.html)):
        digest.update(piece.encode("utf-8") + b"\x00")
    for enclosure in mail.enclosures:
        digest.update(enclosure.filename.encode("utf-8") + b"\x00" + hashlib.sha256(enclosure.content).digest())
    return digest.hexdigest()


def _settled(text: str | None) -> str:
    """White space at line ends and around the text changes on the way through gateways."""
    return "\n".join(row.rstrip() for row in (text or "").strip().split("\n"))


def _guarded(parser: mailparser.MailParser, name: str) -> list[tuple[str, str]]:
    try:
        return [(str(display), str(address)) for display, address in getattr(parser, name) or []]
    except _PARSER_ERRORS:
        return []


def _message_id(values: list[str]) -> str | None:
    """The id with its brackets if there is exactly one, ASCII and well-formed (RFC 5322 §3.6.4), else None."""
    if len(values) != 1:
        return None
    value = re.sub(r"\([^()]*\)", "", values[0]).strip()  # "(added by postmaster@…)" of old sendmail
    if not value.isascii() or len(value) > 998 or not _MESSAGE_ID.fullmatch(value):
        return None
    return value


def _references(values: list[str]) -> tuple[str, ...]:
    """All ids in order, each once, where it stands last; blanks inside an id come from folding (Outlook, Exchange) and go."""
    found: list[str] = []
    for value in values:
        found += ["<" + "".join(one.split()) + ">" for one in _REFERENCE.findall(value)]
        if "<" not in value:  # some phone clients leave the brackets away
            found += [f"<{word}>" for word in value.split() if re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", word)]
    return tuple(reversed(dict.fromkeys(reversed(found))))


def _date(values: list[str]) -> dt.datetime | None:
    """The first Date in UTC, None if it is unreadable or before 1990 (R15; what lies ahead is judged by who knows the time)."""
    try:
        date = email.utils.parsedate_to_datetime(values[0]) if values else None
        if date is None:
            return None
        if 100 <= date.year < 200:  # clients that count years from 1900 write 102 for 2002
            date = date.replace(year=date.year + 1900)
        date = date.replace(tzinfo=dt.UTC) if date.tzinfo is None else date.astimezone(dt.UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
    return date if date >= _EARLIEST else None


def _plain_mailboxes(values: list[str]) -> tuple[Mailbox, ...]:
    pairs = [("", address) for value in values[:1] for address in re.findall(r"[^\s<>,;()\"]{1,256}@[^\s<>,;()\"]{1,255}", value)]
    return addresses.mailboxes(pairs)
