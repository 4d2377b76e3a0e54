"""Which mails of an archive are one thread, and which answers which. Third step of an import; pure, blind to the mails' order.

A mail answers the nearest of its ancestors that is there, in the archive or in the store. An ancestor that is missing still ties
together those who name it before any mail that is there: two answers to a lost mail are one thread, as in JWZ's algorithm
(https://www.jwz.org/doc/threading.html), but never because of a subject. Mails of our own export name their thread outright.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from forum.threads import past
from mailbridge.archive.glance import Entry

_UNDATED = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Known:
    """What the store has: post and thread by Message-ID, and the threads in which posts wait for a missing Message-ID."""

    posts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    awaited: Mapping[str, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Planned:
    """A mail to be added; `parents` are the ids it may answer, nearest first, without any that would make a circle."""

    entry: Entry
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """One thread: the store's threads that turn out to belong to it, and the new mails, answers after what they answer."""

    threads: tuple[int, ...]
    mails: tuple[Planned, ...]


def plant(entries: Sequence[Entry], known: Known) -> list[Tree]:
    """The threads of these mails, whose keys differ; trees in the order of their first mails' dates."""
    by_key = {entry.key: entry for entry in entries}
    bonds = _bonds(by_key, known)
    ties = _Ties()
    for entry in entries:
        ties.tie(entry.key, *_relatives(entry, bonds[entry.key]))
    found: set[int] = set()
    for one in _all_ids(entries):
        for thread in _threads(one, known):
            ties.tie(one, ("thread", thread))
            found.add(thread)
    trees: dict[Hashable, list[Entry]] = defaultdict(list)
    for entry in entries:
        trees[ties.root(entry.key)].append(entry)
    threads: dict[Hashable, list[int]] = defaultdict(list)
    for thread in found:
        threads[ties.root(("thread", thread))].append(thread)
    grown = [_tree(mails, bonds, threads.get(root, ())) for root, mails in trees.items()]
    return sorted(grown, key=lambda tree: (tree.mails[0].entry.date or _UNDATED, tree.mails[0].entry.key))


def _all_ids(entries: Iterable[Entry]) -> Iterable[str]:
    for entry in entries:
        yield entry.key
        yield from entry.ancestors
        if entry.marks and entry.marks.thread:
            yield entry.marks.thread


def _threads(message_id: str, known: Known) -> Iterable[int]:
    if message_id in known.posts:
        yield known.posts[message_id][1]
    yield from known.awaited.get(message_id, ())


@dataclass(frozen=True, slots=True)
class _Bond:
    """What a mail answers: `parent` is the nearest ancestor that is there, `missing` the nearer ones that are not."""

    parent: str | None
    missing: tuple[str, ...]
    parents: tuple[str, ...]


def _bonds(by_key: Mapping[str, Entry], known: Known) -> dict[str, _Bond]:
    """The latest mail chooses first, so of two that name each other the earlier one leads."""
    nearest: dict[str, str] = {}
    bonds: dict[str, _Bond] = {}
    for entry in sorted(by_key.values(), key=lambda entry: (entry.date or _UNDATED, entry.key), reverse=True):
        circular, missing = set(), []
        for one in entry.ancestors:
            if one in by_key and _leads_to(one, entry.key, nearest):
                circular.add(one)
            elif one in by_key or one in known.posts:
                nearest[entry.key] = one
                break
            elif one not in entry.loose:
                missing.append(one)
        parents = tuple(one for one in entry.ancestors if one not in circular)
        bonds[entry.key] = _Bond(nearest.get(entry.key), tuple(missing), parents)
    return bonds


def _leads_to(start: str, goal: str, nearest: Mapping[str, str]) -> bool:
    one: str | None = start
    while one is not None and one != goal:
        one = nearest.get(one)
    return one == goal


def _relatives(entry: Entry, bond: _Bond) -> tuple[str, ...]:
    """The ids that are of one thread with this mail: its parent and what is missing before it, or what its marks say."""
    if entry.marks and entry.marks.thread:
        return (entry.marks.thread,)
    return bond.missing if bond.parent is None else (*bond.missing, bond.parent)


def _tree(mails: list[Entry], bonds: Mapping[str, _Bond], threads: Iterable[int]) -> Tree:
    order = _by_number if all(entry.marks for entry in mails) else _by_date
    return Tree(tuple(sorted(threads)), tuple(Planned(entry, bonds[entry.key].parents) for entry in order(mails, bonds)))


def _by_number(mails: list[Entry], _bonds: Mapping[str, _Bond]) -> list[Entry]:
    """The order in which our own export had them."""
    return sorted(mails, key=lambda entry: (entry.marks.number if entry.marks else 0, entry.key))


def _by_date(mails: list[Entry], bonds: Mapping[str, _Bond]) -> list[Entry]:
    """By date, but an answer never before what it answers, though its clock may say so."""
    here = {entry.key: entry for entry in mails}
    dates: dict[str, dt.datetime] = {}
    for entry in mails:
        _date(entry.key, here, bonds, dates)
    in_time = sorted(here, key=lambda key: (dates[key], key))
    return [here[key] for key in past.answers_after([(key, bonds[key].parent) for key in in_time])]


def _date(key: str, here: Mapping[str, Entry], bonds: Mapping[str, _Bond], dates: dict[str, dt.datetime]) -> None:
    """The date of a mail; where it has none, that of what it answers."""
    line = [key]
    while (found := dates.get(line[-1]) or here[line[-1]].date) is None:
        above = bonds[line[-1]].parent
        if above is None or above not in here:
            break
        line.append(above)
    dates.update(dict.fromkeys(line, found or _UNDATED))


class _Ties:
    """Who belongs together (disjoint sets, each path halved on the way)."""

    def __init__(self) -> None:
        self._above: dict[Hashable, Hashable] = {}

    def tie(self, one: Hashable, *others: Hashable) -> None:
        for other in others:
            self._above[self.root(one)] = self.root(other)

    def root(self, one: Hashable) -> Hashable:
        self._above.setdefault(one, one)
        while self._above[one] != one:
            self._above[one] = self._above[self._above[one]]
            one = self._above[one]
        return one
