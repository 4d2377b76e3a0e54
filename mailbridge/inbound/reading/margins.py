"""Claims what is neither typed nor quoted: signatures, lines of phones, text of gateways and lists. A step of `cut`."""

from __future__ import annotations

from mailbridge.inbound.reading import banners, separators, signatures, structures
from mailbridge.inbound.reading.body import Body, Role

TOP = 3  # paragraphs at the top among which gateways put their warnings


def claim(body: Body) -> None:
    """Give the role SIGNATURE to everything at the margins."""
    _signatures(body)
    _gateway(body)
    _taglines(body)


def _signatures(body: Body) -> None:
    delimiters = [at for at, row in enumerate(body.rows) if body.typed(at) and signatures.is_delimiter(row)]
    doubtful = [at for at in delimiters if not signatures.is_exact(body.rows[at])]
    for at in delimiters:
        if body.roles[at] is None and (len(doubtful) < 2 or signatures.is_exact(body.rows[at])):
            end = signatures.end(body, at)
            if end is not None:
                body.give(at, end, Role.SIGNATURE)
    _marked(body)


def _marked(body: Body) -> None:
    """Signatures by their HTML. People type into them by mistake, so they must be short and not all there is."""
    marked = [at for at in range(len(body.rows)) if body.rows[at].mark == structures.SIGNATURE and body.typed(at)]
    if not marked or not any(body.typed(at) and row.mark != structures.SIGNATURE for at, row in enumerate(body.rows)):
        return
    if len(marked) <= signatures.MAX_ROWS:
        for at in marked:
            body.give(at, at + 1, Role.SIGNATURE)


def _paragraphs(body: Body) -> list[banners.Paragraph]:
    """The paragraphs nothing has claimed yet; a drawn line begins a new one."""
    found: list[banners.Paragraph] = []
    start: int | None = None
    for at in range(len(body.rows) + 1):
        typed = body.typed(at)
        if start is not None and (not typed or separators.is_rule(body.rows[at].bare)):
            found.append(banners.Paragraph(start, at, " ".join(row.bare for row in body.rows[start:at][:60])))
            start = None
        if typed and start is None:
            start = at
    return found


def _gateway(body: Body) -> None:
    found = _paragraphs(body)
    for paragraph in found[:TOP]:
        if not banners.is_warning(paragraph):
            break
        body.give(paragraph.start, paragraph.end, Role.SIGNATURE)
    for paragraph in reversed(found[1:]):
        if not banners.is_footer(paragraph):
            break
        body.give(paragraph.start, paragraph.end, Role.SIGNATURE)


def _taglines(body: Body) -> None:
    """Lines a phone adds: nothing typed follows in their paragraph, and something typed stands above."""
    typed_above = False
    for at, row in enumerate(body.rows):
        if not body.typed(at):
            continue
        below = body.typed(at + 1) and not signatures.is_tagline(body.rows[at + 1].bare)
        if typed_above and not below and signatures.is_tagline(row.bare):
            body.give(at, at + 1, Role.SIGNATURE)
        typed_above = True
