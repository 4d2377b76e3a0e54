"""Compares an unmarked quotation with the post it quotes, where the caller knows that: what is not in the post was typed.

Outlook quotes without marks, and people answer between the lines. A step of `cut`; letters only, so wrapping does not matter.
"""

from __future__ import annotations

import re

from mailbridge.inbound.reading.rows import Row

SKIP = 2_000  # letters of the post that may be missing in the quotation at one place
SHORT = 12  # rows with fewer letters are the post's only at the very place
ENOUGH = 0.5  # share of the post's letters that must be found, else it is another post that is quoted

_LETTER = re.compile(r"[^\W_]+")
_OURS = re.compile(r"(?:Antwort auf Beitrag \d+|Nur für die Gruppe|Answer to post \d+|Zu groß für diese Mail)\b.{0,200}")


def letters(text: str) -> str:
    """`text` without anything but letters and digits, lower case."""
    return "".join(_LETTER.findall(text)).lower()


def typed_rows(rows: list[Row], start: int, end: int, post: str) -> list[int]:
    """The rows from `start` to `end` (exclusive) that are not of `post` (its letters); none if `post` is not what is quoted."""
    found = position = 0
    others: list[int] = []
    for at in range(start, end):
        row = letters(rows[at].text)
        if not row or _OURS.match(rows[at].bare):
            continue
        place = post.find(row, position, position + (SKIP if len(row) >= SHORT else 0) + len(row))
        if place < 0:
            others.append(at)
        else:
            found += len(row)
            position = place + len(row)
    return others if post and found >= ENOUGH * len(post) else []
