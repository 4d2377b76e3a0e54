"""Gives every row of a mail its role: written, quoted, signature, forwarded. The heart of `inbound.text`.

From sure to unsure: our own footer, heads and what they announce, signatures, marked quotations, gateway text. Rows that
nothing claims are written. An answer in or below a quotation keeps the quoted rows it answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from mailbridge.inbound.reading import banners, heads, hints, own_footer, separators, signatures, structures
from mailbridge.inbound.reading.heads import Head
from mailbridge.inbound.reading.rows import Row

CONTEXT = 15  # filled rows of a quotation above an answer that are kept whole; of a longer one the last paragraph
LONG_MAIL = 60_000  # rows; behind them only marks count


class Role(Enum):
    """What a row of a mail is to its author."""

    WRITTEN = "written"
    QUOTED = "quoted"
    SIGNATURE = "signature"
    FORWARDED = "forwarded"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What header fields say about the body: an answer, a forward, the sender's name."""

    reply: bool = False
    forward: bool = False
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """A role for each row, how sure (0..1; below 0.5 nothing was cut), and whose mail is forwarded ("" = none or unknown)."""

    roles: tuple[Role, ...]
    confidence: float
    forwarded_from: str = ""


def cut(rows: list[Row], about: Circumstances) -> Cut:
    """The roles of `rows`."""
    return _Cutter(rows, about).run()


