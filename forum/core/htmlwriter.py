"""From the tokens of HTML to lines of text: where a line ends, what stands in front of it, how deep it is quoted.

The middle of `core.htmltext`: `htmlscan` gives the tokens, `htmltext` drives this writer and tidies what it wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from forum.core import htmlscan, htmlstyle
from forum.core.htmlscan import VOID, Token

MAX_DEPTH = 200  # open elements that are remembered; deeper ones still give their text
BLOCKS = htmlscan.names(
    "address article aside blockquote body center dd details dir div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header html li main menu nav ol option p pre section summary table tbody tfoot "
    "thead tr ul"
)
SPACED = htmlscan.names("p h1 h2 h3 h4 h5 h6 blockquote ul ol dl pre table figure")
LISTS = htmlscan.names("ul ol menu dir")
CELLS = htmlscan.names("td th")
CLOSED_BY_SIBLING = htmlscan.names("p li td th tr dt dd option")

_SPACE = re.compile(r"[ \t\r\n\f\v]+")
BLANK = " \t\r\n\f\v\u00a0\u200b\ufeff"


@dataclass(frozen=True, slots=True)
class Mark:
    """What an element means beyond its tag. `quote` levels come on top of the tag's own; a `sticky` mark is not replaced
    by marks inside; a `point` marks one empty line at its place and nothing inside."""

    name: str
    quote: int = 0
    sticky: bool = False
    point: bool = False


Marker = Callable[[str, dict[str, str]], Mark | None]
Tinter = Callable[[str, dict[str, str], str], str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text: `quote` levels of quotation around it, the name of the mark that holds there, and its tint, if any."""

    text: str
    quote: int = 0
    mark: str | None = None
    tint: str = ""


@dataclass(slots=True)
class _Element:
    """An open element: what it adds to the lines inside."""

    name: str
    mark: Mark | None = None
    quote: int = 0
    tint: str = ""
    linked: bool = False
    counter: int | None = None
    pre: bool = False
    href: str = ""
    href_text: int = 0
    cells: int = 0
    struck: bool = False
    hidden: str = ""


