"""The rows of one mail while they get their roles: what is claimed, what still counts as typed, which rows are one quotation.

Work space of `cut` and `margins`; every question is answered from tables made once, so that the whole stays linear.
"""

from __future__ import annotations

from enum import Enum

from mailbridge.inbound.reading.rows import Row


class Role(Enum):
    """What a row of a mail is to its author."""

    WRITTEN = "written"
    QUOTED = "quoted"
    SIGNATURE = "signature"
    FORWARDED = "forwarded"


class Body:
    """Rows and their roles; None is a row that nothing has claimed yet."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.roles: list[Role | None] = [None] * len(rows)
        self._next_filled = self._look_ahead()
        self._quotations = self._find_quotations()

    def _look_ahead(self) -> list[int]:
        found = [len(self.rows)] * (len(self.rows) + 1)
        for at in range(len(self.rows) - 1, -1, -1):
            found[at] = found[at + 1] if self.rows[at].blank else at
        return found

    def _find_quotations(self) -> list[tuple[int, int]]:
        """(first, end) of the marked quotation around each row; (0, 0) where there is none. Blank rows between belong to it."""
        around = [(0, 0)] * len(self.rows)
        at = 0
        while at < len(self.rows):
            if not self.rows[at].depth:
                at += 1
                continue
            first, end = at, at
            while at < len(self.rows) and (self.rows[at].depth or self.rows[at].blank):
                end = at + 1 if self.rows[at].depth else end
                at += 1
            around[first:end] = [(first, end)] * (end - first)
        return around

    def give(self, start: int, end: int, role: Role) -> None:
        """Claim rows `start` to `end` (exclusive) for a role, except those that have one."""
        for at in range(start, end):
            if self.roles[at] is None:
                self.roles[at] = role

    def typed(self, at: int) -> bool:
        """Whether nothing has claimed the row and it holds words outside marked quotations."""
        return at < len(self.rows) and self.roles[at] is None and self.rows[at].depth == 0 and not self.rows[at].blank

    def first_typed(self) -> int:
        """The first typed row, or the number of rows."""
        return next((at for at in range(len(self.rows)) if self.typed(at)), len(self.rows))

    def next_filled(self, start: int) -> int | None:
        """The first row from `start` that is not blank."""
        found = self._next_filled[min(start, len(self.rows))]
        return found if found < len(self.rows) else None

    def next_row(self, start: int) -> int | None:
        """The first row from `start` that is filled or, though blank, carries a mark of quotation."""
        return next((at for at in range(start, len(self.rows)) if not self.rows[at].blank or self.rows[at].depth), None)

    def quotation(self, at: int) -> tuple[int, int]:
        """(first, end) of the marked quotation around row `at`."""
        return self._quotations[at]

    def settled(self) -> tuple[Role, ...]:
        """A role for every row: what nothing claimed is written, blank rows go with the row above them."""
        out: list[Role] = []
        last = Role.WRITTEN
        for role, row in zip(self.roles, self.rows, strict=True):
            if not row.blank or role is not None:
                last = role or Role.WRITTEN
            out.append(last)
        return tuple(out)
