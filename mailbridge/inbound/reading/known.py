"""Compares a quotation with the post it quotes, where the caller knows that: what is not in the post was typed.

Outlook quotes without marks, Gmail lets people type inside the marked quotation; either way the answer looks like the question.
A step of `cut`; letters only, so wrapping does not matter, and without addresses, which we mask and gateways rewrite.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate, islice

from mailbridge.inbound.reading.rows import Row

SKIP = 2_000  # letters of the post that may be missing in the quotation at one place
SHORT = 12  # rows with fewer letters are the post's only at the very place, or as a whole line of it
ENOUGH = 0.5  # share of the post's letters that must be found, else it is another post that is quoted …
RECOGNISED = 40  # … unless this many letters are found: people shorten what they quote
ANYWHERE = 500  # rows that are searched in the whole post: what people move, and archives whose order is unknown

_LETTER = re.compile(r"[^\W_]+")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]{1,200})\]\((?:https?|mailto):[^()\s]{1,500}\)")
_REWRITTEN = re.compile(r"safelinks|urldefense|ratspost|\bfaden\b|mimecast|sophos", re.IGNORECASE)  # links that gateways change
_LINK_REST = re.compile(r"(?=\S{0,300}[=&?/%])[\w=&?/%.#)>+~:;,-]{20,300}")  # of a link that a client has wrapped
_OURS = re.compile(r"(?:Antwort auf Beitrag \d+|Nur für die Gruppe|Answer to post \d+|Zu groß für diese Mail)\b.{0,200}")
_PICTURE = re.compile(r"\[(?:cid:|image:|Bild:|Inline-Bild|Ein Bild)[^\]]{0,300}\]|<image\d{0,6}\.\w{3,4}>", re.IGNORECASE)


def letters(text: str) -> str:
    """`text` without anything but letters and digits, lower case; addresses and links left out."""
    return "".join(_LETTER.findall(" ".join(map(_without_address, text.split())))).lower()


def _without_address(word: str) -> str:
    if "://" in word:
        before = word[: word.index("://")]
        return before[: max(before.rfind("<"), before.rfind("("), 0)]
    return "" if "@" in word or word.startswith(("<mailto:", "www.", "<www.")) else word


@dataclass(slots=True)
class Post:
    """The answered post, ready for comparing; all in `letters`. `ends` are the places where a word ends; lines are counted."""

    text: str
    letters: str
    ends: frozenset[int] = frozenset()
    lines: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, text: str) -> Post:
        raw, text = text, _MARKDOWN_LINK.sub(r"\1 ", text)
        words = [letters(word) for word in text.split()]
        return cls(
            raw, "".join(words), frozenset(accumulate(map(len, words))), Counter(letters(line) for line in text.split("\n"))
        )


def _theirs(rows: list[Row], at: int) -> bool:
    """Whether a row is what we or a client put around a post."""
    bare = rows[at].bare
    if _OURS.match(bare) or _PICTURE.fullmatch(bare):
        return True
    return at > 0 and "://" in rows[at - 1].bare and _LINK_REST.fullmatch(bare) is not None


def _speaks(bare: str, post: Post) -> bool:
    """Whether a row without letters says something that is not in the post: a link alone, a sign like a thumb."""
    if "://" in bare and not _REWRITTEN.search(bare):
        return bare.strip("<>()[] .,;") not in post.text
    return any(unicodedata.category(sign) == "So" and sign not in post.text for sign in bare[:20])


def typed_rows(rows: list[Row], quoted: list[int], post: Post) -> list[int] | None:
    """Those of the rows `quoted` that are not of `post`; None if `post` is not what is quoted there."""
    found = position = total = tries = 0
    lines = Counter(post.lines)
    others: list[tuple[int, str]] = []
    for at in quoted:
        row = letters(rows[at].bare if len(rows[at].text) < 300 else rows[at].text)
        if not row and not _theirs(rows, at) and _speaks(rows[at].bare, post):
            others.append((at, row))
        if not row or _theirs(rows, at):
            continue
        total += len(row)
        place = post.letters.find(row, position, position + (SKIP if len(row) >= SHORT else 0) + len(row))
        if place >= 0 and len(row) < SHORT and place + len(row) not in post.ends:  # "Ja" above "Jahr"
            place = -1
        if place >= 0:
            position = place + len(row)
        elif len(row) >= SHORT and tries < ANYWHERE:
            tries += 1
            place = post.letters.find(row)
        if place < 0:
            others.append((at, row))
            continue
        lines[row] -= 1
        found += len(row)
    typed: list[int] = []
    for at, row in others:  # short lines out of order, each as often as the post has it
        if row and lines[row] > 0:
            lines[row] -= 1
            found += len(row)
        else:
            typed.append(at)
    enough = found >= min(ENOUGH * len(post.letters), RECOGNISED) or (found >= SHORT and found >= ENOUGH * total)
    return typed if post.letters and found and enough else None


def share(rows: list[Row], quoted: list[int], post: Post) -> float:
    """How much of `post` (0..1) stands in the rows `quoted`; 1 for a post too short to tell. Wrapping does not matter."""
    if len(post.letters) < RECOGNISED:
        return 1.0 if len(post.letters) < SHORT else float(post.letters in letters(" ".join(rows[at].text for at in quoted)))
    found = tries = 0
    joined: list[str] = []
    for at in quoted:
        row = letters(rows[at].bare if len(rows[at].text) < 300 else rows[at].text)
        joined.append(row)
        if len(row) >= SHORT and tries < ANYWHERE:
            tries += 1
            found += len(row) if row in post.letters else 0
    text = "".join(joined)
    whole = sum(len(line) for line in islice(post.lines, ANYWHERE) if len(line) >= SHORT and line in text)
    return min(1.0, max(found, whole) / len(post.letters))
