"""Opens winmail.dat (MS-OXTNEF): the body and the files inside. One pass over the bytes, nothing nested is opened."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailbridge.inbound.parsing import rtf

_SIGNATURE = 0x223E9F78
_BODY, _RENDERING, _DATA, _TITLE, _ATTACHMENT, _PROPERTIES, _CODEPAGE = 0x800C, 0x9002, 0x800F, 0x8010, 0x9005, 0x9003, 0x9007
_P_BODY, _P_RTF, _P_HTML, _P_LONG_NAME, _P_NAME, _P_DATA, _P_MIME, _P_INTERNET_CODEPAGE = (
    0x1000, 0x1009, 0x1013, 0x3707, 0x3704, 0x3701, 0x370E, 0x3FDE,
)  # fmt: skip
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}  # MAPI type -> bytes
_VARIABLE = frozenset({0x000D, 0x001E, 0x001F, 0x0102})

_CODEPAGES = {65001: "utf-8", 20127: "cp1252", 28591: "cp1252", 28605: "iso8859-15", 936: "gb18030", 932: "cp932", 949: "cp949"}


@dataclass(slots=True)
class Opened:
    """What a winmail.dat carried: bodies as text, files as (name, media type, bytes)."""

    text: str | None = None
    html: str | None = None
    files: list[tuple[str | None, str, bytes]] = field(default_factory=list)


def open_(data: bytes) -> Opened | None:
    """The contents, or None if the bytes are no TNEF. What is cut off is left out, the rest is given."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return None
    opened, codepage = Opened(), "cp1252"
    name: str | None = None
    kind, content = "application/octet-stream", b""
    waiting = False
    for attribute, value in _attributes(data):
        if attribute == _CODEPAGE and len(value) >= 4:
            codepage = _codec(struct.unpack_from("<I", value)[0])
        elif attribute == _BODY:
            opened.text = value.decode(codepage, "replace").rstrip("\x00")
        elif attribute == _PROPERTIES:
            _bodies(value, codepage, opened)
        elif attribute == _RENDERING:
            if waiting:
                opened.files.append((name, kind, content))
            name, kind, content, waiting = None, "application/octet-stream", b"", True
        elif attribute == _TITLE:
            name = value.decode(codepage, "replace").rstrip("\x00")
        elif attribute == _DATA:
            content = value
        elif attribute == _ATTACHMENT:
            properties = dict(_properties(value))
            name = _string(properties, _P_LONG_NAME, codepage) or _string(properties, _P_NAME, codepage) or name
            kind = (_string(properties, _P_MIME, codepage) or kind).lower()[:100]
            content = properties.get(_P_DATA, (0, b""))[1] or content
    if waiting:
        opened.files.append((name, kind, content))
    return opened


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    position = 6
    while position + 11 <= len(data):
        level, attribute, _, length = struct.unpack_from("<BHHI", data, position)
        if level not in (1, 2) or position + 9 + length > len(data):
            return
        yield attribute, data[position + 9 : position + 9 + length]
        position += 11 + length


def _bodies(value: bytes, codepage: str, opened: Opened) -> None:
    properties = dict(_properties(value))
    opened.text = _string(properties, _P_BODY, codepage) or opened.text
    if opened.text is None and _P_RTF in properties:
        opened.text = rtf.text(properties[_P_RTF][1])
    raw = properties.get(_P_HTML)
    if raw is not None:
        number = properties.get(_P_INTERNET_CODEPAGE, (0, b""))[1]
        codec = _codec(struct.unpack_from("<I", number)[0]) if len(number) >= 4 else codepage
        opened.html = raw[1].decode("utf-16-le" if raw[0] == 0x1F else codec, "replace").rstrip("\x00")


def _string(properties: dict[int, tuple[int, bytes]], wanted: int, codepage: str) -> str | None:
    kind, value = properties.get(wanted, (0, b""))
    text = value.decode("utf-16-le" if kind == 0x1F else codepage, "replace").rstrip("\x00")
    return text or None


def _properties(data: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """(property id, (type, value)) of a MAPI property list (MS-OXTNEF §2.1.3.4); ends at the first thing it does not know."""
    if len(data) < 4:
        return
    count, position = struct.unpack_from("<I", data)[0], 4
    for _ in range(min(count, 4_096)):
        if position + 4 > len(data):
            return
        kind, number = struct.unpack_from("<HH", data, position)
        position += 4
        if number >= 0x8000:
            position = _named(data, position)
        many, kind = bool(kind & 0x1000), kind & 0x0FFF
        values = 1
        if many or kind in _VARIABLE:
            if position + 4 > len(data):
                return
            values = struct.unpack_from("<I", data, position)[0]
            position += 4
        value = b""
        for _ in range(min(values, 4_096)):
            if kind in _VARIABLE:
                if position + 4 > len(data):
                    return
                length = struct.unpack_from("<I", data, position)[0]
                position += 4
                value = data[position + (16 if kind == 0x000D else 0) : position + length]
                position += (length + 3) & ~3
            elif kind in _FIXED:
                value = data[position : position + _FIXED[kind]]
                position += _FIXED[kind]
            else:
                return
        if position > len(data):
            return
        yield number, (kind, value)


def _named(data: bytes, position: int) -> int:
    """Skips the name of a named property: a GUID, then a number or a string."""
    if position + 24 > len(data):
        return len(data)
    form, length = struct.unpack_from("<II", data, position + 16)
    return position + 24 if form == 0 else position + 24 + ((length + 3) & ~3)


def _codec(number: int) -> str:
    name = _CODEPAGES.get(number)
    if name is None and 437 <= number <= 1258:
        name = f"cp{number}"
    try:
        b"".decode(name or "cp1252")
    except LookupError:
        return "cp1252"
    return name or "cp1252"
