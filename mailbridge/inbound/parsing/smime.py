"""Looks into smime.p7m (RFC 5652): gives what was signed, or says that it is encrypted. No cryptography, no trust."""

from __future__ import annotations

from dataclasses import dataclass, field

_SIGNED = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2, signedData
_OCTETS = 0x04
_CONSTRUCTED = 0x20
_INDEFINITE = 0x80
_DEEPEST = 12
_MOST = 50_000  # values


class _Broken(ValueError):
    """The bytes are no BER."""


@dataclass(slots=True)
class _Value:
    """One tag with its content, taken apart if it is constructed."""

    tag: int
    content: bytes = b""
    children: list[_Value] = field(default_factory=list)


def signed_content(data: bytes) -> bytes | None:
    """The MIME entity inside an opaque signature (Outlook, gateways of authorities), None if it is encrypted or broken."""
    try:
        info, _ = _value(data, 0, 0, [_MOST])
        kind, wrapped = info.children[:2]
        if kind.content != _SIGNED:
            return None
        return _octets(wrapped.children[0].children[2].children[1])
    except (_Broken, IndexError, ValueError):
        return None


def _octets(value: _Value) -> bytes:
    """All octet strings below, joined: long contents come in pieces."""
    if value.children:
        return b"".join(_octets(child) for child in value.children)
    return value.content if value.tag & 0x1F == _OCTETS else b""


def _value(data: bytes, position: int, depth: int, left: list[int]) -> tuple[_Value, int]:
    """The value at a position and where the next one begins. `left` counts down how many may still come."""
    left[0] -= 1
    if depth > _DEEPEST or left[0] < 0 or position + 2 > len(data):
        raise _Broken
    tag, length = data[position], data[position + 1]
    position += 2
    if length == _INDEFINITE:
        return _open_ended(data, position, depth, left, _Value(tag))
    if length > _INDEFINITE:
        count = length & 0x7F
        length = int.from_bytes(data[position : position + count], "big")
        position += count
    end = position + length
    if end > len(data):
        raise _Broken
    if not tag & _CONSTRUCTED:
        return _Value(tag, data[position:end]), end
    value = _Value(tag)
    while position < end:
        child, position = _value(data, position, depth + 1, left)
        value.children.append(child)
    return value, end


def _open_ended(data: bytes, position: int, depth: int, left: list[int], value: _Value) -> tuple[_Value, int]:
    """An indefinite length ends at two zero octets (X.690 §8.1.3.6); OpenSSL streams that way."""
    while data[position : position + 2] != b"\x00\x00":
        child, position = _value(data, position, depth + 1, left)
        value.children.append(child)
    return value, position + 2
