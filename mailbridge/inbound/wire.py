"""How a parsed mail and a bounce travel from the reading child process to its parent: JSON and the bytes of the files behind it.

No pickle: whatever a hostile mail does to the child, the parent only ever reads text, numbers and bytes from it.
"""

from __future__ import annotations

import datetime as dt
import json
import struct
from typing import Any

from mailbridge.inbound.bounces import Bounce
from mailbridge.inbound.bouncing.reports import Recipient
from mailbridge.inbound.mail import Enclosure, Mailbox, ParsedMail

_BOXES = ("from_", "reply_to", "to", "cc")
_WORDS = ("in_reply_to", "references", "problems")
_PLAIN = ("message_id", "subject", "from_doubt", "text", "html")


def pack_mail(mail: ParsedMail) -> bytes:
    """A mail as bytes: length of the JSON, the JSON, the contents of the enclosures one after the other."""
    data: dict[str, Any] = {name: getattr(mail, name) for name in (*_PLAIN, *_WORDS, "headers")}
    data |= {name: [(box.name, box.address) for box in getattr(mail, name)] for name in _BOXES}
    data["date"] = mail.date.isoformat() if mail.date else None
    data["enclosures"] = [(one.filename, one.mimetype, len(one.content), one.content_id, one.inline) for one in mail.enclosures]
    head = json.dumps(data).encode("ascii")
    return b"".join([struct.pack("!Q", len(head)), head, *(one.content for one in mail.enclosures)])


def unpack_mail(data: bytes) -> ParsedMail:
    """The mail again. ValueError, KeyError, TypeError or struct.error for anything that `pack_mail` did not write."""
    (length,) = struct.unpack_from("!Q", data)
    head = json.loads(data[8 : 8 + length])
    position, enclosures = 8 + length, []
    for filename, mimetype, size, content_id, inline in head["enclosures"]:
        enclosures.append(Enclosure(str(filename), str(mimetype), data[position : position + size], content_id, bool(inline)))
        position += size
    values: dict[str, Any] = {name: head[name] for name in _PLAIN}
    values |= {name: tuple(map(str, head[name])) for name in _WORDS}
    values |= {name: tuple(Mailbox(str(display), str(address)) for display, address in head[name]) for name in _BOXES}
    values["headers"] = tuple((str(name), str(value)) for name, value in head["headers"])
    values["date"] = dt.datetime.fromisoformat(head["date"]) if head["date"] else None
    return ParsedMail(**values, enclosures=tuple(enclosures))


def pack_bounce(bounce: Bounce | None) -> bytes:
    """A bounce as JSON, `null` for none."""
    if bounce is None:
        return b"null"
    rows = [(one.address, one.status, one.kind, one.final) for one in bounce.recipients]
    return json.dumps({"recipients": rows, "sign": bounce.sign, "original_id": bounce.original_id}).encode("ascii")


def unpack_bounce(data: bytes) -> Bounce | None:
    """The bounce again; errors as `unpack_mail`."""
    head = json.loads(data)
    if head is None:
        return None
    return Bounce(tuple(Recipient(*row) for row in head["recipients"]), str(head["sign"]), head["original_id"])
