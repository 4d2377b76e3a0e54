"""Header fields of outgoing mail as bytes: encoded, folded, and safe against whatever stands in a name or a title (R38).

Pure. Every field goes through `_field`, every text from people through `checked` before it. The standard library is not used
here because its SMTP policy breaks ids and tokens of more than 78 characters (docs/decisions/outgoing-mail.md).
"""

from __future__ import annotations

import base64
import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

WANTED_LINE, LONGEST_LINE = 78, 998
"""Characters, RFC 5322 §2.1.1."""

_ENCODED_LINE, _ENCODED_WORD = 76, 75  # RFC 2047 §2
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_ADDRESS = re.compile(r"[!-;=?A-~]+@[!-;=?A-~]+")
_FORBIDDEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
_Q_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")  # RFC 2047 §5 (3)
_LONGEST_QUOTED = 64
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class BadHeader(ValueError):
    """A value that must not stand in a header; the message names the field, never the value."""


def one_line(text: str) -> str:
    """A text from people as one line: line ends, tabs and control signs become single blanks."""
    return " ".join("".join(" " if _is_forbidden(sign) else sign for sign in text).split())


def checked(name: str, text: str) -> str:
    """The text itself; raises BadHeader for CR, LF, NUL, any other control sign, line separator or lone surrogate."""
    if any(_is_forbidden(sign) for sign in text):
        raise BadHeader(f"control sign in {name}")
    return text


def text(name: str, value: str) -> bytes:
    """An unstructured field such as Subject (RFC 5322 §3.6.5), RFC 2047 encoded where it has to be."""
    return _field(name, _words(checked(name, value), name))


def mailbox(name: str, shown: str, address: str) -> bytes:
    """A field with one address and its display name, which may be empty (RFC 5322 §3.4)."""
    if not _ADDRESS.fullmatch(checked(name, address)):
        raise BadHeader(f"no mail address in {name}")
    if not shown:
        return _field(name, [address])
    return _field(name, [*_phrase(checked(name, shown), name), f"<{address}>"])


def ids(name: str, message_ids: Iterable[str]) -> bytes:
    """Message-ID, In-Reply-To or References (RFC 5322 §3.6.4); each id is kept whole."""
    return _field(name, [checked(name, message_id) for message_id in message_ids])


def plain(name: str, value: str) -> bytes:
    """A structured ASCII field of our own making; folded at its blanks."""
    return _field(name, checked(name, value).split(" "))


def links(name: str, addresses: Sequence[str]) -> bytes:
    """One of the fields of RFC 2369 §2: addresses in angle brackets, separated by commas."""
    if any("<" in address or ">" in address or " " in address for address in addresses):
        raise BadHeader(f"no link in {name}")
    return _field(name, [f"<{checked(name, address)}>{',' if more else ''}" for address, more in _with_more(addresses)])


def date(name: str, moment: dt.datetime) -> bytes:
    """A date field (RFC 5322 §3.3), in UTC and in English whatever the locale of the process says."""
    at = moment.astimezone(dt.UTC)
    value = f"{_DAYS[at.weekday()]}, {at.day:02} {_MONTHS[at.month - 1]} {at.year} {at:%H:%M:%S} +0000"
    return _field(name, value.split(" "))


def _field(name: str, pieces: Sequence[str]) -> bytes:
    """The one place where a field is put together: only printable ASCII leaves it, folded between the pieces."""
    if not _NAME.fullmatch(name):
        raise BadHeader("bad field name")
    lines = [f"{name}:"]
    for number, piece in enumerate(pieces):
        if not piece.isascii() or not piece.isprintable():
            raise BadHeader(f"raw sign in {name}")
        if number and len(lines[-1]) + 1 + len(piece) > WANTED_LINE:
            lines.append("")  # never before the first piece: an empty first line confuses clients
        lines[-1] += f" {piece}"
    if any(len(line) > LONGEST_LINE for line in lines):
        raise BadHeader(f"line too long in {name}")
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def _words(value: str, name: str) -> list[str]:
    """ASCII as it is; with other letters, over-long words, or looking like an encoded word already, as encoded words."""
    words = value.split(" ")
    if value.isascii() and "=?" not in value and all(words) and max(map(len, words)) < WANTED_LINE - len(name) - 2:
        return words
    return _encoded(value, name)


def _phrase(shown: str, name: str) -> list[str]:
    if shown.isascii() and "=?" not in shown and len(shown) <= _LONGEST_QUOTED:
        escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
        return [f'"{escaped}"']
    return _encoded(shown, name)


def _encoded(value: str, name: str) -> list[str]:
    """Encoded words (RFC 2047 §2), never cut inside a character; the shorter of Q and B."""
    mark, encode = min((("q", _q), ("b", _b)), key=lambda way: len(way[1](value)))
    words: list[str] = []
    room = _ENCODED_LINE - len(name) - len(": ")
    rest = value
    while rest:
        count = _fitting(rest, encode, min(room, _ENCODED_WORD) - len("=?utf-8?q??="))
        words.append(f"=?utf-8?{mark}?{encode(rest[:count])}?=")
        rest, room = rest[count:], _ENCODED_LINE - 1
    return words


def _fitting(value: str, encode: Callable[[str], str], room: int) -> int:
    """How many characters of `value` fit, at least one; up to a blank where there is one, for programs that join badly."""
    low, high = 1, min(len(value), max(room, 1))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if len(encode(value[:middle])) <= room else (low, middle - 1)
    blank = value.rfind(" ", 0, low)
    return low if low == len(value) or blank < low // 3 else blank + 1


def _q(value: str) -> str:
    return "".join("_" if octet == 32 else chr(octet) if octet in _Q_PLAIN else f"={octet:02X}" for octet in value.encode())


def _b(value: str) -> str:
    return base64.b64encode(value.encode()).decode("ascii")


def _is_forbidden(sign: str) -> bool:
    return unicodedata.category(sign) in _FORBIDDEN


def _with_more(addresses: Sequence[str]) -> list[tuple[str, bool]]:
    return [(address, number < len(addresses)) for number, address in enumerate(addresses, start=1)]
