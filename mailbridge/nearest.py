"""The nearest valid names to a mistyped one: what the 550 of an unknown board offers. Pure; called by mailbridge.addresses.

Anyone may send any 64 octets here, so the work is bounded: an index of letter pairs picks a shortlist, and only that is compared
letter by letter, with a bit-parallel edit distance.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Literal, Protocol

Kind = Literal["topic", "region", "alias", "reserved", "body", "group", "ambiguous"]

SUGGESTIONS = 3
_SHORTLIST = 40
_MOST_UNKNOWN_PARTS = 3
_SHORTEST_ALIAS = 4  # plates are valid, but "un" is no good answer to "unma"
_FILLERS = frozenset(("kreis", "landkreis", "stadt", "gemeinde", "region", "land", "rb", "am", "an", "der", "im", "in", "und"))
_GLUED = re.compile(r"\A(?:landkreis|kreis|stadt|gemeinde)(?=[a-z]{4})")
_LONG_WORD = 6
_CONTAINED = 1.5  # kleve for kreis-kleve, wetter for wetter-ruhr
_COMPOUND = 2.0  # finanzen for kommunalfinanzen
_DROPPED = 4.0  # the cost of leaving a part out: more than any likely typo


@dataclass(frozen=True, slots=True)
class Name:
    """One word of the one table of names: what it is, the slug it leads to, and all it could mean if it is ambiguous."""

    word: str
    kind: Kind
    target: str = ""
    candidates: tuple[str, ...] = field(default=())


class Names(Protocol):
    """What the grammar needs to know about topics, regions, aliases, reserved words, bodies and groups."""

    def find(self, name: str) -> Name | None:
        """The name of exactly this folded word."""

    def all_names(self) -> Iterable[Name]:
        """Every name but the groups; the same order each time."""

    def find_group(self, slug: str) -> str | None:
        """The slug of the group of this name, None if there is none."""


@dataclass(frozen=True, slots=True)
class _Index:
    slugs: dict[str, str]  # word → slug
    joined: dict[str, str]  # word without hyphens → slug
    pairs: dict[str, tuple[str, ...]]  # two letters → words


def resolve(word: str, names: Names) -> Name | None:
    """The name of a word, an alias replaced by the topic or region it stands for."""
    name = names.find(word)
    return names.find(name.target) if name is not None and name.kind == "alias" else name


def suggest(parts: tuple[str, ...], names: Names, extra: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Up to three valid local parts near to these parts, the nearest first; `extra` are words that stand alone."""
    choices = _choices(parts, names)
    if choices is None:
        return ()
    ranked: dict[str, float] = {}
    for chosen in product(*choices):
        local = ".".join(dict.fromkeys(word for _, word in chosen if word))
        if local:
            ranked[local] = min(ranked.get(local, _DROPPED * len(parts)), sum(cost for cost, _ in chosen))
    if len(parts) == 1:
        ranked |= {word: cost for word in extra if (cost := distance(parts[0], word)) <= _reach(parts[0]) / 2}
    return tuple(sorted(ranked, key=lambda local: (ranked[local], local))[:SUGGESTIONS])


def distance(one: str, other: str) -> int:
    """How many letters must be added, dropped, replaced or swapped with their neighbour (optimal string alignment).

    Columns of the usual table are kept as bits of integers (Hyyrö 2003), so a letter costs a dozen operations, not a column.
    """
    if not one:
        return len(other)
    full, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    where: dict[str, int] = {}
    for place, letter in enumerate(one):
        where[letter] = where.get(letter, 0) | 1 << place
    rises, falls, diagonal, before, result = full, 0, 0, 0, len(one)
    for letter in other:
        here = where.get(letter, 0)
        swapped = ((~diagonal & here) << 1) & before
        diagonal = ((((here & rises) + rises) ^ rises) | here | falls | swapped) & full
        up = falls | (~(diagonal | rises) & full)
        down = diagonal & rises
        result += bool(up & last) - bool(down & last)
        up, down = (up << 1 | 1) & full, (down << 1) & full
        rises, falls = down | (~(diagonal | up) & full), up & diagonal
        before = here
    return result


