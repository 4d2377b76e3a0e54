"""What the subject's first prefix says: an answer, a forward, or a new mail."""

from __future__ import annotations

import re

# prefix -> client language; the first one decides, so "AW: WG: x" is an answer
REPLY = ("aw", "antw", "antwort", "re", "ref", "sv", "vs", "odp", "rif", "ynt", "res", "rv re", "回复", "答复")
FORWARD = (
    "wg",
    "fwd",
    "fw",
    "tr",
    "wtr",
    "weiter",
    "weitergel",
    "weitergeleitet",
    "weiterleitung",  # typed by hand, some web mailers
    "doorst",
    "vb",
    "vl",
    "rv",
    "enc",
    "i",
    "pd",
    "转发",
)

_PREFIX = re.compile(r"\s{0,5}(?:\[[^\]]{0,80}\]\s{0,5}){0,3}([^\W\d_]{1,15})\.?\s?(?:[\[(]\d{1,3}[\])]|\^\d{1,3})?\s?[:：]")


def is_reply(subject: str) -> bool:
    """Whether the subject begins like an answer."""
    found = _PREFIX.match(subject[:300])
    return found is not None and found[1].lower() in REPLY


def is_forward(subject: str) -> bool:
    """Whether the subject begins like a forward."""
    found = _PREFIX.match(subject[:300])
    return found is not None and found[1].lower() in FORWARD
