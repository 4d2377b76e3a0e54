"""What becomes of marked quotations: folded, kept for the answer in or below them, or the author's own choice. A step of `cut`.

A client quotes the mail that is answered, once, below its own attribution. What is quoted besides (a law, a speaker, another
mail) the author has put there, and the line above it is theirs.
"""

from __future__ import annotations

from itertools import accumulate

from mailbridge.inbound.reading import attributions, hints, inserted, known
from mailbridge.inbound.reading.body import Role
from mailbridge.inbound.reading.desk import Desk
from mailbridge.inbound.reading.heads import Head
from mailbridge.inbound.reading.inserted import Inserted
from mailbridge.inbound.reading.rows import Row

CONTEXT = 15  # filled rows of a quotation above an answer that are kept whole; of a longer one the last paragraph
CLOSING_ROWS = 6  # filled rows below a quotation that may be a mere closing
WHOLE = 0.8  # share of the post's letters from which on a quotation is the client's, whatever stands above it


def settle(desk: Desk) -> None:
    """Give each marked quotation its roles."""
    _Quotations(desk).run()


class _Quotations:
    """The marked quotations of one mail."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.rows = desk.rows
        self.body = desk.body
        self.about = desk.about
        self.last_head = max(
            [*desk.client_heads, *(head.start for head in desk.heads.values() if self.by_client(head))], default=-1
        )
        marked = [at for at, row in enumerate(self.rows) if row.depth and self.body.roles[at] is None]
        self.typed = list(accumulate((self.body.typed(at) for at in range(len(self.rows))), initial=0))  # rows typed above each
        typed = (at for at in range(len(self.rows)) if self.body.typed(at))
        self.first_said = next((at for at in typed if not hints.GREETING.fullmatch(self.rows[at].bare)), len(self.rows))
        self.first_head = min(desk.headed, default=len(self.rows))
        self.foreign = self.about.post is not None and known.share(self.rows, marked, self.about.post) == 0

    def run(self) -> None:
        first_typed = self.body.first_typed()
        at = 0
        while at < len(self.rows):
            if self.rows[at].depth == 0 or self.rows[at].blank or self.body.roles[at] is not None:
                at += 1
                continue
            end = self.body.quotation(at)[1]
            self.quotation(at, end, below_text=first_typed < at)
            at = end

    def by_client(self, head: Head) -> bool:
        """Whether a client wrote the head: in full, above the first level of a quotation, and not in the midst of one."""
        following = self.body.next_filled(head.end)
        level = 0 if following is None else self.rows[following].depth
        return head.sure and level == 1 and (head.start == 0 or not self.rows[head.start - 1].depth)

    def quotation(self, start: int, end: int, *, below_text: bool) -> None:
        first = self.body.quotation(start)[0]
        headed = first in self.desk.headed
        following = self.body.next_filled(end)
        answered_below = following is not None and self.body.typed(following) and not (below_text and self.closes(following))
        found = inserted.find(self.rows, self.desk.quoted_rows(start, end), self.about.post, self.about.sender)
        self.desk.compared = self.desk.compared or found.known
        head = self.desk.heads.get(first)
        if not found.rows and not found.known and head is not None and self.is_chosen(head, end, answered_below=answered_below):
            self.keep(head, start, end, answered_below=answered_below)
            return
        if not answered_below and not found.rows and self.is_whole(start, end):
            self.fold_with_prose(first, start, end)
            return
        kept = self.kept(start, end, found, headed=headed, answered_below=answered_below, following=following)
        self.desk.fold_around(start, end, kept)

    def kept(
        self, start: int, end: int, found: Inserted, *, headed: bool, answered_below: bool, following: int | None
    ) -> set[int]:
        """The rows of a quotation that are shown."""
        kept = inserted.with_questions(self.rows, start, found.rows)
        if found.rows:
            self.unmark(found.rows if found.known else ())
            self.lower(found.confidence)
        if not found.rows and not found.known and headed and not answered_below and self.announced(start):
            kept.update(range(start, end))
            self.desk.confidence = 0.4
        elif answered_below:
            kept.update(range(self.context_start(start, end) if headed or found.rows else start, end))
        elif not headed and not found.rows and self.own_quotation(start, following):
            kept.update(range(start, end))
        elif not found.rows:
            self.lower(1.0 if headed or found.known else 0.7)
        return kept

    def lower(self, confidence: float) -> None:
        self.desk.confidence = min(self.desk.confidence, confidence)

    # -- the author's own choice ----------------------------------------------------------------------------------

    def is_chosen(self, head: Head, end: int, *, answered_below: bool) -> bool:
        """Whether the author, not the client, has put this quotation here; it holds nothing of the known post."""
        said = self.said_above(head.start)
        if self.about.fresh:  # no client quotes in a new mail; only of some is what says that it answers lost
            greeted = self.about.whole and self.typed[head.start] > 0
            return said or greeted or not answered_below
        if head.framed:
            return False
        foreign = self.about.post is not None and self.desk.is_foreign(head.end, end)
        if head.sure:
            between = self.typed[max(end, self.last_head)] > self.typed[end]
            return end <= self.last_head and (between or foreign)
        return end <= self.last_head or foreign or (answered_below and said and self.about.post is None)

    def keep(self, head: Head, start: int, end: int, *, answered_below: bool) -> None:
        """Show a quotation with the line above it; at the end of a new mail that says something it is a mail passed on."""
        passed_on = self.about.fresh and not answered_below and self.said_above(head.start) and not self.led_to(start)
        role = Role.FORWARDED if passed_on else Role.WRITTEN
        for at in range(head.start, end):
            if self.body.roles[at] in (None, Role.QUOTED) and at not in self.desk.footer_rows:
                self.body.roles[at] = role
        if passed_on:
            self.desk.forward(head, start, end)

    def said_above(self, start: int) -> bool:
        """Whether more than a greeting is typed above row `start`."""
        return self.first_said < start

    def is_whole(self, start: int, end: int) -> bool:
        """Whether the quotation is the known post, nearly in full."""
        post = self.about.post
        if post is None or sum(len(row.text) for row in self.rows[start:end]) < WHOLE * len(post.letters):
            return False
        return known.share(self.rows, self.desk.quoted_rows(start, end), post) >= WHOLE

    def fold_with_prose(self, first: int, start: int, end: int) -> None:
        """Fold the known post, and the client's line above it, though the name in it reads like a sentence."""
        prose = self.desk.prose.get(first)
        if prose is not None:
            told = attributions.features(" ".join(row.bare for row in self.rows[prose.start : prose.end]))
            if told.verb and told.date and (told.time or told.address):
                self.body.give(prose.start, prose.end, Role.QUOTED)
        self.desk.fold_around(start, end, set())

    def led_to(self, start: int) -> bool:
        """Whether words above the head of a quotation end in a colon: its author shows it on purpose."""
        above = [at for at in range(max(0, start - 9), start) if self.body.typed(at) and at not in self.desk.head_rows]
        return bool(above) and self.rows[above[-1]].bare.endswith(":")

    def own_quotation(self, start: int, following: int | None) -> bool:
        """Whether the author quotes something of their own accord: a new mail, words above that lead to it, a head below."""
        if not self.about.reply and not self.about.forward:
            return True
        if following is not None and following not in self.desk.footer_rows and not self.rows[following].depth:
            if self.body.roles[following] in (Role.QUOTED, Role.FORWARDED):
                return True
        elif self.leads(start):
            return True
        return self.foreign and self.first_head >= start

    def leads(self, start: int) -> bool:
        """Whether the words above a quotation lead to it."""
        above = next((at for at in range(start - 1, max(-1, start - 9), -1) if not self.rows[at].blank), None)
        return above is not None and self.body.typed(above) and hints.LEADS_TO_QUOTATION.search(self.rows[above].bare) is not None

    # -- answers --------------------------------------------------------------------------------------------------

    def unmark(self, typed: tuple[int, ...]) -> None:
        """Take the marks of quotation off what the author typed, and off the blank rows around it."""
        self.desk.unmarked.update(typed)
        for at in typed:
            self.desk.unmarked.update(near for near in (at - 1, at + 1) if near < len(self.rows) and self.rows[near].blank)

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
        closing = hints.CLOSING.fullmatch(first) or hints.FORMAL_CLOSING.match(
            first
        )  # "MfG und bitte bis Freitag" is shown anyway
        return closing is not None or (bool(self.about.sender) and first == self.about.sender)

    def context_start(self, start: int, end: int) -> int:
        """First row of a quotation that an answer below it keeps."""
        filled = [at for at in range(start, end) if not self.rows[at].blank]
        if len(filled) <= CONTEXT:
            return start
        first = filled[-1]
        while first - 1 >= start and not self.rows[first - 1].blank and filled[-1] - first < CONTEXT:
            first -= 1
        return first
