"""Gives every row of a mail its role: written, quoted, signature, forwarded. The heart of `inbound.text`.

From sure to unsure: our own footer, heads and what they announce, signatures, marked quotations, gateway text. Rows that
nothing claims are written. An answer in or below a quotation keeps the quoted rows it answers.
"""

from __future__ import annotations

from mailbridge.inbound.reading import (
    attributions,
    heads,
    hints,
    inserted,
    margins,
    own_footer,
    separators,
    signatures,
    structures,
)
from mailbridge.inbound.reading.body import Body, Role
from mailbridge.inbound.reading.heads import Head
from mailbridge.inbound.reading.outcome import Circumstances, Cut
from mailbridge.inbound.reading.rows import Row

CONTEXT = 15  # filled rows of a quotation above an answer that are kept whole; of a longer one the last paragraph
CLOSING_ROWS = 6  # filled rows below a quotation that may be a mere closing
ABOVE = 20_000  # characters of typed text that are searched for hints


def cut(rows: list[Row], about: Circumstances) -> Cut:
    """The roles of `rows`."""
    return _Cutter(rows, about).run()


class _Cutter:
    """One mail being cut."""

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
        self.footers = own_footer.find(rows)
        self.footer_rows = {at for start, end in self.footers for at in range(start, end)}
        self.footer_ends = {end for _start, end in self.footers}
        self.above: list[str] = []  # what is typed above the row that is looked at
        self.above_to = 0

    def run(self) -> Cut:
        for start, end in self.footers:
            self.body.give(start, end, Role.QUOTED)
        self.find_heads()
        if not self.doubt:
            margins.claim(self.body, fresh=self.about.fresh)
            self.quotations()
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
        if head.prose:
            return head.end
        first, end = self.body.quotation(following)
        self.headed.add(first)
        if head.forward or (self.about.forward and head.sure and head.sender):
            self.forward(head, head.start, end)
        else:
            self.body.give(head.start, head.end, Role.QUOTED)
        return head.end

    def forward(self, head: Head, start: int, end: int) -> None:
        self.body.give(start, end, Role.FORWARDED)
        self.sender = self.sender or head.sender

    def follow_unmarked(self, head: Head) -> int:
        """A head over text without marks: all to the end is quoted, if the head can carry that."""
        if not head.sure or (self.headed and not head.framed):  # a client that marks quotations marks them all
            return head.end
        if self.about.fresh and not head.framed and (not head.sender or self.is_author(head.sender)):
            return head.end
        end = self.region_end(head)
        above = self.typed_above(head.start)
        if head.sender and not head.framed and above.endswith(":"):  # the author leads to a mail of their own choice
            end = next((at for at in range(head.end, end) if self.attributed(at)), end)
            self.forward(head, head.start, end)
            return end
        if head.forward or self.about.forward or (self.about.fresh and hints.PASSING_ON.search(above)):
            self.forward(head, head.start, end)
            return end
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

    def attributed(self, at: int) -> bool:
        """Whether row `at` is an attribution above a marked quotation: there begins what the client has quoted."""
        following = self.body.next_filled(at + 1)
        if following is None or self.rows[at].depth or not self.rows[following].depth or following > at + 2:
            return False
        return attributions.strength(self.rows[at].bare) is attributions.Strength.SURE

    def is_author(self, sender: str) -> bool:
        """Whether copied header lines name the author of this mail: a letter or motion of theirs."""
        return bool(self.about.sender) and self.about.sender.lower() in sender.lower()

    def quoted_rows(self, start: int, end: int) -> list[int]:
        """The rows of a quotation in which an answer could stand."""
        return [at for at in range(start, end) if self.body.roles[at] is None and at not in self.head_rows]

    def fold_around(self, start: int, end: int, kept: set[int]) -> None:
        """Fold a quotation but for the rows `kept`, and the blank ones below them."""
        for at in range(start, end):
            self.body.give(at, at + 1, Role.WRITTEN if at in kept or (at - 1 in kept and self.rows[at].blank) else Role.QUOTED)

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

    # -- marked quotations ----------------------------------------------------------------------------------------

    def quotations(self) -> None:
        first_typed = self.body.first_typed()
        at = 0
        while at < len(self.rows):
            if self.rows[at].depth == 0 or self.rows[at].blank or self.body.roles[at] is not None:
                at += 1
                continue
            end = self.body.quotation(at)[1]
            self.quotation(at, end, below_text=first_typed < at)
            at = end

    def quotation(self, start: int, end: int, *, below_text: bool) -> None:
        headed = self.body.quotation(start)[0] in self.headed
        following = self.body.next_filled(end)
        answered_below = following is not None and self.body.typed(following) and not (below_text and self.closes(following))
        found = inserted.find(self.rows, self.quoted_rows(start, end), self.about.post, self.about.sender)
        self.compared = self.compared or found.known
        kept = inserted.with_questions(self.rows, start, found.rows)
        if found.rows:
            self.unmark(found.rows if found.known else ())
            self.confidence = min(self.confidence, found.confidence)
        if not found.rows and not found.known and headed and not answered_below and self.announced(start):
            kept.update(range(start, end))
            self.confidence = 0.4
        elif answered_below:
            kept.update(range(self.context_start(start, end) if headed or found.rows else start, end))
        elif self.led_to(start) if headed else (not found.rows and self.own_quotation(start, following)):
            kept.update(range(start, end))
        elif not found.rows:
            self.confidence = min(self.confidence, 1.0 if headed or found.known else 0.7)
        self.fold_around(start, end, kept)

    def led_to(self, start: int) -> bool:
        """Whether, in a new mail, words above the head of a quotation end in a colon: its author shows it on purpose."""
        if not self.about.fresh:
            return False
        above = [at for at in range(max(0, start - 9), start) if self.body.typed(at) and at not in self.head_rows]
        return bool(above) and self.rows[above[-1]].bare.endswith(":")

    def unmark(self, typed: tuple[int, ...]) -> None:
        """Take the marks of quotation off what the author typed, and off the blank rows around it."""
        self.unmarked.update(typed)
        for at in typed:
            self.unmarked.update(near for near in (at - 1, at + 1) if near < len(self.rows) and self.rows[near].blank)

    def announced(self, start: int) -> bool:
        """Whether the author says above that answers stand in the quotation."""
        return (
            hints.INLINE.search(" ".join(row.bare for row in self.rows[max(0, start - 60) : start] if not row.depth)) is not None
        )

    def closes(self, following: int) -> bool:
        """Whether what is typed below a quotation is only the closing of what is typed above it."""
        tail: list[Row] = []
        at: int | None = following
        while at is not None and len(tail) <= CLOSING_ROWS:
            if self.body.roles[at] is None:
                tail.append(self.rows[at])
            at = self.body.next_filled(at + 1)
        if len(tail) > CLOSING_ROWS or any(row.depth or len(row.bare) > 70 for row in tail):
            return False
        first = tail[0].bare
        return hints.CLOSING.fullmatch(first) is not None or (bool(self.about.sender) and first == self.about.sender)

    def context_start(self, start: int, end: int) -> int:
        """First row of a quotation that an answer below it keeps."""
        filled = [at for at in range(start, end) if not self.rows[at].blank]
        if len(filled) <= CONTEXT:
            return start
        first = filled[-1]
        while first - 1 >= start and not self.rows[first - 1].blank and filled[-1] - first < CONTEXT:
            first -= 1
        return first

    def own_quotation(self, start: int, following: int | None) -> bool:
        """Whether the author quotes something of their own accord: a new mail, words above that lead to it, a head below."""
        if not self.about.reply and not self.about.forward:
            return True
        if following is not None and following not in self.footer_rows and not self.rows[following].depth:
            return self.body.roles[following] in (Role.QUOTED, Role.FORWARDED)
        above = next((at for at in range(start - 1, max(-1, start - 9), -1) if not self.rows[at].blank), None)
        return above is not None and self.body.typed(above) and hints.LEADS_TO_QUOTATION.search(self.rows[above].bare) is not None

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
