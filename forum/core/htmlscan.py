"""Cuts HTML into tokens in linear time; stands below `core.htmltext` (HTML to text) and `core.markup` (size gate).

Not a validating parser: it never raises, never looks back, and visits each character a bounded number of times, so
hostile input costs no more than honest input of the same size. Where browsers and damaged HTML disagree it prefers
to show text over hiding it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

MAX_ATTRIBUTES = 4096  # characters of one tag that are read for attributes; a data: URI beyond that is never needed


def names(words: str) -> frozenset[str]:
    """A set of tag names, written as one line of words."""
    return frozenset(words.split())


RAW_CONTENT = names("script style title noembed template xml")
VOID = names("area base br col embed hr img input link meta param source track wbr")

_MARKUP = re.compile(r"<(?=[a-zA-Z/!?])")
_SIMPLE_TAGS = re.compile(r"(?:</?[a-zA-Z!][^<>]{0,2000}>\s{0,100})+")
_NAME = re.compile(r"[a-zA-Z][^\s/>]{0,99}")
_OPEN_QUOTE = re.compile(r"=\s{0,9}([\"'])")
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]{1,99})(?:\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")


class Kind(Enum):
    """What a token is."""

    TEXT = "text"
    OPEN = "open"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of HTML: text with entities decoded, or a tag by its lower-case name and its unread attributes."""

    kind: Kind
    value: str
    raw: str = ""
    end: int = 0  # where the source goes on

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of an opening tag, names lower-cased, entities decoded; the first of a name counts."""
        found: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(self.raw[:MAX_ATTRIBUTES]):
            value = match[2] if match[2] is not None else match[3] if match[3] is not None else match[4] or ""
            found.setdefault(match[1].lower(), html.unescape(value))
        return found


class _Source:
    """The text with a memory of what does not occur any more, so that no search is repeated in vain."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._absent_from: dict[str, int] = {}

    def find(self, needle: str, start: int) -> int:
        if start >= self._absent_from.get(needle, len(self.text) + 1):
            return -1
        place = self.text.find(needle, start)
        if place < 0:
            self._absent_from[needle] = start
        return place

    def tag_end(self, start: int) -> int:
        """Index of the `>` that ends the tag at `start`, quoted values skipped, or -1."""
        end = self.find(">", start)
        position = start
        while end >= 0:
            quote = _OPEN_QUOTE.search(self.text, position, end)
            if quote is None:
                return end
            close = self.find(quote[1], quote.end())
            if close < 0:
                return end
            position = close + 1
            if close > end:
                end = self.find(">", close)
        return end


def tokens(source: str) -> Iterator[Token]:
    """The tokens of `source` in order. Comments, declarations and the content of script, style and title are left out."""
    text = _Source(source)
    lowered = _Source(source.lower()) if len(source.lower()) == len(source) else _Source(source)
    position, length = 0, len(source)
    while position < length:
        found = _MARKUP.search(source, position)
        start = found.start() if found else length
        if start > position:
            yield Token(Kind.TEXT, html.unescape(source[position:start]), end=start)
        if start == length:
            return
        token, position = _tag(text, start)
        if token is None:
            continue
        yield token
        if token.kind is Kind.OPEN and token.value in RAW_CONTENT and not token.raw.endswith("/"):
            close = lowered.find("</" + token.value, position)
            position = position if close < 0 else close


def _tag(text: _Source, start: int) -> tuple[Token | None, int]:
    """The token at the `<` at `start` (None for a comment or declaration) and where to read on."""
    source = text.text
    if source.startswith("<!--", start):
        end = text.find("-->", start + 2)
        return (None, end + 3) if end >= 0 else (Token(Kind.TEXT, source[start : start + 4]), start + 4)
    closing = source.startswith("</", start)
    name = _NAME.match(source, start + (2 if closing else 1))
    if name is None:
        if source.startswith(("<!", "<?", "</"), start):
            end = text.find(">", start)
            if end >= 0:
                return None, end + 1
        return Token(Kind.TEXT, "<"), start + 1
    end = text.find(">", name.end()) if closing else text.tag_end(name.end())
    if end < 0:
        return Token(Kind.TEXT, "<"), start + 1
    kind = Kind.CLOSE if closing else Kind.OPEN
    return Token(kind, name[0].lower(), source[name.end() : end], end + 1), end + 1


def strip(source: str) -> str:
    """The text of `source` with a line break for each run of tags: the quick way for what no person wrote."""
    return html.unescape(_SIMPLE_TAGS.sub("\n", source))


def measure(source: str, *, stop_at: int) -> tuple[int, int]:
    """(number of tags, greatest nesting depth); counting ends when either exceeds `stop_at`."""
    tags = depth = deepest = 0
    for token in tokens(source):
        if token.kind is Kind.TEXT:
            continue
        tags += 1
        if token.kind is Kind.CLOSE:
            depth = max(0, depth - 1)
        elif token.value not in VOID:
            depth += 1
            deepest = max(deepest, depth)
        if tags > stop_at:
            break
    return tags, deepest
