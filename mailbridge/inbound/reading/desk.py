"""One mail on the desk while it is cut: its body, what is known about it, and what was found so far. Shared by `cut` and
`quotations`."""

from __future__ import annotations

from mailbridge.inbound.reading import attributions, known, own_footer
from mailbridge.inbound.reading.body import Body, Role
from mailbridge.inbound.reading.heads import Head
from mailbridge.inbound.reading.outcome import Circumstances
from mailbridge.inbound.reading.rows import Row


class Desk:
    """The state of one mail being cut."""

    def __init__(self, rows: list[Row], about: Circumstances) -> None:
        self.rows = rows
        self.body = Body(rows)
        self.about = about
        self.confidence = 1.0
        self.sender = ""
        self.doubt = False
        self.unmarked: set[int] = set()
        self.compared = False  # a quotation was compared with the known post
        self.head_rows: set[int] = set()
        self.headed: set[int] = set()  # first rows of marked quotations whose head was found
        self.heads: dict[int, Head] = {}  # the heads outside of them, by those rows
        self.prose: dict[int, Head] = {}  # lines above marked quotations that read like a sentence
        self.foreign_below = False  # from some row on, nothing is of the known post
        self.client_heads: list[int] = []  # rows of heads above unmarked quotations
        self.footers = own_footer.find(rows)
        self.footer_rows = {at for start, end in self.footers for at in range(start, end)}
        self.footer_ends = {end for _start, end in self.footers}
        self.above: list[str] = []  # what is typed above the row that is looked at
        self.above_to = 0

    def forward(self, head: Head, start: int, end: int) -> None:
        """Claim rows as a mail that is passed on, with the sender its head names."""
        self.body.give(start, end, Role.FORWARDED)
        joined = " ".join(row.bare for row in self.rows[head.start : min(head.end, head.start + attributions.MAX_ROWS)])
        self.sender = self.sender or head.sender or attributions.sender(joined)

    def quoted_rows(self, start: int, end: int) -> list[int]:
        """The rows of a quotation in which an answer could stand."""
        return [at for at in range(start, end) if self.body.roles[at] is None and at not in self.head_rows]

    def fold_around(self, start: int, end: int, kept: set[int]) -> None:
        """Fold a quotation but for the rows `kept`, and the blank ones below them."""
        for at in range(start, end):
            self.body.give(at, at + 1, Role.WRITTEN if at in kept or (at - 1 in kept and self.rows[at].blank) else Role.QUOTED)

    def is_foreign(self, start: int, end: int) -> bool:
        """Whether the answered post is known and the rows contain nothing of it."""
        post = self.about.post
        return post is not None and known.share(self.rows, self.quoted_rows(start, end), post) == 0
