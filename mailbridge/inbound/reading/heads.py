"""What introduces a quotation: a separator, copied header lines, an attribution, a place in a client's HTML.

`cut` asks at each row; what follows from a head is decided there.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailbridge.inbound.reading import attributions, header_block, separators, structures
from mailbridge.inbound.reading.attributions import Strength
from mailbridge.inbound.reading.rows import Row


@dataclass(frozen=True, slots=True)
class Head:
    """Rows `start` to `end` (exclusive) introduce a quotation. `sure`: enough to cut an unmarked one."""

    start: int
    end: int
    sure: bool
    forward: bool = False
    sender: str = ""
    prose: bool = False


def find(rows: list[Row], at: int) -> Head | None:
    """The head that begins at row `at`, if one does."""
    row = rows[at]
    if row.mark == structures.BELOW:
        return _after_point(rows, at)
    if row.mark in (structures.HEAD, structures.FORWARD) and row.depth == 0:
        return _marked_head(rows, at)
    if row.mark == structures.ATTRIBUTION and row.depth == 0:
        end = at
        while end < len(rows) and rows[end].mark == structures.ATTRIBUTION and rows[end].depth == 0:
            end += 1
        return Head(at, end, True)
    kind = separators.read(row.bare)
    if kind in (separators.Kind.REPLY, separators.Kind.FORWARD):
        return _with_block(rows, at, forward=kind is separators.Kind.FORWARD)
    if separators.is_rule(row.bare):
        block = header_block.starting_at(rows, following) if (following := _next(rows, at + 1)) is not None else None
        return (
            Head(at, block.end, True, sender=block.sender) if block is not None and rows[block.start].depth == row.depth else None
        )
    block = header_block.starting_at(rows, at)
    if block is not None:
        return Head(at, block.end, block.sure, sender=block.sender)
    return _attribution(rows, at)


def _next(rows: list[Row], start: int) -> int | None:
    return next((at for at in range(start, min(len(rows), start + 6)) if not rows[at].blank), None)


def _with_block(rows: list[Row], at: int, *, forward: bool) -> Head:
    """A separator and the header lines or the attribution below it."""
    following = _next(rows, at + 1)
    if following is None:
        return Head(at, at + 1, True, forward)
    block = header_block.starting_at(rows, following)
    if block is not None and (rows[at].depth == rows[following].depth or not rows[at].depth):
        same = rows[following].depth == rows[at].depth
        return Head(at, block.end if same else at + 1, True, forward, block.sender)
    attribution = _attribution(rows, following)
    if attribution is not None and not attribution.prose and rows[following].depth == rows[at].depth:
        return Head(at, attribution.end, True, forward)
    return Head(at, at + 1, True, forward)


def _after_point(rows: list[Row], at: int) -> Head | None:
    """A place in HTML behind which all is quoted; its header lines belong to the head."""
    following = _next(rows, at + 1)
    if following is None:
        return None
    head = find(rows, following)
    return Head(at, head.end if head else at + 1, True, head.forward if head else False, head.sender if head else "")


def _marked_head(rows: list[Row], at: int) -> Head:
    end = at
    while end < len(rows) and rows[end].mark == rows[at].mark:
        end += 1
    block = header_block.starting_at(rows, at) or next(
        (found for row in range(at, min(end, at + 4)) if (found := header_block.starting_at(rows, row))), None
    )
    forward = rows[at].mark == structures.FORWARD
    return Head(
        at, block.end if forward and block else (at + 1 if forward else end), True, forward, block.sender if block else ""
    )


def _attribution(rows: list[Row], at: int) -> Head | None:
    """An attribution that begins at `at`: found from its last row, which is one of the next few."""
    for last in range(at, min(len(rows), at + attributions.MAX_ROWS)):
        if rows[last].blank or rows[last].depth != rows[at].depth:
            return None
        following = _next(rows, last + 1)
        above_quote = following is not None and rows[following].depth > rows[at].depth
        found = attributions.ending_at(rows, last, above_quote=above_quote)
        if found is None:
            continue
        if found.start != at:
            return None
        prose = found.strength is Strength.PROSE
        return Head(at, found.end, found.strength is Strength.SURE, prose=prose)
    return None
