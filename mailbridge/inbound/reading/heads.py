"""What introduces a quotation: a separator, copied header lines, an attribution, a place in a client's HTML.

`cut` asks at each row; what follows from a head is decided there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailbridge.inbound.reading import attributions, header_block, separators, structures
from mailbridge.inbound.reading.attributions import Strength
from mailbridge.inbound.reading.rows import Row

# Notes writes name, date and the first words of the mail in one line: Petra Muster ---04.11.2026 19:03:12---Liebe alle
_NOTES = re.compile(r".{2,120}?-{3}\d{1,4}[./-]\d{1,2}[./-]\d{2,4} \d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: [AP]M)?-{3}.{0,300}")
# eM Client and mailers that lay the header lines out as a table lose the colons in text: Von "Petra Muster" <petra@rat.example>
_UNCOLONED = re.compile(r"(?:Von|From) {1,9}([^<>:]{1,100}<[^<>@\s]{1,100}@[^<>\s]{1,200}>)")
MAX_TRIES = 2_000  # rows of one mail that are looked at as the end of an attribution


@dataclass(frozen=True, slots=True)
class Head:
    """Rows `start` to `end` (exclusive) introduce a quotation. `sure`: enough to cut an unmarked one."""

    start: int
    end: int
    sure: bool
    forward: bool = False
    sender: str = ""
    prose: bool = False
    framed: bool = False  # announced by a separator or by the client's HTML
    alone: bool = False  # a separator with neither header lines nor an attribution


class Finder:
    """Finds the head that begins at a row. Looking for attributions is the dear part, so it ends after MAX_TRIES."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.tries = 0

    def find(self, at: int) -> Head | None:
        """The head that begins at row `at`, if one does."""
        row = self.rows[at]
        if row.mark == structures.BELOW:
            return self._after_point(at)
        if row.mark in (structures.HEAD, structures.FORWARD) and row.depth == 0:
            return self._marked_head(at)
        if row.mark == structures.ATTRIBUTION and row.depth == 0:
            end = at
            while end < len(self.rows) and self.rows[end].mark == structures.ATTRIBUTION and self.rows[end].depth == 0:
                end += 1
            return Head(at, end, True, framed=True)
        if _NOTES.fullmatch(row.bare):
            return self._notes(at)
        kind = separators.read(row.bare)
        if kind in (separators.Kind.REPLY, separators.Kind.FORWARD):
            head = self._with_block(at, forward=kind is separators.Kind.FORWARD)
            return None if head.end == at + 1 and separators.is_vague(row.bare) else head
        if separators.is_rule(row.bare):
            return self._below_rule(at)
        block = header_block.starting_at(self.rows, at)
        if block is not None:
            return Head(at, block.end, block.sure, sender=block.sender)
        return self._attribution(at)

    def _notes(self, at: int) -> Head:
        """Notes' line of name, date and first words, wrapped by some, and the header lines below it."""
        for below in range(at + 1, min(len(self.rows), at + 6)):
            block = header_block.starting_at(self.rows, below)
            if block is not None and self.rows[below].depth == self.rows[at].depth:
                return Head(at, block.end, True, sender=block.sender, framed=True)
        return Head(at, at + 1, True, framed=True)

    def _below_rule(self, at: int) -> Head | None:
        following = self._next(at + 1)
        if following is not None and self.rows[following].mark == structures.HEAD and not self.rows[at].depth:
            head = self._marked_head(following)
            return Head(at, head.end, True, sender=head.sender, framed=True)
        block = None if following is None else header_block.starting_at(self.rows, following)
        if block is None or self.rows[block.start].depth != self.rows[at].depth:
            return None
        underscores = self.rows[at].bare.startswith("____")  # Outlook on the web; other lines people draw themselves
        return Head(at, block.end, underscores or block.sure, sender=block.sender, framed=underscores)

    def _up_to_filled(self, start: int) -> list[Row]:
        """The blank rows from `start` and the first that is not."""
        following = self._next(start)
        return [] if following is None else self.rows[start : following + 1]

    def _next(self, start: int) -> int | None:
        return next((at for at in range(start, min(len(self.rows), start + 6)) if not self.rows[at].blank), None)

    def _with_block(self, at: int, *, forward: bool) -> Head:
        """A separator and the header lines or the attribution below it."""
        following = self._next(at + 1)
        if following is None:
            return Head(at, at + 1, True, forward, framed=True, alone=True)
        block = header_block.starting_at(self.rows, following)
        if block is not None and (self.rows[at].depth == self.rows[following].depth or not self.rows[at].depth):
            same = self.rows[following].depth == self.rows[at].depth
            return Head(at, block.end if same else at + 1, True, forward, block.sender, framed=True)
        attribution = self._attribution(following)
        if attribution is not None and not attribution.prose and self.rows[following].depth == self.rows[at].depth:
            return Head(at, attribution.end, True, forward, framed=True)
        named = _UNCOLONED.fullmatch(self.rows[following].bare)
        if named is not None:
            return Head(at, at + 1, True, forward, named[1].replace('"', "").strip(), framed=True)
        return Head(at, at + 1, True, forward, framed=True, alone=True)

    def _after_point(self, at: int) -> Head | None:
        """A place in HTML behind which all is quoted; its header lines belong to the head."""
        following = self._next(at + 1)
        if following is None:
            return None
        head = self.find(following)
        return Head(
            at, head.end if head else at + 1, True, head.forward if head else False, head.sender if head else "", framed=True
        )

    def _marked_head(self, at: int) -> Head:
        end = at
        while end < len(self.rows) and self.rows[end].mark == self.rows[at].mark:
            end += 1
        block = header_block.starting_at(self.rows, at) or next(
            (found for row in range(at, min(end, at + 4)) if (found := header_block.starting_at(self.rows, row))), None
        )
        forward = self.rows[at].mark == structures.FORWARD
        if forward:
            end = block.end if block else at + 1
        return Head(at, end, True, forward, block.sender if block else "", framed=True)

    def _attribution(self, at: int) -> Head | None:
        """An attribution that begins at `at`: found from its last row, which is one of the next few."""
        for last in range(at, min(len(self.rows), at + attributions.MAX_ROWS)):
            if self.rows[last].blank or self.rows[last].depth != self.rows[at].depth:
                return None
            above_quote = any(row.depth > self.rows[at].depth for row in self._up_to_filled(last + 1))
            if self.tries > MAX_TRIES or not attributions.may_end(self.rows[last], above_quote=above_quote):
                continue
            self.tries += 1
            found = attributions.ending_at(self.rows, last)
            if found is None:
                continue
            if found.start != at:
                return None
            prose = found.strength is Strength.PROSE
            return Head(at, found.end, found.strength is Strength.SURE, prose=prose)
        return None
