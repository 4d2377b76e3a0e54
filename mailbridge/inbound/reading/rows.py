"""A mail's body as rows: what stands there, how deep it is quoted, and a short bare form for pattern tests.

First step of `inbound.text`; `structures` makes rows of HTML. No row is ever dropped or joined.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace

TESTED = 400  # characters of a row that patterns look at; longer rows are prose
MAX_DEPTH = 30
MAX_ROWS = 20_000  # what comes behind is one row: no person wrote it
MAX_BLANK = 3  # blank rows in a run

_MARKS = re.compile(r"(?:> ?){1,30}")
_INITIALS = re.compile(r" ?([A-ZÄÖÜ][A-Za-zÄÖÜäöüß]{0,2})>[> ]?")  # The Bat!: "PM> Text"
GROUPWISE = re.compile(r">>> .{0,300}\d{1,2}[:.]\d\d.{0,80}")  # GroupWise: ">>> Petra Muster <…> 03.02.2025 12:00 >>>"
_OPEN_LINK = re.compile(r"<(?:https?:|mailto:)[^<>]{0,2000}$")
_LINK_REST = re.compile(r"(?=\S{0,300}[=&?/%_])[\w=&?/%.#)>+~:;,-]{4,300}")
_LINK_END = re.compile(r"https?://\S{8,}$")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e"))
_WIDE_SPACE = re.compile(r"[\s\u00a0\u2000-\u200a\u202f\u205f\u3000]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `text` as it stands, `depth` of quotation, `bare` without marks, stars and wide spaces, cut at TESTED.

    `tint` is its colour where HTML tells (`tints`).
    """

    text: str
    depth: int
    bare: str
    mark: str | None = None
    tint: str = ""

    @property
    def blank(self) -> bool:
        return not self.bare


# the footer of the GMX and WEB.DE apps, glued to the last words where their HTML loses its line breaks
_GLUED = re.compile(
    r"(?<=\S)[ \u00a0]?"
    r"(-- ?(?:Diese Nachricht wurde|Gesendet|Von meinem|Sent)\b.{3,90}(?:gesendet|(?:GMX|WEB\.DE|App|mail)\b).{0,20})$"
)

BLANK = Row("", 0, "")


def bare(text: str) -> str:
    """`text` for pattern tests: invisible signs, emphasis stars and repeated spaces gone, at most TESTED characters."""
    text = text[: TESTED * 2]
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    return _WIDE_SPACE.sub(" ", text.replace("*", "")).strip()[:TESTED]


def unglued(line: str) -> list[str]:
    """`line`, and the footer of an app that hangs at its end."""
    if "--" not in line[-140:]:
        return [line]
    found = _GLUED.search(line, max(0, len(line) - 140))
    return [line] if found is None else [line[: found.start()], line[found.start(1) :]]


def split(text: str) -> list[Row]:
    """The rows of a plain-text body."""
    known: dict[str, Row] = {"": BLANK}
    rows: list[Row] = []
    lines = [part for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") for part in unglued(line)]
    initials = _initials(lines)
    blanks = 0
    for number, line in enumerate(lines):
        if len(rows) >= MAX_ROWS:
            rows.append(_row("\n".join(lines[number:]), initials))
            break
        row = known.get(line)
        if row is None:
            row = known[line] = _row(line, initials)
        blanks = 0 if row.bare or row.depth else blanks + 1
        if blanks <= MAX_BLANK:
            rows.append(row)
    return _unquote_strays(rows)


def _row(line: str, initials: frozenset[str]) -> Row:
    depth, start = 0, 0
    if line.startswith(">"):
        if GROUPWISE.fullmatch(line.strip()):
            return Row(line, 0, bare(line))
        marks = _MARKS.match(line)
        assert marks is not None
        depth, start = marks[0].count(">"), marks.end()
    elif initials and (named := _INITIALS.match(line)) and named[1] in initials:
        depth, start = 1, named.end()
    return Row(line, depth, bare(line[start:]))


def _initials(lines: list[str]) -> frozenset[str]:
    """Initials that at least two rows carry as quotation marks."""
    seen = Counter(named[1] for line in lines if ">" in line[:5] and (named := _INITIALS.match(line)))
    return frozenset(name for name, times in seen.items() if times > 1)


def _unquote_strays(rows: list[Row]) -> list[Row]:
    """Rows that begin with `>` for another reason: mboxo's ">From", and a long <link> broken before its end."""
    for at, row in enumerate(rows):
        if at and not row.depth and rows[at - 1].depth and _LINK_REST.fullmatch(row.text) and _LINK_END.search(rows[at - 1].bare):
            rows[at] = replace(row, depth=rows[at - 1].depth)  # the rest of a quoted link that was broken without a mark
        if row.depth != 1:
            continue
        before = rows[at - 1] if at else BLANK
        after = rows[at + 1] if at + 1 < len(rows) else BLANK
        stray = row.text.startswith(">From ") and not before.depth and not after.depth
        broken_link = not before.depth and not after.depth and _OPEN_LINK.search(before.text[-2100:]) is not None
        if stray or broken_link:
            rows[at] = replace(row, depth=0, bare=bare(row.text))
    return rows


def unmarked(row: Row) -> Row:
    """The row without its marks of quotation."""
    return replace(row, text=row.text.lstrip("> "), depth=0)


def join(rows: list[Row]) -> str:
    """The rows as text again, without blank rows at the ends and with at most two blank rows in a run."""
    out: list[str] = []
    blanks = 0
    for row in rows:
        line = row.text.rstrip()
        blanks = 0 if line.strip("> ") else blanks + 1
        if blanks <= 2:
            out.append(line)
    while out and not out[-1].strip("> "):
        out.pop()
    while out and not out[0].strip("> "):
        out.pop(0)
    return "\n".join(out)
