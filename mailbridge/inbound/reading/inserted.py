"""What the author typed inside a quotation, between the lines of the mail that is answered. A step of `cut`.

Two witnesses: the post itself, where the caller knows it (then every other line is the author's), else the colours of HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailbridge.inbound.reading import banners, known, separators, signatures, tints
from mailbridge.inbound.reading.known import Post
from mailbridge.inbound.reading.rows import Row

CONTEXT = 15  # rows above an answer that may be kept with it
NEAR_TOP = 3  # paragraphs among which the gateway of the author's house has put its warning


@dataclass(frozen=True, slots=True)
class Inserted:
    """Rows typed inside a quotation; `confidence` of this reading; `known`: the post told it, so the rest is quoted."""

    rows: tuple[int, ...]
    confidence: float
    known: bool


def find(rows: list[Row], quoted: list[int], post: Post | None, author: str = "") -> Inserted:
    """What was typed into the rows `quoted` of one quotation, heads and footers left out."""
    candidates = [at for at in quoted if not rows[at].blank]
    if post is not None and candidates:
        typed = known.typed_rows(rows, candidates, post)
        if typed is not None:
            theirs = _of_gateways(rows, candidates) | _of_older_posts(rows, candidates, set(typed))
            return Inserted(tuple(at for at in typed if at not in theirs and not _of_a_client(rows[at])), 0.8, True)
    coloured = tints.set_apart(rows, candidates[0], candidates[-1] + 1) if candidates else []
    named = _named(rows, candidates, author)
    wanted = set(candidates)
    return Inserted(tuple(sorted(wanted.intersection(coloured) | named)), 0.5, False)


def _named(rows: list[Row], quoted: list[int], author: str) -> set[int]:
    """Rows that begin with the author's initials or first name, as people mark their answers by hand: "[BY] ja", "Birol: ja"."""
    names = re.findall(r"[^\W\d_]+", author)[:5]
    if len(names) < 2:
        return set()
    initials = "".join(name[0] for name in names)
    begins = re.compile(rf"[\[(<]{{0,2}}(?:{initials}[\])>:]|{initials} ?:|{re.escape(names[0])}[\])>:])")
    return {at for at in quoted if begins.match(rows[at].bare)}


def with_questions(rows: list[Row], start: int, answers: tuple[int, ...]) -> set[int]:
    """The answers and the paragraph above each, not above row `start`."""
    kept = set(answers)
    for at in answers:
        above = at - 1
        while above >= start and (rows[above].blank or above in kept):
            above -= 1
        while above >= start and not rows[above].blank and above not in kept and at - above <= CONTEXT:
            kept.add(above)
            above -= 1
    return kept


def _of_a_client(row: Row) -> bool:
    return signatures.is_tagline(row.bare) or separators.read(row.bare) is not None or separators.is_rule(row.bare)


def _paragraphs(rows: list[Row], quoted: list[int]) -> list[banners.Paragraph]:
    found: list[banners.Paragraph] = []
    start = before = quoted[0]
    for at in [*quoted[1:], quoted[-1] + 2]:
        if at != before + 1:
            found.append(banners.Paragraph(start, before + 1, " ".join(row.bare for row in rows[start : before + 1][:60])))
            start = at
        before = at
    return found


def _of_gateways(rows: list[Row], quoted: list[int]) -> set[int]:
    """Rows that the gateway of the author's house has put into our mail on its way in."""
    found = _paragraphs(rows, quoted)
    theirs: set[int] = set()
    for paragraph in found[:NEAR_TOP]:
        theirs.update(range(paragraph.start, banners.warning_end(rows, paragraph)))
    for paragraph in found[-NEAR_TOP:]:
        if banners.is_footer(paragraph):
            theirs.update(range(paragraph.start, paragraph.end))
    return theirs


def _of_older_posts(rows: list[Row], quoted: list[int], typed: set[int]) -> set[int]:
    """Runs of deeper rows without a single row of the post: what the post itself has quoted."""
    base = min(rows[at].depth for at in quoted)
    theirs: set[int] = set()
    run: list[int] = []
    for at in [*quoted, None]:
        if at is not None and rows[at].depth > base:
            run.append(at)
            continue
        if run and typed.issuperset(run):
            theirs.update(run)
        run = []
    return theirs
