"""When a mail has both bodies: is the plain one poor, and what does the HTML know that it does not?

Clients that drop `>` marks from the plain body (Yahoo, some phones, gateways) still mark the quotation in HTML. The rows
stay those of the plain body; only their roles are read off the HTML rows with the same letters.
"""

from __future__ import annotations

import re

from forum.core import markup as markup_
from mailbridge.inbound.reading import cut, structures
from mailbridge.inbound.reading.body import Role
from mailbridge.inbound.reading.cut import Circumstances, Cut
from mailbridge.inbound.reading.rows import Row

WINDOW = 20_000  # letters of HTML ahead in which a row is searched
_STUB = re.compile(r"HTML|kein(?:e)? (?:Text|Anzeige)|nicht (?:darstellen|anzeigen)|view this (?:e-?mail|message)", re.IGNORECASE)
_LETTER = re.compile(r"\w+")


def is_poor(plain: str, html: str) -> bool:
    """Whether the plain body is empty or only says that there is HTML."""
    words = plain.split(maxsplit=60)
    if not words:
        return True
    if len(words) > 40 or not _STUB.search(plain[:2_000]):
        return False
    told = markup_.to_text(html[:100_000])
    return len(told.split()) > len(words) and _letters(plain) not in _letters(told)


def is_wanted(rows: list[Row], found: Cut) -> bool:
    """Whether the HTML could know better: no marks in the plain body, and nothing forwarded."""
    return not any(row.depth for row in rows) and Role.FORWARDED not in found.roles


def weigh(rows: list[Row], found: Cut, html: str, about: Circumstances) -> Cut:
    """`found`, corrected by the HTML body where that marks its quotations."""
    marked = structures.rows(html)
    if not any(row.depth or row.mark for row in marked):
        return found
    told = cut.cut(marked, about)
    if Role.QUOTED not in told.roles and Role.FORWARDED not in told.roles:
        return found
    roles = _carry(rows, marked, told.roles, found.roles)
    if roles is None or not any(role is Role.WRITTEN and not row.blank for role, row in zip(roles, rows, strict=True)):
        return found
    return Cut(roles, min(told.confidence, 0.9), told.forwarded_from)


def _letters(text: str) -> str:
    return "".join(_LETTER.findall(text)).lower()


def _carry(rows: list[Row], marked: list[Row], roles: tuple[Role, ...], before: tuple[Role, ...]) -> tuple[Role, ...] | None:
    """Roles for `rows` from the `marked` rows with the same letters; None when too many rows are not found."""
    stream: list[str] = []
    starts: list[tuple[int, Role]] = []
    length = 0
    for row, role in zip(marked, roles, strict=True):
        letters = _letters(row.text)
        if letters:
            starts.append((length, role))
            stream.append(letters)
            length += len(letters)
    text = "".join(stream)
    out: list[Role | None] = []
    position, index, filled, missed = 0, 0, 0, 0
    for row, known in zip(rows, before, strict=True):
        letters = _letters(row.text)
        if not letters:
            out.append(None)
            continue
        filled += 1
        place = text.find(letters, position, position + WINDOW + len(letters))
        if place < 0:
            missed += 1
            out.append(None if known is Role.WRITTEN else known)
            continue
        position = place + len(letters)
        while index + 1 < len(starts) and starts[index + 1][0] <= place:
            index += 1
        out.append(starts[index][1])
    if missed * 5 > filled:
        return None
    return _fill(out, rows)


def _fill(found: list[Role | None], rows: list[Row]) -> tuple[Role, ...]:
    """Rows not found take their neighbours' role when both agree, else they are written; blank rows follow."""
    after: list[Role | None] = [None] * len(found)
    following: Role | None = None
    for at in range(len(found) - 1, -1, -1):
        following = found[at] or following
        after[at] = following
    out: list[Role] = []
    before: Role | None = None
    for at, role in enumerate(found):
        if role is None:
            follows = after[at] if after[at] is not None else before
            role = before if before is not None and (before is follows or rows[at].blank) else None
        before = role or before
        out.append(role or Role.WRITTEN)
    return tuple(out)
