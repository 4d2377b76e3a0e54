"""Claims what is neither typed nor quoted: signatures, lines of phones, text of gateways and lists. A step of `cut`."""

from __future__ import annotations

from dataclasses import replace

from mailbridge.inbound.reading import banners, separators, signatures, structures
from mailbridge.inbound.reading.body import Body, Role
from mailbridge.inbound.reading.rows import Row

FEW = 5  # delimiters of which each is looked at
TOP = 3  # paragraphs at the top among which gateways put their warnings


def claim(body: Body, *, fresh: bool = False) -> None:
    """Give the role SIGNATURE to everything at the margins. `fresh`: the mail answers nothing, so a sentence there is text."""
    _signatures(body, fresh)
    _marked(body)
    _gateway(body)
    _taglines(body)


def is_all(rows: list[Row], roles: tuple[Role, ...]) -> bool:
    """Whether what is shown of a mail is nothing but such margins: shown because nothing else was there."""
    shown = [replace(row, mark=None) for row, role in zip(rows, roles, strict=True) if role is Role.WRITTEN and not row.depth]
    body = Body(shown)
    for paragraph in _paragraphs(body):
        if banners.is_footer(paragraph):
            body.give(paragraph.start, paragraph.end, Role.SIGNATURE)
    claim(body)
    return not any(body.typed(at) and not signatures.is_tagline(row.bare) for at, row in enumerate(shown))


def _signatures(body: Body, fresh: bool) -> None:
    delimiters = [at for at, row in enumerate(body.rows) if body.typed(at) and signatures.is_delimiter(row)]
    exact = [at for at in delimiters if signatures.is_exact(body.rows[at])]
    drawn = set(exact if len(exact) > 1 and (fresh or len(exact) <= FEW) else ())
    asking = _asking(body, delimiters[0] + 1) if delimiters else frozenset()
    for at in delimiters:
        if body.roles[at] is not None or (len(delimiters) - len(exact) > 1 and at not in exact):
            continue
        end = signatures.end(body, at, asking)
        if end is not None and not _is_text(body, at + 1, end, fresh=fresh, drawn=at in drawn):
            body.give(at, end, Role.SIGNATURE)


def _is_text(body: Body, start: int, end: int, *, fresh: bool, drawn: bool) -> bool:
    """Whether what stands below a delimiter is more than a signature. `drawn`: one of several, a line between parts of a text.

    In an answer one paragraph may talk: a motto, the hours of a surgery; a new mail has nothing that could be quoted below.
    """
    told = " ".join(row.bare for row in body.rows[start : min(end, start + 40)])
    if not signatures.has_contact(told) and (drawn or signatures.is_list(body.rows[start:end])):
        return True
    if fresh and signatures.is_list(body.rows[start:end]):
        return True
    return _says(body, start, end) > (0 if fresh or drawn else 1)


def _asking(body: Body, first: int) -> frozenset[int]:
    """Rows below the first delimiter that speak to the reader, what companies add left out."""
    found = [at for at in range(first, len(body.rows)) if body.typed(at) and signatures.asks(body.rows[at].bare)]
    if not found:
        return frozenset()
    footers = [one for one in _paragraphs(body, first) if banners.is_footer(one)]
    theirs = {at for one in footers for at in range(one.start, one.end)}
    return frozenset(at for at in found if at not in theirs)


def _says(body: Body, start: int, end: int) -> int:
    """How many paragraphs from `start` to `end` talk, what companies and clients add left out."""
    return sum(signatures.is_prose(one.text) and not banners.is_footer(one) for one in _paragraphs(body, start, end))


def _marked(body: Body) -> None:
    """Signatures by their HTML. People type into them by mistake, so they must be short, not all there is, and not talk."""
    marked = [at for at in range(len(body.rows)) if body.rows[at].mark == structures.SIGNATURE and body.typed(at)]
    if not marked or not any(body.typed(at) and row.mark != structures.SIGNATURE for at, row in enumerate(body.rows)):
        return
    if len(marked) <= signatures.MAX_ROWS and not _says(body, marked[0], marked[-1] + 1):
        asking = _asking(body, marked[0])
        for at in marked:
            if at not in asking:
                body.give(at, at + 1, Role.SIGNATURE)


def _paragraphs(body: Body, first: int = 0, end: int | None = None) -> list[banners.Paragraph]:
    """The paragraphs from row `first` to `end` that nothing has claimed yet; a drawn line begins a new one."""
    end = len(body.rows) if end is None else end
    found: list[banners.Paragraph] = []
    start: int | None = None
    for at in range(first, end + 1):
        typed = at < end and body.typed(at)
        if start is not None and (not typed or separators.is_rule(body.rows[at].bare)):
            found.append(banners.Paragraph(start, at, " ".join(row.bare for row in body.rows[start:at][:60])))
            start = None
        if typed and start is None:
            start = at
    return found


def _gateway(body: Body) -> None:
    found = _paragraphs(body)
    for paragraph in found[:TOP]:
        end = banners.warning_end(body.rows, paragraph)
        body.give(paragraph.start, end, Role.SIGNATURE)
        if end < paragraph.end:
            break
    for paragraph in reversed(found[1:]):
        if not banners.is_footer(paragraph):
            break
        body.give(paragraph.start, paragraph.end, Role.SIGNATURE)


def _taglines(body: Body) -> None:
    """Lines a phone adds: nothing typed follows in their paragraph, and something typed or passed on is there besides."""
    lines = [at for at, row in enumerate(body.rows) if body.typed(at)]
    added = [at for at in lines if signatures.is_tagline(body.rows[at].bare)]
    alone = len(added) == len(lines)  # then it is a mail passed on, or an empty answer
    if alone and not any(
        role in (Role.QUOTED, Role.FORWARDED) or row.depth for role, row in zip(body.roles, body.rows, strict=True)
    ):
        return
    for at in added:
        below = body.typed(at + 1) and not signatures.is_tagline(body.rows[at + 1].bare)
        if not below and (alone or at != lines[0]):
            body.give(at, at + 1, Role.SIGNATURE)
