"""What is too much to parse (R77), found by one linear look at the bytes before any parser touches them."""

from __future__ import annotations

import re

HEADER_BLOCK = 102_400  # bytes, as Postfix
ONE_HEADER = 32_768  # bytes
MIME_HEADER = 8_192  # bytes of Content-Type or Content-Disposition; long RFC 2231 names need about 2,000
HEADERS = 1_000
PARTS = 1_000
NESTING = 20
STATUS_BLOCKS = 20_000  # the standard parser makes a message of every block of a delivery report
ENCLOSURES = 200
BOUNDARY = 2_048  # characters
ADDRESSES = 10_240  # tokens in one address header

_HEADER_END = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r")
_FIELD = re.compile(rb"^[^\s:][^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.M)
_MIME = re.compile(rb"^content-(?:type|disposition|transfer-encoding|id)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*", re.I | re.M)
_REPORT = re.compile(rb"(?i)message/delivery-status")
_EDGE = re.compile(rb"boundary[ \t]*=[ \t]*(?:\"([^\"\r\n]*)\"?|([^\s;\"]+))|^--([^\r\n]+)", re.I | re.M)


def header_block(raw: bytes) -> bytes:
    """The header of the mail without the empty line; the whole mail if there is none."""
    found = _HEADER_END.search(raw, 0, HEADER_BLOCK + 8)
    return raw[: found.start()] if found else raw


def exceeded(raw: bytes) -> str | None:
    """The problem code of the first cap that this mail breaks, None if it may be parsed."""
    head = header_block(raw)
    if len(head) > HEADER_BLOCK:
        return "cap-header-block"
    fields = _FIELD.findall(head)
    if len(fields) > HEADERS:
        return "cap-headers"
    if any(len(one) > ONE_HEADER for one in fields):
        return "cap-header"
    if any(one.count(b",") + one.count(b"<") > ADDRESSES for one in fields):
        return "cap-addresses"
    if any(len(found[0]) > MIME_HEADER for found in _MIME.finditer(raw)):
        return "cap-mime-header"
    if _REPORT.search(raw) and raw.count(b"\n\n") + raw.count(b"\n\r\n") > STATUS_BLOCKS:
        return "cap-parts"
    return _structure(raw)


def _structure(raw: bytes) -> str | None:
    """Counts delimiters and their depth: a boundary that opens while others are open lies inside them (RFC 2046 §5.1)."""
    declared: set[bytes] = set()
    open_: list[bytes] = []
    parts = 0
    for found in _EDGE.finditer(raw):
        if found[3] is None:
            name = found[1] or found[2] or b""
            if len(name) > BOUNDARY:
                return "cap-boundary"
            declared.add(name.rstrip())
            continue
        line = found[3].rstrip()
        if line in declared:
            parts += 1
            if line in open_:
                del open_[open_.index(line) + 1 :]
            else:
                open_.append(line)
        elif line.endswith(b"--") and line[:-2] in open_:
            del open_[open_.index(line[:-2]) :]
        if len(open_) > NESTING:
            return "cap-nesting"
        if parts > PARTS:
            return "cap-parts"
    return None
