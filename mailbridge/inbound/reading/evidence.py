"""When a mail has both bodies: is the plain one poor, and what does the HTML know that it does not?

Clients that drop `>` marks from the plain body (Yahoo, some phones, gateways) still mark the quotation in HTML. The rows
stay those of the plain body; only their roles are read off the HTML rows with the same letters.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from forum.core import markup as markup_
from mailbridge.inbound.reading import cut, margins, structures
from mailbridge.inbound.reading.body import Role
from mailbridge.inbound.reading.outcome import Circumstances, Cut
from mailbridge.inbound.reading.rows import Row

WINDOW = 20_000  # letters of HTML ahead in which a row is searched
_STUB = re.compile(  # newsletters and shops; an author's "HTML" alone is none
    r"HTML\W{0,2}.{0,30}(?:Format|Mail|Nachricht|Ansicht|Version|message|darstell|anzeig|display|view)"
    r"|(?:Format|Mail|Nachricht|Ansicht|Version|message|darstell\w*|anzeig\w*|display|view)\b.{0,40}\bHTML"
    r"|keine? (?:Text|Anzeige)|nicht (?:darstellen|anzeigen)|view this (?:e-?mail|message)"
    r"|(?:unterstützt|kann|supports?|support)\b.{0,30}\b(?:kein|nicht|no|not)?\b.{0,10}\bHTML",
    re.IGNORECASE,
)
_COLOURED = re.compile(r"colou?r|background|<mark", re.IGNORECASE)
_LETTER = re.compile(r"\w+")
_SAID = re.compile(r"\w+|[\u2600-\u27bf\U0001f000-\U0001faff]")  # words and signs like a thumb
_LINK = re.compile(r"<?(?:https?://|mailto:)\S+")


def is_poor(plain: str, html: str) -> bool:
    """Whether the plain body is empty or only says that there is HTML."""
    words = plain.split(maxsplit=60)
    if not words:
        return True
    if len(words) > 40 or not _STUB.search(plain[:2_000]):
        return False
    told = _said(markup_.to_text(html[:100_000]))
    said = _said(plain)
    return bool(told) and 2 * (said & told).total() < said.total()


def is_hollow(rows: list[Row], found: Cut, html: str) -> bool:
    """Whether the plain body holds only what gateways, phones and quotations put there, and the HTML has other words.

    Exchange rules and virus scanners write their footer into a plain body that the client has left empty; some phones
    and web mailers put the signature or the quotation alone into it.
    """
    if not found.silent and not margins.is_all(rows, found.roles):
        return False
    return bool(_said("\n".join(row.text for row in structures.rows(html))) - _said("\n".join(row.text for row in rows)))


def _said(text: str) -> Counter[str]:
    return Counter(word.lower() for word in _SAID.findall(_LINK.sub(" ", text)))


def weigh(rows: list[Row], found: Cut, html: str, about: Circumstances) -> Cut:
    """`found`, corrected by the HTML body where that marks its quotations or colours what was typed into them."""
    silent = not any(row.depth for row in rows) and Role.FORWARDED not in found.roles
    coloured = Role.QUOTED in found.roles and _COLOURED.search(html) is not None
    if not silent and not coloured:
        return found
    marked = structures.rows(html)
    if coloured and any(row.tint for row in marked):
        tinted = _tinted(rows, marked)
        found = cut.cut(tinted, about)
    return _by_marks(rows, found, marked, about) if silent else found


def _by_marks(rows: list[Row], found: Cut, marked: list[Row], about: Circumstances) -> Cut:
    if not any(row.depth or row.mark for row in marked):
        return found
    told = cut.cut(marked, about)
    if Role.QUOTED not in told.roles and Role.FORWARDED not in told.roles:
        return found
    roles = _carry(rows, marked, told.roles, found.roles)
    if roles is None or not any(role is Role.WRITTEN and not row.blank for role, row in zip(roles, rows, strict=True)):
        return found
    return Cut(roles, min(told.confidence, 0.9), told.forwarded_from)


def _tinted(rows: list[Row], marked: list[Row]) -> list[Row]:
    """`rows` with the tints of the HTML rows in which they stand."""
    places = _places(rows, marked)
    return [row if place is None else replace(row, tint=marked[place].tint) for row, place in zip(rows, places, strict=True)]


def _letters(text: str) -> str:
    return "".join(_LETTER.findall(text)).lower()


def _places(rows: list[Row], marked: list[Row]) -> list[int | None]:
    """For each row the `marked` row with the same letters, None where there is none."""
    stream: list[str] = []
    starts: list[tuple[int, int]] = []
    length = 0
    for at, row in enumerate(marked):
        letters = _letters(row.text)
        if letters:
            starts.append((length, at))
            stream.append(letters)
            length += len(letters)
    text = "".join(stream)
    out: list[int | None] = []
    position, index = 0, 0
    for row in rows:
        letters = _letters(row.text)
        place = text.find(letters, position, position + WINDOW + len(letters)) if letters else -1
        if place < 0:
            out.append(None)
            continue
        position = place + len(letters)
        while index + 1 < len(starts) and starts[index + 1][0] <= place:
            index += 1
        out.append(starts[index][1])
    return out


def _carry(rows: list[Row], marked: list[Row], roles: tuple[Role, ...], before: tuple[Role, ...]) -> tuple[Role, ...] | None:
    """Roles for `rows` from the `marked` rows with the same letters; None when too many rows are not found."""
    out: list[Role | None] = []
    filled = missed = 0
    for row, place, known in zip(rows, _places(rows, marked), before, strict=True):
        if place is not None:
            filled += 1
            out.append(roles[place])
        elif _letters(row.text):
            filled, missed = filled + 1, missed + 1
            out.append(None if known is Role.WRITTEN else known)
        else:
            out.append(None)
    return None if missed * 5 > filled else _fill(out, rows)


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