class Writer:
    """Takes tokens, gives lines. One instance a document."""

    def __init__(self, mark: Marker | None, tint: Tinter | None = None, *, unseen: bool = False) -> None:
        self.mark = mark
        self.tint = tint
        self.tints: tuple[str, str] | None = None  # of the first and the last words of the line, links apart
        self.lines: list[Line] = []
        self.stack: list[_Element] = []
        self.skipped_depth = 0
        self.pieces: list[str] = []
        self.prefix = ""
        self.space = False
        self.gap = False
        self.lists = 0
        self.unseen = unseen  # whether hidden text is written, too
        self.striking = False  # the next words are crossed out
        self.written = self.left_out = 0  # characters
        self.unclosed = False  # a hidden element was open at the end

    # -- state of the open elements -------------------------------------------------------------------------------

    @property
    def top(self) -> _Element:
        return self.stack[-1] if self.stack else _Element("")

    @property
    def mark_name(self) -> str | None:
        return self.top.mark.name if self.top.mark is not None else None

    def push(self, element: _Element) -> None:
        above = self.top
        element.quote = max(0, element.quote + above.quote)
        if above.mark is not None and (above.mark.sticky or element.mark is None):
            element.mark = above.mark
        element.pre = element.pre or above.pre
        element.linked = element.name == "a" or above.linked
        self.stack.append(element)

    # -- lines ----------------------------------------------------------------------------------------------------

    def write(self, text: str) -> None:
        if self.top.hidden and not self.unseen:
            self.left_out += len(text)
            return
        self.written += len(text)
        if self.gap:
            self.end_line(gap=False)
            if self.lines and self.lines[-1].text:
                quote = min(self.lines[-1].quote, self.top.quote)
                self.lines.append(Line("", quote, self.mark_name))
            self.gap = False
        if self.space and self.pieces:
            self.pieces.append(" ")
        self.space = False
        self.pieces.append(htmlstyle.MARK + text if self.striking else text)
        self.striking = False
        if self.tint and not self.top.linked and text.strip(BLANK):
            self.tints = (self.tints[0] if self.tints else self.top.tint, self.top.tint)

    def end_line(self, *, gap: bool = False, forced: bool = False) -> None:
        if self.pieces or forced:
            text = "".join(self.pieces).replace("\u00a0", " ").rstrip(" ")
            if text or self.prefix:
                text = self.prefix + text
                self.prefix = ""
            first, last = self.tints or ("", "")
            self.lines.append(Line(text, self.top.quote, self.mark_name, last or first))
        self.pieces = []
        self.tints = None
        self.space = False
        self.gap = self.gap or gap

    def text(self, value: str) -> None:
        if self.top.pre:
            first, *rest = value.replace("\r\n", "\n").split("\n")
            if first:
                self.write(first)
            for line in rest:
                self.end_line(forced=True)
                if line:
                    self.write(line)
            return
        words = _SPACE.split(value)
        if len(words) > 1 and not words[0]:
            self.space = True
        body = " ".join(word for word in words if word)
        if body:
            self.write(body)
        if words[-1] == "" and len(words) > 1:
            self.space = True

    # -- tags -----------------------------------------------------------------------------------------------------

    def open(self, token: Token) -> None:
        name = token.value
        if name == "br":
            self.end_line(forced=True)
            return
        if name in BLOCKS:
            self.end_line(gap=name in SPACED)
        if name == "hr":
            self.end_line()
            self.write("-" * 30)
            self.end_line()
        attributes = token.attributes if token.raw else {}
        if name == "img":
            alt = _SPACE.sub(" ", attributes.get("alt", "")).strip()
            if htmlstyle.is_emoji(alt):
                self.write(alt)
            elif alt and not attributes.get("src", "").startswith("cid:"):
                self.write(f"[{alt}]")
            return
        if name in VOID:
            self.point(self.mark(name, attributes) if self.mark else None)
            return
        if name in CLOSED_BY_SIBLING and self.top.name == name:
            self.pop()
        if len(self.stack) >= MAX_DEPTH:
            self.skipped_depth += 1
            return
        mark = self.mark(name, attributes) if self.mark else None
        self.point(mark)
        self.push(self.element(name, attributes, None if mark is None or mark.point else mark))

    def point(self, mark: Mark | None) -> None:
        if mark is not None and mark.point:
            self.end_line()
            self.lines.append(Line("", self.top.quote, mark.name))

    def element(self, name: str, attributes: dict[str, str], mark: Mark | None) -> _Element:
        element = _Element(name, mark, 0 if mark is None else mark.quote)
        element.hidden = htmlstyle.hidden(attributes, self.top.hidden)
        if htmlstyle.is_struck(name, attributes) and not element.hidden:
            element.struck = self.striking = True
        if self.tint is not None:
            element.tint = self.tint(name, attributes, self.top.tint)
        if name == "blockquote":
            element.quote += 1
        elif name in LISTS - {"ol"}:
            self.lists += 1
            self.gap = self.gap and self.lists == 1
        elif name == "ol":
            self.lists += 1
            self.gap = self.gap and self.lists == 1
            start = attributes.get("start", "1")
            element.counter = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1
        elif name == "li":
            self.bullet()
        elif name == "pre":
            element.pre = True
        elif name == "a":
            element.href = attributes.get("href", "").strip()
            element.href_text = len(self.pieces)
        elif name in CELLS:
            self.cell()
        return element

    def bullet(self) -> None:
        indent = "  " * max(0, min(self.lists, 8) - 1)
        numbered = next((above for above in reversed(self.stack) if above.name in LISTS), None)
        if numbered is not None and numbered.counter is not None:
            self.prefix = f"{indent}{numbered.counter}. "
            numbered.counter += 1
        else:
            self.prefix = f"{indent}- "

    def cell(self) -> None:
        row = next((above for above in reversed(self.stack[-6:]) if above.name == "tr"), None)
        if row is None:
            return
        if row.cells and self.pieces:
            self.pieces.append(" | ")
            self.space = False
        row.cells += 1

    def close(self, token: Token) -> None:
        name = token.value
        if name in BLOCKS:
            self.end_line(gap=name in SPACED and not (name in LISTS and self.lists > 1))
        if name in ("p", "br"):
            self.end_line()
        if self.skipped_depth and not any(element.name == name for element in self.stack[-1:]):
            self.skipped_depth -= 1
            return
        for distance, element in enumerate(reversed(self.stack)):
            if element.name == name:
                for _ in range(distance + 1):
                    self.pop()
                return
            if element.name in ("table", "blockquote") and name not in ("body", "html", "table", "blockquote", "div"):
                return

    def pop(self) -> None:
        element = self.stack.pop()
        if element.name in LISTS:
            self.lists -= 1
        if element.name == "a" and element.href:
            self.link(element)
        if element.struck:
            self.end_strike()

    def end_strike(self) -> None:
        """The mark behind what is crossed out, on the line of its last word; an empty element leaves nothing."""
        if self.striking:
            self.striking = False
        elif self.pieces:
            self.pieces.append(htmlstyle.MARK)
        elif self.lines:
            self.lines[-1] = replace(self.lines[-1], text=self.lines[-1].text + htmlstyle.MARK)

    def link(self, element: _Element) -> None:
        shown = "".join(self.pieces[element.href_text :]).strip()
        address = element.href
        if not address.lower().startswith(("http:", "https:", "mailto:")) or not shown:
            return
        bare = _SPACE.sub("", address)
        plain = bare[7:] if bare.lower().startswith("mailto:") else bare
        if _same_address(shown, plain):
            return
        self.pieces.append(f" <{plain[:2000]}>")


def _same_address(shown: str, address: str) -> bool:
    """Whether the visible text already tells the address."""

    def bare(text: str) -> str:
        text = text.strip(BLANK + "<>()[]").lower()
        text = text.split("://", 1)[-1]
        return text.removeprefix("mailto:").removeprefix("www.").split("?")[0].rstrip("/")

    return bare(shown) == bare(address)
