"""What an element does to its text that plain text must know: strike it out, or hide it. Asked by `core.htmlwriter`."""

from __future__ import annotations

import re

from forum.core import htmlscan

STRUCK = htmlscan.names("s strike del")  # Outlook, Gmail, Word's tracked changes
MARK = "~~"

_THROUGH = re.compile(r"text-decoration(?:-line)?\s{0,5}:[^;]{0,40}line-through")  # Apple Mail, web mailers
_NONE = re.compile(r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden")  # newsletters' preview lines, trackers
_SIZE = re.compile(r"font-size\s{0,5}:\s{0,5}(0(?:\.0{1,3})?(?:px|pt|em|rem|%)?(?=\s{0,5}(?:;|!|$)))?")
LENGTH = 1_000  # characters of a style attribute that are looked at


def is_struck(tag: str, attributes: dict[str, str]) -> bool:
    """Whether the text of an element is crossed out."""
    return tag in STRUCK or (tag == "span" and _THROUGH.search(attributes.get("style", "")[:LENGTH].lower()) is not None)


def hidden(attributes: dict[str, str], around: str) -> str:
    """Why nobody sees the text of an element: "none", "size" or "". A size of its own shows text again, nothing else does."""
    style = attributes.get("style", "")[:LENGTH].lower()
    if around == "none" or not style:
        return around
    if _NONE.search(style):
        return "none"
    sizes = _SIZE.findall(style)
    return around if not sizes else "size" if sizes[-1] else ""


def is_emoji(alt: str) -> bool:
    """Whether the replacement text of a picture is the sign it shows (Outlook, Gmail, phones) rather than its description."""
    return 0 < len(alt) <= 16 and not re.search(r"[\w\s]", alt) and any(sign > "\u2000" for sign in alt)
