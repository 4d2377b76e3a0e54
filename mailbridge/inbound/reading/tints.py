"""Colours of text in HTML: answers typed inside a quotation are told from it by them (Outlook, Gmail: "in Rot").

`tint` names the colour of an element for `core.htmltext`; `set_apart` asks of a finished quotation which rows differ from it.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from mailbridge.inbound.reading import header_block, hints, signatures
from mailbridge.inbound.reading.rows import Row

STRONG = "strong"  # bold or italic: only an answer right below a question
SATURATED = 60  # difference of the strongest and weakest of red, green, blue; below, it is a grey
OURS = 0.4  # share of the letters that the colour of the first row must have to be the colour of the quotation

_STYLE = re.compile(r"(?:^|[;\s])(color|background(?:-color)?|font-weight|font-style)\s{0,5}:\s{0,5}([^;]{1,60})")
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})\b")
_RGB = re.compile(r"rgba?\(\s{0,5}(\d{1,3})[\s,]{1,5}(\d{1,3})[\s,]{1,5}(\d{1,3})")
_INLINE = frozenset({"span", "font", "mark", "p", "div", "b", "strong", "i", "em", "u", "li", "pre", "code"})
_NAMED = {
    "red": (255, 0, 0), "darkred": (139, 0, 0), "crimson": (220, 20, 60), "maroon": (128, 0, 0), "firebrick": (178, 34, 34),
    "blue": (0, 0, 255), "darkblue": (0, 0, 139), "navy": (0, 0, 128), "mediumblue": (0, 0, 205), "royalblue": (65, 105, 225),
    "green": (0, 128, 0), "darkgreen": (0, 100, 0), "lime": (0, 255, 0), "forestgreen": (34, 139, 34), "teal": (0, 128, 128),
    "orange": (255, 165, 0), "darkorange": (255, 140, 0), "orangered": (255, 69, 0), "brown": (165, 42, 42),
    "purple": (128, 0, 128), "magenta": (255, 0, 255), "fuchsia": (255, 0, 255), "violet": (238, 130, 238),
    "yellow": (255, 255, 0), "cyan": (0, 255, 255), "aqua": (0, 255, 255), "turquoise": (64, 224, 208), "olive": (128, 128, 0),
}  # fmt: skip
_LETTER = re.compile(r"\w")


def tint(tag: str, attributes: dict[str, str], around: str) -> str:
    """The tint of text inside an element: a colour, STRONG, or "" for black, grey and white; `around` is inherited."""
    found = around
    if tag in ("b", "strong", "i", "em"):
        found = found or STRONG
    if tag == "mark":
        found = "on ffff00"
    if not attributes or tag not in _INLINE:
        return found
    if tag == "font" and "color" in attributes:  # Gmail, Notes, Outlook's RTF
        found = _colour(attributes["color"].lower(), found)
    style = attributes.get("style", "")
    if ":" not in style:
        return found
    for name, value in _STYLE.findall(style[:1_000].lower()):
        if name == "color":
            found = _colour(value, found)
        elif name.startswith("background"):
            found = "on " + shade if (shade := _colour(value, "")) else found
        elif value.startswith(("bold", "700", "600", "italic")):
            found = found or STRONG
    return found


def _colour(value: str, around: str) -> str:
    """A saturated colour as six digits, "" for greys, `around` for what is no colour of its own."""
    if named := _NAMED.get(value.strip().split(" ")[0].removesuffix("!important")):
        rgb = named
    elif found := _HEX.search(value):
        digits = found[1] if len(found[1]) == 6 else "".join(sign * 2 for sign in found[1])
        rgb = (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16))
    elif parts := _RGB.search(value):
        rgb = (int(parts[1]), int(parts[2]), int(parts[3]))
    else:
        return "" if value.strip().startswith(("black", "windowtext", "white", "gray", "grey", "dark", "dim")) else around
    if max(rgb) - min(rgb) < SATURATED:
        return ""
    return "".join(f"{min(part, 255):02x}" for part in rgb)


def set_apart(rows: list[Row], start: int, end: int) -> list[int]:
    """The rows of a quotation whose colour sets them apart from the mail they stand in; quoted mails are looked at singly."""
    out: list[int] = []
    mail: list[int] = []
    depth = 0
    for at in range(start, end):
        row = rows[at]
        told = header_block.field(row.bare)
        if (told is not None and told[0] is header_block.Field.FROM and row.tint in ("", STRONG)) or (
            not row.blank and row.depth != depth
        ):
            out += _of_mail(rows, mail)
            mail, depth = [], row.depth
        if not row.blank and (row.tint not in ("", STRONG) or (told is None and _LETTER.search(row.bare))):
            mail.append(at)
    return out + _of_mail(rows, mail)


def _of_mail(rows: list[Row], mail: list[int]) -> list[int]:
    """The rows set apart within one quoted mail. Below its closing only sentences count: signatures are colourful."""
    if not any(rows[at].tint for at in mail):
        return []
    plain = (rows[mail[0]].tint, "", STRONG)
    closing = next(
        (n for n, at in enumerate(mail) if n and rows[at].tint in plain and hints.CLOSING.fullmatch(rows[at].bare)), len(mail)
    )
    body = mail[:closing]
    letters: Counter[str] = Counter()
    for at in body:
        letters[rows[at].tint] += len(rows[at].bare)
    base = _base(rows, body, letters)
    apart = {shade for shade in letters if shade not in (base, STRONG)}
    if not base:
        apart.discard("")
    coloured = [at for at in mail[closing:] if rows[at].tint not in (base, "", STRONG)]
    alone = coloured == mail[-1:] and len(mail) > closing + 1  # the last row of all: an answer below rather than a signature
    sentences = coloured if alone else [at for at in coloured if signatures.talks(rows[at].bare)]
    below = [at for at in mail[closing:] if rows[at].tint in apart - {""}]
    found = [at for at in body if rows[at].tint in apart]
    found += [at for before, at in pairwise(body) if _answers_boldly(rows[before], rows[at])]
    return sorted({*found, *(below if found else ()), *sentences})


def _base(rows: list[Row], body: list[int], letters: Counter[str]) -> str:
    """The colour of the quoted mail itself: Outlook writes whole answers in dark blue."""
    first = rows[body[0]].tint if body else ""
    return first if first != STRONG and letters[first] >= OURS * letters.total() else ""


def _answers_boldly(before: Row, row: Row) -> bool:
    return row.tint == STRONG and before.tint != STRONG and before.bare.endswith("?") and not row.bare.endswith("?")