class _Cutter:
    def __init__(self, rows: list[Row], about: Circumstances) -> None:
        self.rows = rows
        self.about = about
        self.roles: list[Role | None] = [None] * len(rows)
        self.confidence = 1.0
        self.sender = ""
        self.doubt = False
        self.headed: set[int] = set()  # first rows of marked quotations whose head was found
        self.footers = own_footer.find(rows[:LONG_MAIL])
        self.footer_ends = {end for _start, end in self.footers}

    def run(self) -> Cut:
        for start, end in self.footers:
            self.give(start, end, Role.QUOTED)
        self.find_heads()
        if not self.doubt:
            self.signatures()
            self.gateway()
            self.taglines()
            self.quotations()
        if self.doubt or not self.anything_shown():
            self.show_in_doubt()
        return Cut(self.settled(), self.confidence, self.sender)

    # -- small words ----------------------------------------------------------------------------------------------

    def give(self, start: int, end: int, role: Role) -> None:
        for at in range(start, end):
            if self.roles[at] is None:
                self.roles[at] = role

    def typed(self, at: int) -> bool:
        """Whether nothing has claimed the row and it holds words outside marked quotations."""
        return self.roles[at] is None and self.rows[at].depth == 0 and not self.rows[at].blank

    def next_filled(self, start: int) -> int | None:
        return next((at for at in range(start, len(self.rows)) if not self.rows[at].blank), None)

    # -- heads ----------------------------------------------------------------------------------------------------

    def find_heads(self) -> None:
        at, limit = 0, min(len(self.rows), LONG_MAIL)
        while at < limit:
            if self.roles[at] is not None or (self.rows[at].blank and self.rows[at].mark != structures.BELOW):
                at += 1
                continue
            head = heads.find(self.rows, at)
            at = at + 1 if head is None else self.follow(head)

    def follow(self, head: Head) -> int:
        """Claim what a head announces; gives the row to read on from."""
        depth = self.rows[head.start].depth
        following = self.next_filled(head.end)
        if following is None:
            if head.sure and head.start > 0:
                self.give(head.start, head.end, Role.QUOTED)
            return head.end
        if depth:
            return self.follow_inside(head, depth)
        if self.rows[following].depth:
            return self.follow_marked(head, following)
        return self.follow_unmarked(head)

    def follow_inside(self, head: Head, depth: int) -> int:
        """A head that is quoted itself (iPhone, Apple's forwards): the quotation around it has its head."""
        first = head.start
        while first > 0 and (
            self.rows[first - 1].depth >= depth or (self.rows[first - 1].blank and first > 1 and self.rows[first - 2].depth)
        ):
            first -= 1
        if all(self.rows[at].blank for at in range(first, head.start)):
            self.headed.add(self.next_filled(first) or first)
            if head.forward:
                self.forward(head, first, self.quotation_end(first))
        return head.end

    def follow_marked(self, head: Head, following: int) -> int:
        if head.prose:
            return head.end
        self.headed.add(following)
        if head.forward or (self.about.forward and head.sure and head.sender):
            self.forward(head, head.start, self.quotation_end(following))
        else:
            self.give(head.start, head.end, Role.QUOTED)
        return head.end

    def quotation_end(self, start: int) -> int:
        """The row after the marked quotation that begins at `start`."""
        end = start
        for at in range(start, len(self.rows)):
            if self.rows[at].depth:
                end = at + 1
            elif not self.rows[at].blank:
                break
        return end

    def forward(self, head: Head, start: int, end: int) -> None:
        self.give(start, end, Role.FORWARDED)
        self.sender = self.sender or head.sender

    def follow_unmarked(self, head: Head) -> int:
        """A head over text without marks: all to the end is quoted, if the head can carry that."""
        if not head.sure:
            return head.end
        end = self.region_end(head)
        above = " ".join(self.rows[at].bare for at in range(head.start) if self.typed(at))[:20_000]
        if head.forward or self.about.forward or (not self.about.reply and hints.PASSING_ON.search(above)):
            self.forward(head, head.start, end)
            return end
        ends_exactly = end < len(self.rows) and self.next_filled(end) is not None
        if (not above and not ends_exactly) or hints.INLINE.search(above):
            self.doubt = self.doubt or not above or bool(hints.INLINE.search(above))
            return end
        self.give(head.start, end, Role.QUOTED)
        self.confidence = min(self.confidence, 0.9 if above else 0.7)
        return end

    def region_end(self, head: Head) -> int:
        """Where an unmarked quotation ends: behind our own footer, at a line that says so, else with the mail."""
        for at in range(head.end, len(self.rows)):
            if at in self.footer_ends:
                return at
            row = self.rows[at]
            if row.bare[:1] in "-_–—=" and row.bare and separators.read(row.bare) is separators.Kind.END:
                return at + 1
        return len(self.rows)

    # -- signatures and gateway text ------------------------------------------------------------------------------

    def signatures(self) -> None:
        at = 0
        while at < len(self.rows):
            row = self.rows[at]
            if self.roles[at] is None and row.mark == structures.SIGNATURE and row.depth == 0:
                at = self.marked_signature(at)
                continue
            if self.roles[at] is None and signatures.is_delimiter(row):
                end = signatures.end(self.rows, at, self.claim(at + 1))
                if end is not None:
                    self.give(at, end, Role.SIGNATURE)
                    at = end
                    continue
            at += 1

    def claim(self, start: int) -> int:
        """The next row from `start` that something has claimed already."""
        return next((at for at in range(start, len(self.rows)) if self.roles[at] is not None), len(self.rows))

    def marked_signature(self, start: int) -> int:
        """A signature by its HTML. People type into it by mistake, so it must be short and not all there is."""
        end = start
        while end < len(self.rows) and self.rows[end].mark == structures.SIGNATURE and self.roles[end] is None:
            end += 1
        filled = sum(not self.rows[at].blank for at in range(start, end))
        elsewhere = any(self.typed(at) and self.rows[at].mark != structures.SIGNATURE for at in range(len(self.rows)))
        if filled <= signatures.MAX_ROWS and elsewhere:
            self.give(start, end, Role.SIGNATURE)
        return end

    def paragraphs(self) -> list[banners.Paragraph]:
        """The paragraphs nothing has claimed yet."""
        found: list[banners.Paragraph] = []
        start: int | None = None
        for at in range(len(self.rows) + 1):
            if at < len(self.rows) and self.typed(at):
                start = at if start is None else start
            elif start is not None:
                found.append(banners.Paragraph(start, at, " ".join(row.bare for row in self.rows[start:at])[:5_000]))
                start = None
        return found

    def gateway(self) -> None:
        found = self.paragraphs()
        for paragraph in found[:3]:
            if not banners.is_warning(paragraph):
                break
            self.give(paragraph.start, paragraph.end, Role.SIGNATURE)
        for paragraph in reversed(found[1:]):
            if not banners.is_footer(paragraph):
                break
            self.give(paragraph.start, paragraph.end, Role.SIGNATURE)

    def taglines(self) -> None:
        """Lines a phone adds: with nothing typed behind them in their paragraph, and apart from what stands above."""
        for at, row in enumerate(self.rows[:LONG_MAIL]):
            if not self.typed(at) or not signatures.is_tagline(row.bare):
                continue
            below = at + 1 < len(self.rows) and self.typed(at + 1) and not signatures.is_tagline(self.rows[at + 1].bare)
            if not below and any(self.typed(other) for other in range(at)):
                self.give(at, at + 1, Role.SIGNATURE)

    # -- marked quotations ----------------------------------------------------------------------------------------

    def quotations(self) -> None:
        at = 0
        while at < len(self.rows):
            if self.rows[at].depth == 0 or self.rows[at].blank or self.roles[at] is not None:
                at += 1
                continue
            end = self.quotation_end(at)
            self.quotation(at, end)
            at = end

    def quotation(self, start: int, end: int) -> None:
        headed = start in self.headed
        following = self.next_filled(end)
        if following is not None and self.typed(following) and not self.closes(start, following):
            if headed:
                self.give(start, self.context_start(start, end), Role.QUOTED)
            self.give(start, end, Role.WRITTEN)
            return
        if not headed and self.own_quotation(start, following):
            self.give(start, end, Role.WRITTEN)
            return
        self.give(start, end, Role.QUOTED)
        if not headed:
            self.confidence = min(self.confidence, 0.7)

    def closes(self, start: int, following: int) -> bool:
        """Whether what is typed below a quotation is only the closing of what is typed above it."""
        if not any(self.typed(at) for at in range(start)):
            return False
        tail = [self.rows[at] for at in range(following, len(self.rows)) if self.roles[at] is None and not self.rows[at].blank]
        if len(tail) > 6 or any(row.depth or len(row.bare) > 70 for row in tail):
            return False
        return hints.CLOSING.fullmatch(tail[0].bare) is not None or (
            bool(self.about.sender) and tail[0].bare == self.about.sender
        )

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
        """Whether the author quotes something of their own accord: a new mail, or words above that lead to it."""
        if not self.about.reply and not self.about.forward:
            return True
        if (
            following is not None
            and following + 1 < len(self.rows)
            and self.roles[following] is Role.QUOTED
            and not self.rows[following].depth
        ):
            return following not in range(*self.footers[-1]) if self.footers else True
        above = next((at for at in range(start - 1, -1, -1) if not self.rows[at].blank), None)
        return above is not None and self.typed(above) and self.rows[above].bare.endswith(":")

    # -- the end --------------------------------------------------------------------------------------------------

    def anything_shown(self) -> bool:
        return any(
            role is Role.FORWARDED or (role in (None, Role.WRITTEN) and not row.blank)
            for role, row in zip(self.roles, self.rows, strict=True)
        )

    def show_in_doubt(self) -> None:
        """Nothing typed was found. Marked quotations alone are sure; anything else is shown."""
        marked = any(row.depth for row in self.rows)
        if not self.doubt and (marked or not self.rows):
            return
        own = {at for start, end in self.footers for at in range(start, end)}
        self.roles = [Role.QUOTED if at in own else Role.WRITTEN for at in range(len(self.rows))]
        self.confidence = 0.4

    def settled(self) -> tuple[Role, ...]:
        """Blank rows go with the row above them."""
        out: list[Role] = []
        last = Role.WRITTEN
        for role, row in zip(self.roles, self.rows, strict=True):
            if not row.blank or role is not None:
                last = role or Role.WRITTEN
            out.append(last)
        return tuple(out)
