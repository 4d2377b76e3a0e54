"""What one MIME part says about itself, read so that no lie of it can raise. Used by `tree` for every part.

The parser's own accessors are tried first; where they fail or where a client broke the grammar, a plain look at the value helps.
"""

from __future__ import annotations

import re
from email.errors import MessageError
from email.generator import BytesGenerator
from email.message import Message
from io import BytesIO

from mailbridge.inbound import clean
from mailbridge.inbound.parsing import transfer, words

Part = Message

_ERRORS = (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
_DEEPEST = 30
_TYPE = re.compile(r"\s*\"?([a-z0-9!#$&^_.+-]{1,60})/([a-z0-9!#$&^_.+-]{1,100})", re.I)


def raw_header(part: Part, name: str) -> str:
    """The first value as it stands, "" without one; the standard accessor wraps 8-bit values into objects."""
    return next((str(value) for key, value in part.raw_items() if key.lower() == name), "")


def content_type(part: Part) -> str:
    """`type/subtype` in lower case; the default (RFC 2045 §5.2, RFC 2046 §5.1.5) without one, `text/plain` for nonsense."""
    value = raw_header(part, "content-type")
    if not value.strip():
        return part.get_default_type()
    found = _TYPE.match(value)  # also reads "text/plain charset=…" without its semicolon (pine's filters, scripts)
    return found[0].strip().strip('"').lower() if found else "text/plain"


def disposition(part: Part) -> str:
    """`attachment`, `inline` or what else stands there, "" without one (RFC 2183)."""
    return clean.line(raw_header(part, "content-disposition").partition(";")[0]).lower()


def parameter(part: Part, name: str) -> str:
    """A parameter of Content-Type, "" without one (RFC 2045 §5.1, RFC 2231)."""
    try:
        value = part.get_param(name, "")
        if isinstance(value, tuple):
            value = value[2]
    except _ERRORS:
        value = ""
    if not value:
        plain = re.search(rf"(?i)[\s;]{name}\s*=\s*\"?([^\s\";]{{1,100}})", raw_header(part, "content-type"))
        value = plain[1] if plain else ""
    return str(value).strip().strip("'\"")[:200]


def charset(part: Part) -> str | None:
    """The declared charset, None without one. `"charset=utf-8"` and `utf-8">` are written by web form scripts."""
    value = re.sub(r"(?i)^charset=", "", parameter(part, "charset"))
    return re.split(r"[\"'\s;,>\\]", value)[0] or None


def filename(part: Part) -> str | None:
    """The file name the sender gave, not yet cleaned; encoded words are decoded although RFC 2231 forbids them."""
    try:
        name = _naming(part).get_filename()
    except _ERRORS:
        return "unlesbar"
    return words.words(words.unfold(name)) if name else None


def _naming(part: Part) -> Part:
    """The part, or its two naming headers with their raw 8-bit letters read: the standard accessor turns those into "?".

    PHP mailers, scanners and old web mail send `filename="Gebühren.pdf"` as it is, in UTF-8 or Latin-1.
    """
    raw = {name: raw_header(part, name) for name in ("content-disposition", "content-type")}
    if all(value.isascii() for value in raw.values()):
        return part
    carrier = Message()
    for name, value in raw.items():
        if value:
            carrier[name] = words.unfold(value)
    return carrier


def content_id(part: Part) -> str | None:
    """Content-ID without its brackets, None without one."""
    return clean.line(words.unfold(raw_header(part, "content-id"))).strip("<> ")[:250] or None


def payload(part: Part) -> bytes:
    """The decoded bytes of a leaf; broken base64 and quoted-printable give what can be read, without what was appended."""
    if (divided := _divided(part)) is not None and divided[0]:
        return divided[0]
    try:
        content = part.get_payload(decode=True)
    except _ERRORS:
        content = None
    if isinstance(content, bytes):
        return content
    return str(part.get_payload()).encode("utf-8", "surrogateescape")


def text_payload(part: Part) -> tuple[bytes, bytes]:
    """(the decoded bytes of a text, the rows of it that are plain although base64 was declared)."""
    return _divided(part) or (payload(part), b"")


def _divided(part: Part) -> tuple[bytes, bytes] | None:
    is_base64 = raw_header(part, "content-transfer-encoding").strip().lower() == "base64" and not part.is_multipart()
    return transfer.divided(str(part.get_payload() or "")) if is_base64 else None


def inner_bytes(part: Part) -> bytes:
    """What a message/* part holds, as bytes; also if somebody encoded it, which RFC 2046 §5.2.1 forbids and gateways do."""
    inner = part.get_payload()
    if not isinstance(inner, list):
        return payload(part)
    content = b"\n".join(_flat(child) for child in inner if isinstance(child, Message))
    encoding = raw_header(part, "content-transfer-encoding").strip().lower()
    if encoding in ("base64", "quoted-printable"):
        carrier = Message()
        carrier["Content-Transfer-Encoding"] = encoding
        carrier.set_payload(content.strip().decode("ascii", "surrogateescape"))
        return payload(carrier) or content
    return content


def _flat(message: Part) -> bytes:
    buffer = BytesIO()
    try:
        BytesGenerator(buffer, mangle_from_=False, maxheaderlen=0).flatten(message)
    except _ERRORS:
        return _plainly(message, 0)
    return buffer.getvalue()


def _plainly(message: Part, depth: int) -> bytes:
    """Header lines and contents one after the other, where the generator trips over a header; always the same bytes."""
    lines = [f"{name}: {value}".encode("utf-8", "surrogateescape") for name, value in message.raw_items()]
    inner = message.get_payload()
    if isinstance(inner, list):
        contents = [_plainly(child, depth + 1) for child in inner if isinstance(child, Message) and depth < _DEEPEST]
    else:
        contents = [str(inner or "").encode("utf-8", "surrogateescape")]
    return b"\n".join([*lines, b"", *contents])
