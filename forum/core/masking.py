"""Masking: what must leave a text before it is stored or shown. `strip_tokens` runs on every body that comes in (R56), by either
door; `mask_addresses` besides makes the "Ganzes Original" page (DESIGN §5). Pure, and linear in the length of the text.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from forum.core import tokens

NEUTRAL = "[…]"
"""Stands where an address or a link with a token stood; needs no translation."""

HIDDEN_ADDRESS = "…@…"
"""Stands where somebody's mail address stood."""

_PREFIXES = "|".join(sorted(tokens.KINDS, key=len, reverse=True))
_AT_DOMAIN = r"(?:(?:@|%40)[a-z0-9-]+(?:\.[a-z0-9-]+)*(?:\?[^\s<>\"]*)?)?"
_TOKEN = rf"{tokens.SHAPE}(?![a-z0-9])"
_TRACES = re.compile(
    rf"(?P<link>https?://[^\s<>\"]+)|(?<![a-z0-9])(?:mailto:)?(?:(?:{_PREFIXES})(?:\+|%2b|=2b))?{_TOKEN}{_AT_DOMAIN}",
    re.IGNORECASE | re.ASCII,
)
_TOKEN_ALONE = re.compile(rf"(?<![a-z0-9]){_TOKEN}", re.IGNORECASE | re.ASCII)
_LINK_END = ".,;:!?)]}'"
_UNWRAPPINGS = 3

# A local part is only looked for where one begins: without the look-behind a long word without @ would cost its square.
_LOCAL = r"[\w.+=!#$%'*^`{|}~-]"
_QUOTED_LOCAL = r'"[^"\n]{1,64}"'
_ADDRESS = re.compile(rf"(?:{_QUOTED_LOCAL}|(?<!{_LOCAL}){_LOCAL}+)(?:@|＠)(?P<domain>\[[^\]\s]{{1,50}}\]|\w[\w.-]*)")
_ESCAPED_AT = re.compile(r"%40|=40|&#64;|&#x40;|&commat;", re.IGNORECASE)


def strip_tokens(text: str) -> str:
    """The text without our personal addresses, one-click links and bare tokens, each replaced by NEUTRAL; safe to repeat."""
    return _TRACES.sub(_without_token, text)


def mask_addresses(text: str, ours: tuple[str, ...] = ()) -> str:
    """The text without tokens and with every mail address hidden, but for those at our own domains `ours` (lower case)."""

    def hidden(found: re.Match[str]) -> str:
        domain = found["domain"].rstrip(".-")
        after = found["domain"][len(domain) :]
        return found[0] if domain.lower() in ours else HIDDEN_ADDRESS + after

    return _ADDRESS.sub(hidden, _ESCAPED_AT.sub("@", strip_tokens(text)))


def _without_token(found: re.Match[str]) -> str:
    link = found["link"]
    if link is None:
        return NEUTRAL
    end = link[len(link.rstrip(_LINK_END)) :]
    return NEUTRAL + end if _holds_token(link) else link


def _holds_token(link: str) -> bool:
    # Link scanners wrap our links into theirs, escaped, and sometimes twice.
    for _ in range(_UNWRAPPINGS):
        if _TOKEN_ALONE.search(link):
            return True
        plain = unquote(link)
        if plain == link:
            return False
        link = plain
    return _TOKEN_ALONE.search(link) is not None
