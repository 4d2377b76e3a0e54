"""Markup in and out: Markdown and plain text to HTML, foreign HTML to clean HTML or to text.

The only file of the house that sanitises. Whatever a page shows as HTML went through `sanitise`, `render_markdown`
or `render_plain`; what each lets through is the table TAGS and ATTRIBUTES (R81). Size, depth and number of tags are
capped before any library sees the input, because no sanitiser is linear (R82).
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator

import bleach
import nh3
from markdown_it import MarkdownIt

from forum.core import htmlscan, htmltext, links

MAX_HTML = 256 * 1024  # characters
MAX_DEPTH = 100
MAX_TAGS = 5_000
MAX_ENTITIES = 10_000  # bleach takes seconds for 80,000 of them
MAX_MARKDOWN = 64 * 1024  # characters; beyond, a post is shown as plain text
MAX_QUOTE = 12  # nested blockquotes; deeper `>` signs stay visible as text

TAGS = htmlscan.names(
    "p br hr strong em b i u s del a ul ol li blockquote pre code h1 h2 h3 h4 table thead tbody tr th td sup sub"
)
ATTRIBUTES = {"a": {"href", "title", "rel"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}
SCHEMES = frozenset({"http", "https", "mailto"})
REL = "nofollow noopener noreferrer ugc"

_INVISIBLE_ORDER = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_LINK = re.compile(r'<a(?: href="([^"<>]*)")?[^<>]*>((?:(?!</a>)[\s\S]){0,4000})</a>')
_TAG = re.compile(r"<[^<>]{0,4000}>")
_QUOTE_MARK = re.compile(r" ?> ?")


def _attribute(tag: str, name: str, value: str) -> str | None:
    """What nh3 may keep of an attribute: links with one true host, plain numbers, known words."""
    if tag == "a" and name == "href":
        return links.safe(value)
    if name == "start" and not (value.isascii() and value.isdigit() and len(value) < 7):
        return None
    if name == "align" and value not in ("left", "right", "center", "justify"):
        return None
    return value


_NH3 = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags={"script", "style", "title", "template", "noembed"},
    attributes={tag: names - {"rel"} for tag, names in ATTRIBUTES.items()},
    attribute_filter=_attribute,
    url_schemes=set(SCHEMES),
    link_rel=REL,
    strip_comments=True,
)


def _bleach() -> bleach.sanitizer.Cleaner:
    return bleach.sanitizer.Cleaner(
        tags=set(TAGS),
        attributes={tag: sorted(names) for tag, names in ATTRIBUTES.items()},
        protocols=set(SCHEMES),
        strip=True,
        strip_comments=True,
    )


def sanitise(html: str) -> str:
    """Foreign HTML as clean HTML: only TAGS and ATTRIBUTES, links with their true host shown. Too big: its text (R82)."""
    html = _visible(html)
    if len(html) > MAX_HTML:
        return render_plain(to_text(html))
    tags, depth = htmlscan.measure(html, stop_at=MAX_TAGS)
    if tags > MAX_TAGS or depth > MAX_DEPTH:
        return render_plain(to_text(html))
    clean = _NH3.clean(html)
    if clean.count("&") > MAX_ENTITIES:
        return render_plain(to_text(clean))
    return _LINK.sub(_with_host, _bleach().clean(clean))


def _with_host(match: re.Match[str]) -> str:
    """A link, its host behind it unless the visible text is that host already (R84); of one that leads nowhere, its text."""
    if match[1] is None:
        return match[2]
    address = entities.unescape(match[1])
    shown = entities.unescape(_TAG.sub("", match[2]))
    host = links.host_to_show(address, shown)
    return match[0] if host is None else f"{match[0]} ({entities.escape(host)})"


def _visible(text: str) -> str:
    """`text` without control characters, and with direction overrides made visible, so nothing reads other than it is."""
    text = _CONTROLS.sub("", text)
    return _INVISIBLE_ORDER.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)


# -- Markdown -------------------------------------------------------------------------------------------------------


def _markdown() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True, "maxNesting": 20})
    md.enable(["table", "strikethrough", "linkify"]).disable("image")
    md.linkify = links.finder()
    return md


_MARKDOWN = _markdown()


def render_markdown(text: str) -> str:
    """A post written as Markdown, as clean HTML. Longer than MAX_MARKDOWN: shown as plain text."""
    text = _visible(text)
    if len(text) > MAX_MARKDOWN:
        return render_plain(text)
    html = _MARKDOWN.render(text)
    tags, depth = htmlscan.measure(html, stop_at=MAX_TAGS)
    if len(html) > MAX_HTML or tags > MAX_TAGS or depth > MAX_DEPTH:
        return render_plain(text)
    return sanitise(html)


def markdown_to_text(text: str) -> str:
    """A Markdown post as the plain text of a mail: the source, with links written out and emphasis marks kept."""
    return _MARKDOWN_LINK.sub(_written_out, _visible(text))


_MARKDOWN_LINK = re.compile(
    r"(?<!!)\[([^\[\]\n]{1,500})\]\(<?(https?://[^\s()<>]{1,2000}|mailto:[^\s()<>]{1,500})>?(?: \"[^\"\n]{0,200}\")?\)"
)


def _written_out(match: re.Match[str]) -> str:
    label, address = match[1], match[2].removeprefix("mailto:")
    return address if label == address else f"{label} <{address}>"


# -- plain text -----------------------------------------------------------------------------------------------------


def render_plain(text: str) -> str:
    """Plain text with `>` quotations as clean HTML: paragraphs, nested quotations, links. Linear in the length."""
    out: list[str] = []
    depth = 0
    paragraph: list[str] = []

    def flush() -> None:
        if paragraph:
            out.append("<p>" + "<br>\n".join(paragraph) + "</p>")
            paragraph.clear()

    for level, line in _levels(_visible(text)):
        if level != depth:
            flush()
            out.extend(["<blockquote>"] * (level - depth) + ["</blockquote>"] * (depth - level))
            depth = level
        if line.strip():
            paragraph.append(_inline(line))
        else:
            flush()
    flush()
    return "\n".join(out + ["</blockquote>"] * depth)


def _levels(text: str) -> Iterator[tuple[int, str]]:
    """(quote depth, rest) of each line; a space before the first `>` is no part of the sign."""
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        level, position = 0, 0
        if line.startswith(">"):
            while level < MAX_QUOTE and (sign := _QUOTE_MARK.match(line, position)):
                level, position = level + 1, sign.end()
        yield level, line[position:]


def _inline(line: str) -> str:
    """One line escaped, addresses linked, runs of spaces kept."""
    pieces: list[str] = []
    position = 0
    for start, end, address in links.find(line):
        pieces.append(_spaced(line[position:start]))
        target = links.safe(address)
        shown = line[start:end]
        if target is None:
            pieces.append(_spaced(shown))
        else:
            host = links.host_to_show(target, shown)
            pieces.append(f'<a href="{entities.escape(target)}" rel="{REL}">{entities.escape(shown)}</a>')
            pieces.append(f" ({entities.escape(host)})" if host else "")
        position = end
    pieces.append(_spaced(line[position:]))
    return "".join(pieces)


def _spaced(text: str) -> str:
    """Escaped; every second space of a run as a no-break space, so tables typed with spaces stay tables."""
    return entities.escape(text.replace("\t", "    ")).replace("  ", " \u00a0")


# -- text -----------------------------------------------------------------------------------------------------------


def to_text(html: str) -> str:
    """HTML as readable plain text: lists, tables, links, `>` before quotations. Linear, loses no text."""
    return htmltext.to_text(_visible(html))
