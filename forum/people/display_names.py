"""Names that pretend to be another: letters of several alphabets in one word, signs that nobody sees, styled letters (R59).

Asked by `people.service.clean_name` whenever somebody gives or changes a name.
"""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\s\-.'’‘,()/&]+")
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that show nothing."""
_DRAWN = frozenset(("Lu", "Ll", "Lt", "Lm", "Nd", "Nl", "No", "So"))
_MOST_MARKS = 2
_EAST_ASIAN = frozenset(("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "KATAKANA-HIRAGANA"))
_SHARED = frozenset(("MODIFIER", "COMBINING"))


def deception(name: str) -> str | None:
    """What is deceptive about a name, as a code; None for an honest one. `name` is in NFC and printable."""
    if any(sign in _BLANK_LETTERS or _is_variation(sign) for sign in name):
        return "invisible"
    if any(unicodedata.category(sign) in _DRAWN and _is_styled(sign) for sign in name):
        return "styled"
    if _stacked(name):
        return "stacked"
    if any(len(_scripts(word)) > 1 for word in _WORD.findall(name)):
        return "mixed"
    return None


def _is_variation(sign: str) -> bool:
    return "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"


def _is_styled(sign: str) -> bool:
    """Mathematical, full-width, circled and small-capital forms: another way to draw a letter that there is already."""
    plain = unicodedata.normalize("NFKC", sign)
    return plain != sign and not unicodedata.name(sign, "").startswith(("ARABIC", "HANGUL", "CJK", "THAI", "LAO"))


def _stacked(name: str) -> bool:
    marks = 0
    for sign in name:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks > _MOST_MARKS:
            return True
    return False


def _scripts(word: str) -> set[str]:
    """The alphabets of a word's letters; those of East Asia are written together and count as one."""
    found = {unicodedata.name(sign, "?").split()[0] for sign in word if sign.isalpha()} - _SHARED
    return {"EAST ASIAN" if script in _EAST_ASIAN else script for script in found}
