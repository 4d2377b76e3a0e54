"""The beginning of what somebody wrote, as a letter of ours may show it: without tokens and without links. Pure."""

from __future__ import annotations

import re

from forum.core import masking

LENGTH = 600
_LINK = re.compile(r"(?i)\b(?:[a-z]{2,10}://|www\.)\S+")


def line(text: str) -> str:
    """A text in one line."""
    return " ".join(_tame(text).split())


def beginning(body: str) -> str:
    """At most LENGTH characters, cut at a word."""
    text = _tame(body).strip()
    return text if len(text) <= LENGTH else text[:LENGTH].rsplit(maxsplit=1)[0] + " …"


def _tame(text: str) -> str:
    """Without tokens and links: our own letter must not carry a forger's bait."""
    return _LINK.sub("[Link]", masking.strip_tokens(text))
