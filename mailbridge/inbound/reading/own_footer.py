"""Our own mails' footer, wherever it comes back (DESIGN §7): `-- `, "Ratspost · Faden 12.3", the link, the two addresses.

Nobody types it, so it is never shown, and it tells exactly where a quoted mail of ours ends.
"""

from __future__ import annotations

import re

from mailbridge.inbound.reading.rows import Row

REACH = 12  # rows after the first one within which the other lines may stand, blank and wrapped ones counted

_TITLE = re.compile(r"(?:-- ?)?Ratspost\s?[·•|*.-]?\s?Faden \d{1,12}\.\d{1,12}\b.{0,200}", re.IGNORECASE)
_DASHES = re.compile(r"--|—|–")
_LINE = re.compile(r"(?:.{0,120}[\s<:(])?faden-\d{1,12}-(?:stumm|ab|abo)@.{0,200}", re.IGNORECASE)
_LINK = re.compile(r".{0,60}<?https?://\S{1,300}/\S{0,300}>?.{0,60}")


def find(rows: list[Row]) -> list[tuple[int, int]]:
    """(first, end) of each footer, `--` line included; end is exclusive."""
    found: list[tuple[int, int]] = []
    for at, row in enumerate(rows):
        if "aden " in row.bare and _TITLE.fullmatch(row.bare):
            found.append((_first(rows, at), _end(rows, at)))
    return found


def _first(rows: list[Row], title: int) -> int:
    for at in range(title - 1, max(-1, title - 4), -1):
        if rows[at].depth == rows[title].depth and _DASHES.fullmatch(rows[at].bare):
            return at
        if not rows[at].blank:
            break
    return title


def _end(rows: list[Row], title: int) -> int:
    end = title + 1
    for at in range(title + 1, min(len(rows), title + REACH)):
        bare = rows[at].bare
        if rows[at].blank:
            continue
        if rows[at].depth != rows[title].depth or not (_LINE.fullmatch(bare) or _LINK.fullmatch(bare)):
            break
        end = at + 1
        if "-ab@" in bare:
            break
    return end
