"""A body called base64 that is plain at its end or as a whole. Used by `parts` before the standard decoder.

Old Mailman, ezmlm and disclaimer gateways append their footer without looking at the encoding, scripts declare an encoding that
they do not apply. The standard decoder then gives the text back undecoded, or reads letters into it that nobody wrote.
"""

from __future__ import annotations

import binascii
import re

_PURE = re.compile(r"[A-Za-z0-9+/\s]*={0,2}\s*")
_ROW = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_WORDS = re.compile(r"[^\W\d_]{2}[,.:;!?]? +[^\W\d_]{2}")  # two on a row: without them it is damage and no text
_SHORT, _LONG = 23, 59  # letters that a word may have: where nothing else tells, and among other words


def divided(encoded: str) -> tuple[bytes, bytes] | None:
    """(what the base64 rows say, the plain rows behind them), None if nothing plain stands there. All plain: (b"", the rows).

    The plain part begins at the first row that is no base64. If base64 goes on behind it, that row is only a broken one.
    """
    if _PURE.fullmatch(encoded):
        return None
    rows = encoded.replace("\r\n", "\n").split("\n")
    end = _end(rows)
    rest = "\n".join(rows[end:]).strip("\n")
    longest_word = _LONG if _WORDS.search(rest) else _SHORT
    if not rest or any(len(row) > longest_word and _ROW.fullmatch(row.strip()) for row in rows[end:]):
        return None
    padded = "".join("".join(rows[:end]).split())
    letters = padded.rstrip("=")
    is_a_word = len(letters) <= _SHORT and padded == letters  # "Moin" of a plain text that is called base64
    if not letters or is_a_word:
        return (b"", encoded.encode("utf-8", "surrogateescape")) if _WORDS.search(rest) else None
    if len(letters) % 4 == 1:
        return None
    content = binascii.a2b_base64(letters + "=" * (-len(letters) % 4))
    return content, rest.encode("utf-8", "surrogateescape")


def _end(rows: list[str]) -> int:
    """The first row behind the base64: one with other letters in it, or any behind the padding (RFC 4648 §3.2)."""
    for at, row in enumerate(map(str.strip, rows)):
        if row and not _ROW.fullmatch(row):
            return at
        if row.endswith("="):
            return at + 1
    return len(rows)
