"""Mends a header before it is parsed: where a strict parser would stop, the rest of the header would become the text.

Only what cannot be the beginning of a body is mended: a lost parameter (PHP scripts fold without a blank) or one piece of a long
value. A From behind such a place is not relied on, because others may have stopped there (R58).
"""

from __future__ import annotations

import re

from mailbridge.inbound.parsing import caps

_FIELD = re.compile(rb"[!-9;-~]{1,100}[ \t]*:")
_FROM_LINES = re.compile(rb"\A(?:>?From [^\r\n]*\r?\n)+")
_PIECE = re.compile(rb"[\w-]{1,40}=|\S+\s*\Z")
_MOST = 5  # broken lines


def mended(raw: bytes) -> tuple[bytes, bool, bool]:
    """The mail with a header that is read to its end, whether that took mending, and whether a From stands behind a mend."""
    stripped = raw.lstrip(b"\r\n \t\xef\xbb\xbf") if raw[:1] in b"\r\n \t\xef" else raw
    whole = _FROM_LINES.sub(b"", stripped)  # mbox and procmail, the second form without a blank in front is theirs too
    head = caps.header_block(whole)
    lines = head.split(b"\n")
    broken = [number for number, line in enumerate(lines) if not (_FIELD.match(line) or line[:1] in b" \t")]
    if not broken or len(broken) > _MOST or not all(_mendable(lines, number) for number in broken):
        return whole, stripped is not raw, False
    for number in broken:
        lines[number] = b" " + lines[number]
    late = any(re.match(rb"(?i)from[ \t]*:", line) for line in lines[broken[0] :])
    return b"\n".join(lines) + whole[len(head) :], True, late


def _mendable(lines: list[bytes], number: int) -> bool:
    """A piece without blanks, behind two fields at least and before another one (or a parameter at the end)."""
    before = sum(1 for line in lines[:number] if _FIELD.match(line))
    after = any(_FIELD.match(line) for line in lines[number + 1 :]) or b"=" in lines[number]
    return before >= 2 and after and _PIECE.match(lines[number]) is not None