def _choices(parts: tuple[str, ...], names: Names) -> list[list[tuple[float, str]]] | None:
    """For each part what it may have meant, with its cost; None if too much of it is unknown to guess."""
    index = _index(tuple((name.word, name.kind, name.target) for name in names.all_names()))
    choices, unknown = [], 0
    for part in parts:
        name = resolve(part, names)
        if name is not None and name.kind in ("topic", "region"):
            choices.append([(0.0, name.target)])
        elif name is not None and name.candidates:
            choices.append([(0.0, slug) for slug in name.candidates[:SUGGESTIONS]])
        else:
            unknown += 1
            if unknown > _MOST_UNKNOWN_PARTS:
                return None
            choices.append(_near(part, index) or [(_DROPPED, "")])
    return choices


def _near(part: str, index: _Index) -> list[tuple[float, str]]:
    best: dict[str, float] = {}
    for cost, slug in (*_taken_apart(part, index), *_compared(part, index)):
        best[slug] = min(cost, best.get(slug, cost))
    reach = _reach(part)
    return sorted((cost, slug) for slug, cost in best.items() if cost <= reach)[:SUGGESTIONS]


def _compared(part: str, index: _Index) -> Iterable[tuple[float, str]]:
    shared = Counter(word for pair in _pairs(part) for word in index.pairs.get(pair, ()))
    likely = sorted(shared, key=lambda word: (-shared[word] / (len(word) + len(part)), word))
    return [(_cost(part, word), index.slugs[word]) for word in likely[:_SHORTLIST]]


def _taken_apart(part: str, index: _Index) -> Iterable[tuple[float, str]]:
    """Two names written as one, with a hyphen or nothing between them: finanzen-unna, finanzenunna."""
    plain = _plain(part)
    for cut in range(2, len(plain) - 1):
        left, right = index.joined.get(plain[:cut]), index.joined.get(plain[cut:])
        if left and right and left != right and plain[:cut] not in _FILLERS:
            yield 0.5, f"{left}.{right}"


def _cost(part: str, word: str) -> float:
    """The cost of having meant `word`: letters that differ, or words that say where (kreis, stadt, -ruhr) added or left out."""
    part_core, word_core = _core(_GLUED.sub("", part, count=1)), _core(word)
    typed, whole = "".join(part_core), "".join(word_core)
    letters = distance(_plain(part), _plain(word))
    costs = [letters if 2 * letters <= len(part) else math.inf, 1.0 + distance(typed, whole)]
    if part_core and word_core and (set(part_core) <= set(word_core) or set(word_core) <= set(part_core)):
        costs.append(_CONTAINED)
    if len(whole) >= _LONG_WORD and whole in typed:
        costs.append(_COMPOUND)
    if len(typed) >= _LONG_WORD and len(word_core) > 1:
        costs += [_CONTAINED + distance(typed, each) for each in word_core if len(each) >= _LONG_WORD]
    return min(costs)


def _reach(part: str) -> float:
    """How much may differ before a suggestion is a mere guess."""
    return max(2.0, 0.4 * len(part))


def _core(word: str) -> tuple[str, ...]:
    """The words of a name without those that only say what kind of place it is."""
    words = tuple(re.split(r"[-_]+", word))
    return tuple(each for each in words if each and each not in _FILLERS)


def _plain(word: str) -> str:
    return word.replace("-", "").replace("_", "")


def _pairs(word: str) -> set[str]:
    plain = f"^{_plain(word)}$"
    return {plain[place : place + 2] for place in range(len(plain) - 1)}


@lru_cache(maxsize=4)
def _index(rows: tuple[tuple[str, Kind, str], ...]) -> _Index:
    slugs = {
        word: target
        for word, kind, target in rows
        if kind in ("topic", "region") or (kind == "alias" and len(word) >= _SHORTEST_ALIAS)
    }
    pairs: dict[str, list[str]] = {}
    for word in slugs:
        for pair in _pairs(word):
            pairs.setdefault(pair, []).append(word)
    return _Index(
        slugs, {_plain(word): slug for word, slug in slugs.items()}, {pair: tuple(words) for pair, words in pairs.items()}
    )
