"""Gives every row of a mail its role: written, quoted, signature, forwarded. The heart of `inbound.text`.

From sure to unsure: our own footer, heads and what they announce, signatures, marked quotations (`quotations`),
gateway text. Rows that nothing claims are written. An answer in or below a quotation keeps the quoted rows it answers.
"""

from __future__ import annotations

from mailbridge.inbound.reading import (
    attributions,
    heads,
    hints,
    inserted,
    margins,
    quotations,
    separators,
    signatures,
    structures,
)
from mailbridge.inbound.reading.body import Role
from mailbridge.inbound.reading.desk import Desk
from mailbridge.inbound.reading.heads import Head
from mailbridge.inbound.reading.outcome import Circumstances, Cut
from mailbridge.inbound.reading.rows import Row

ABOVE = 20_000  # characters of typed text that are searched for hints


def cut(rows: list[Row], about: Circumstances) -> Cut:
    """The roles of `rows`."""
    return _Cutter(rows, about).run()


class _Cutter(Desk):
    """One mail being cut."""

    def run(self) -> Cut:
        for start, end in self.footers:
            self.body.give(start, end, Role.QUOTED)
        self.find_heads()
        if not self.doubt:
            margins.claim(self.body, fresh=self.about.fresh)
            quotations.settle(self)
        silent = not self.anything_shown() or (Role.QUOTED in self.body.roles and not self.anything_said())
        if self.doubt or silent:
            self.show_in_doubt()
        return Cut(self.body.settled(), self.confidence, self.sender, frozenset(self.unmarked), silent)

    # -- heads ----------------------------------------------------------------------------------------------------

    def find_heads(self) -> None:
        finder = heads.Finder(self.rows)
        at = 0
        while at < len(self.rows):
            free = self.body.roles[at] is None and (not self.rows[at].blank or self.rows[at].mark == structures.BELOW)
            head = finder.find(at) if free else None
            at = at + 1 if head is None else self.follow(head)

    def follow(self, head: Head) -> int:
        """Claim what a head announces; gives the row to read on from."""
        if not head.prose:
            self.head_rows.update(range(head.start, head.end))
        following = self.body.next_row(head.end)
        if self.about.fresh and head.alone and (following is None or not self.rows[following].depth):
            return head.end  # a line that the author has drawn
        if self.rows[head.start].depth:
            return self.follow_inside(head)
        if following is None:
            if head.sure and head.start > 0:
                self.body.give(head.start, head.end, Role.QUOTED)
            return head.end
        if self.rows[following].depth:
            return self.follow_marked(head, following)
        return self.follow_unmarked(head)

    def follow_inside(self, head: Head) -> int:
        """A head that is quoted itself (iPhone, Apple's forwards): the quotation around it has its head."""
        first, end = self.body.quotation(head.start)
        if self.body.next_filled(first) == head.start and not head.prose:
            self.headed.add(first)
            if head.forward:
                self.forward(head, first, end)
        return head.end

    def follow_marked(self, head: Head, following: int) -> int:
        first, end = self.body.quotation(following)
        if head.prose:
            self.prose[first] = head
            return head.end
        self.headed.add(first)
        if head.forward or (self.about.forward and head.sure):
            self.forward(head, head.start, end)
        else:
            self.heads[first] = head
            self.body.give(head.start, head.end, Role.QUOTED)  # `quotations` may find that it is the author's
        return head.end

    def follow_unmarked(self, head: Head) -> int:
        """A head over text without marks: all to the end is quoted, if the head can carry that."""
        if not head.sure or (self.marks_quotations() and not head.framed):
            return head.end
        if self.about.fresh and not head.framed and (not head.sender or self.is_author(head.sender)):
            return head.end
        if self.foreign_below and not head.sender and not head.framed:
            return head.end
        end = self.region_end(head)
        above = self.typed_above(head.start)
        if head.sender and not head.framed and above.endswith(":"):  # the author leads to a mail of their own choice
            end = next((at for at in range(head.end, end) if self.attributed(at)), end)
            self.forward(head, head.start, end)
            return end
        if head.forward or self.passes_on(above):
            self.forward(head, head.start, end)
            return end
        if (head.sender or not head.framed) and self.is_foreign(head.end, end):  # not the post that is answered
            self.foreign_below = True
            if head.sender:
                self.forward(head, head.start, end)
            return end if head.sender else head.end
        self.client_heads.append(head.start)
        found = inserted.find(self.rows, self.quoted_rows(head.end, end), self.about.post, self.about.sender)
        self.compared = self.compared or found.known
        if found.rows:
            self.fold_around(head.start, end, inserted.with_questions(self.rows, head.end, found.rows))
            self.confidence = min(self.confidence, found.confidence)
            return end
        answered_below = end < len(self.rows) and self.body.next_filled(end) is not None
        if not found.known and ((not above and not answered_below) or hints.INLINE.search(above)):
            self.doubt = True
            return end
        self.body.give(head.start, end, Role.QUOTED)
        self.confidence = min(self.confidence, 0.9 if above else 0.7)
        return end

    def passes_on(self, above: str) -> bool:
        """Whether what is quoted below these words is passed on: in a new mail no client quotes, the author has pasted it."""
        return self.about.forward or (self.about.fresh and (self.about.whole or hints.PASSING_ON.search(above) is not None))

    def marks_quotations(self) -> bool:
        """Whether a client has marked a quotation above: then it marks them all. A head the author wrote tells nothing."""
        return any(first not in self.heads or self.heads[first].sure for first in self.headed)

    def attributed(self, at: int) -> bool:
        """Whether row `at` is an attribution above a marked quotation: there begins what the client has quoted."""
        following = self.body.next_filled(at + 1)
        if following is None or self.rows[at].depth or not self.rows[following].depth or following > at + 2:
            return False
        return attributions.strength(self.rows[at].bare) is attributions.Strength.SURE

    def is_author(self, sender: str) -> bool:
        """Whether copied header lines name the author of this mail: a letter or motion of theirs."""
        return bool(self.about.sender) and self.about.sender.lower() in sender.lower()

    def typed_above(self, start: int) -> str:
        """What is typed above row `start`, at most ABOVE characters."""
        for at in range(self.above_to, start):
            if self.body.typed(at) and sum(map(len, self.above[-1:])) < ABOVE and len(self.above) < 500:
                self.above.append(self.rows[at].bare)
        self.above_to = max(self.above_to, start)
        return " ".join(self.above)[:ABOVE]

    def region_end(self, head: Head) -> int:
        """Where an unmarked quotation ends: behind our own footer, at a line that says so, else with the mail."""
        for at in range(head.end, len(self.rows)):
            if at in self.footer_ends:
                return at
            row = self.rows[at]
            if row.bare[:1] in separators.DASHES and row.bare and separators.read(row.bare) is separators.Kind.END:
                return at + 1
        return len(self.rows)

    # -- the end --------------------------------------------------------------------------------------------------

    def anything_shown(self) -> bool:
        return any(
            role is Role.FORWARDED or (role in (None, Role.WRITTEN) and not row.blank)
            for role, row in zip(self.body.roles, self.rows, strict=True)
        )

    def anything_said(self) -> bool:
        """Whether more is shown than a greeting and a closing; with nothing else, what is meant stands in the quotation."""
        shown = [(role, row) for role, row in zip(self.body.roles, self.rows, strict=True) if role in (None, Role.WRITTEN)]
        if Role.FORWARDED in self.body.roles or any(row.depth for _role, row in shown):
            return True
        for _role, row in shown:
            if hints.FORMAL_CLOSING.fullmatch(row.bare):
                return False
            if not row.blank and not hints.GREETING.fullmatch(row.bare):
                return True
        return False

    def show_in_doubt(self) -> None:
        """Nothing typed was found. Then it stands in the quotation, unless the known post says that nothing does."""
        if self.about.fresh and not self.doubt:
            self.body.roles = [
                Role.SIGNATURE if role is Role.SIGNATURE and signatures.is_tagline(row.bare) else None
                for role, row in zip(self.body.roles, self.rows, strict=True)
            ]
            for start, end in self.footers:
                self.body.give(start, end, Role.QUOTED)
            return
        empty = not self.anything_shown() and any(row.depth for row in self.rows)  # sent by mistake: waits for a moderator
        if all(row.blank for row in self.rows) or (not self.doubt and (self.compared or empty)):
            return
        self.body.roles = [Role.QUOTED if at in self.footer_rows else Role.WRITTEN for at in range(len(self.rows))]
        self.confidence = 0.4
