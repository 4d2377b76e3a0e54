"""Looks into smime.p7m (RFC 5652): gives what was signed, or says that it is encrypted. No cryptography, no trust."""

from __future__ import annotations

_SIGNED = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2
_DEEPEST = 12
_CONSTRUCTED, _OCTETS, _OBJECT = 0x20, 0x04, 0x06


class _Broken(ValueError):
    """The bytes are no BER."""


def signed_content(data: bytes) -> bytes | None:
    """The MIME entity inside an opaque signature (Outlook, gateways of authorities), None if it is encrypted or broken."""
    try:
        info = _children(data, 0, len(data), 0)[0]
        kind, wrapped = _children(data, info[1], info[2], 1)[:2]
        if kind[0] != _OBJECT or data[kind[1] : kind[2]] != _SIGNED:
            return None
        signed = _children(data, wrapped[1], wrapped[2], 2)[0]
        content_info = _children(data, signed[1], signed[2], 3)[2]
        parts = _children(data, content_info[1], content_info[2], 4)
        return _octets(data, parts[1][1], parts[1][2], 5) if len(parts) > 1 else None
    except (_Broken, IndexError, ValueError):
        return None


def _octets(data: bytes, start: int, end: int, depth: int) -> bytes:
    """All octet strings below, joined: long contents come in pieces (BER)."""
    pieces = []
    for tag, first, last in _children(data, start, end, depth):
        if tag & _CONSTRUCTED:
            pieces.append(_octets(data, first, last, depth + 1))
        elif tag & 0x1F == _OCTETS:
            pieces.append(data[first:last])
    return b"".join(pieces)


def _children(data: bytes, start: int, end: int, depth: int) -> list[tuple[int, int, int]]:
    """(tag, start, end) of each value in a stretch of BER; an indefinite length ends at its two zero octets."""
    if depth > _DEEPEST:
        raise _Broken
    found: list[tuple[int, int, int]] = []
    position = start
    while position + 2 <= end and data[position : position + 2] != b"\x00\x00" and len(found) < 100_000:
        tag, length = data[position], data[position + 1]
        position += 2
        if length == 0x80:
            inner = _children(data, position, end, depth + 1)
            last = inner[-1] if inner else (0, position, position)
            stop = _after(data, last, position)
            found.append((tag, position, stop))
            position = stop + 2
            continue
        if length > 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[position : position + count], "big")
            position += count
        if position + length > end:
            raise _Broken
        found.append((tag, position, position + length))
        position += length
    return found


def _after(data: bytes, last: tuple[int, int, int], start: int) -> int:
    """Where the end marker of an indefinite length stands: behind its last child, and behind that child's own marker."""
    _, first, end = last
    indefinite = first >= 1 and data[first - 1] == 0x80 and data[end : end + 2] == b"\x00\x00" and first != start
    return end + 2 if indefinite or (data[first - 1] == 0x80 and end > first) else end
