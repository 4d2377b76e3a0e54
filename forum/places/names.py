"""Words of addresses: folding what a person wrote, and what may be the name of a topic, a region or a group. Pure.

Used by the seed, the catalogue, groups and `mailbridge.addresses`, so that all of them mean the same by a name.
"""

from __future__ import annotations

import re
import unicodedata

COMMAND_SUFFIXES = ("abo", "ab", "hilfe", "subscribe", "unsubscribe", "help", "owner")
"""Cut off the end of a whole local part, after a hyphen (DESIGN §4)."""

OWN_PREFIXES = ("faden-", "gruppe-")
"""What begins like this names a thread or a group, never a topic or a region."""

_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST = 64  # octets of a local part, RFC 5321 §4.5.3.1.1


def fold(text: str) -> str:
    """The text in lower case, without surrounding blanks, umlauts spelled out (ä → ae, ß → ss); other characters stay."""
    composed = unicodedata.normalize("NFC", text.strip()).lower()
    return composed.translate(_SPELLED_OUT)


def slug(text: str) -> str:
    """The text folded down to a-z, 0-9 and single hyphens ("Rat der Stadt Köln" → "rat-der-stadt-koeln"); may be empty."""
    plain = unicodedata.normalize("NFKD", fold(text)).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def fault(name: str) -> str | None:
    """Why this word can name nothing in an address, or None if it can."""
    if not _SLUG.fullmatch(name):
        return "a name has only a-z, 0-9 and single hyphens inside"
    if len(name) > _LONGEST:
        return f"a name has at most {_LONGEST} characters"
    if any(name.endswith(f"-{suffix}") for suffix in COMMAND_SUFFIXES):
        return "a name does not end like a command"
    if name.startswith(OWN_PREFIXES):
        return "a name does not begin like the address of a thread or a group"
    return None
