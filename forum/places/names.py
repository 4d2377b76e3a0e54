"""Folding: how a word of a person becomes a word of an address. Pure; used by the catalogue, the seed and mailbridge.addresses."""

from __future__ import annotations

import re
import unicodedata

_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def fold(text: str) -> str:
    """The text in lower case, without surrounding blanks, umlauts spelled out (ä → ae, ß → ss); other characters stay."""
    composed = unicodedata.normalize("NFC", text.strip()).lower()
    return composed.translate(_SPELLED_OUT)


def slug(text: str) -> str:
    """The text folded down to a-z, 0-9 and single hyphens ("Rat der Stadt Köln" → "rat-der-stadt-koeln"); may be empty."""
    plain = unicodedata.normalize("NFKD", fold(text)).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
