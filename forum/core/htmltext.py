"""HTML to readable plain text: lines with quote depth, lists, tables, links; linear, and it never loses what can be seen.

Stands on `core.htmlscan` and `core.htmlwriter`. `core.markup.to_text` joins the lines for everybody; the bridge's reader asks
for the lines themselves and hands in `mark`, which names the structures of mail clients, and `tint`, which names the colours
of text (docs/decisions/html-to-text.md).
"""

from __future__ import annotations

from dataclasses import replace

from forum.core import htmlscan
from forum.core.htmlscan import Kind, tokens
from forum.core.htmlwriter import BLANK, Line, Mark, Marker, Tinter, Writer

__all__ = ["Line", "Mark", "Marker", "Tinter", "lines", "to_text"]

MAX_TAGS = 50_000  # behind them the rest is one piece of text; no person's mail has a tenth of it
MAX_HIDDEN = 2_000  # characters that nobody sees and that are left out; more of them are shown
MAX_QUOTE = 12  # `>` signs in front of a line at most


def lines(html: str, *, mark: Marker | None = None, tint: Tinter | None = None) -> list[Line]:
    """The lines of `html` in reading order. `mark(tag, attributes)` may name an element; its lines carry that name.

    `tint(tag, attributes, around)` tells the colour of an element's text from the one around it; a line carries that of its
    last words, or else of its first.
    """
    writer = _written(html, Writer(mark, tint))
    if writer.left_out and (writer.unclosed or not writer.written or writer.left_out > MAX_HIDDEN):  # rather a mistake
        writer = _written(html, Writer(mark, tint, unseen=True))
    return _tidy(writer.lines)


def _written(html: str, writer: Writer) -> Writer:
    tags = 0
    for token in tokens(html):
        if token.kind is Kind.TEXT:
            writer.text(token.value)
            continue
        tags += 1
        if tags > MAX_TAGS:
            writer.end_line()
            writer.lines.append(Line(htmlscan.strip(html[token.end :]).strip(), writer.top.quote, writer.mark_name))
            break
        if token.kind is Kind.OPEN:
            writer.open(token)
        else:
            writer.close(token)
    while writer.stack:
        writer.unclosed = writer.unclosed or writer.top.hidden != ""
        writer.pop()
    writer.end_line()
    return writer


def _tidy(found: list[Line]) -> list[Line]:
    """Blank lines at most in pairs, none at either end."""
    kept: list[Line] = []
    blanks = 2
    for line in found:
        bare = line if line.text.strip(BLANK) else replace(line, text="")
        blanks = blanks + 1 if not bare.text else 0
        if blanks <= 1 or bare.mark != (kept[-1].mark if kept else None):
            kept.append(bare)
    while kept and not kept[-1].text:
        kept.pop()
    return kept


def to_text(html: str) -> str:
    """`html` as plain text, quotations with `> ` in front."""
    return "\n".join(("> " * min(line.quote, MAX_QUOTE) + line.text).rstrip() for line in lines(html))
