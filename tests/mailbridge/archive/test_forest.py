"""Threads from references alone: every order of the mails gives the same forest."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from dataclasses import replace
from pathlib import Path

import pytest

from mailbridge.archive import forest
from mailbridge.archive.forest import Known, Tree
from mailbridge.archive.glance import Entry
from mailbridge.archive.marks import Marks
from mailbridge.archive.read_mbox import Place

NOWHERE = Place(Path("nowhere"), 0, 0, 1, True)


def entry(key: str, *ancestors: str, day: int | None = 1, marks: Marks | None = None) -> Entry:
    date = None if day is None else dt.datetime(2024, 9, day, tzinfo=dt.UTC)
    return Entry(NOWHERE, key, ancestors, date, "", "", marks)


def shape(trees: list[Tree]) -> list[tuple[tuple[int, ...], list[str]]]:
    return [(tree.threads, [planned.entry.key for planned in tree.mails]) for tree in trees]


def test_answers_stand_after_what_they_answer_whatever_their_clocks_say() -> None:
    mails = [entry("root", day=5), entry("early", "root", day=1), entry("late", "root", day=9), entry("deep", "early", day=2)]
    for order in itertools.permutations(mails):
        assert shape(forest.plant(order, Known())) == [((), ["root", "early", "deep", "late"])]


def test_two_answers_to_a_lost_mail_are_one_thread() -> None:
    mails = [entry("b", "lost"), entry("c", "lost", day=2), entry("d", day=3)]
    assert shape(forest.plant(mails, Known())) == [((), ["b", "c"]), ((), ["d"])]


def test_a_lost_mail_in_between_ties_to_what_lies_before_it() -> None:
    mails = [entry("a"), entry("b", "lost", "a", day=2), entry("c", "lost", day=3)]
    found = forest.plant(mails, Known())
    assert shape(found) == [((), ["a", "b", "c"])]
    assert [planned.parents for planned in found[0].mails] == [(), ("lost", "a"), ("lost",)]


def test_what_lies_behind_the_parent_ties_nothing() -> None:
    mails = [entry("a"), entry("b", "a", "foreign", day=2), entry("c", "foreign", day=3)]
    assert shape(forest.plant(mails, Known())) == [((), ["a", "b"]), ((), ["c"])]


def test_an_address_that_was_taken_for_an_id_ties_nothing() -> None:
    mails = [replace(entry(key, "anne@x", day=day), loose=frozenset({"anne@x"})) for day, key in ((1, "a"), (2, "b"))]
    assert shape(forest.plant(mails, Known())) == [((), ["a"]), ((), ["b"])]


def test_of_two_that_answer_each_other_the_earlier_leads() -> None:
    mails = [entry("a", "b", day=1), entry("b", "a", day=2)]
    for order in itertools.permutations(mails):
        found = forest.plant(order, Known())
        assert shape(found) == [((), ["a", "b"])]
        assert [planned.parents for planned in found[0].mails] == [(), ("a",)]


def test_a_circle_of_three_and_undated_mails_end() -> None:
    mails = [entry("a", "c", day=None), entry("b", "a", day=None), entry("c", "b", day=None), entry("d", "c", day=None)]
    first = shape(forest.plant(mails, Known()))
    assert sorted(first[0][1]) == ["a", "b", "c", "d"]
    for order in itertools.permutations(mails):
        assert shape(forest.plant(order, Known())) == first


def test_the_store_goes_on() -> None:
    known = Known({"old": (7, 3)}, {"missing": frozenset({4})})
    mails = [entry("new", "old"), entry("missing", day=2), entry("also", "missing", day=3)]
    assert shape(forest.plant(mails, known)) == [((3,), ["new"]), ((4,), ["missing", "also"])]
    joined = forest.plant([*mails, entry("link", "gone", "old", day=4), entry("gone2", "gone", "missing", day=5)], known)
    assert shape(joined) == [((3, 4), ["new", "missing", "also", "link", "gone2"])]


def test_an_exported_mail_names_its_thread_outright() -> None:
    def marks(number: int, thread: str) -> Marks:
        return Marks(number=number, thread=thread)

    mails = [
        entry("a", day=9, marks=marks(1, "a")),
        entry("b", "a", day=1, marks=marks(2, "a")),
        entry("split", "b", day=3, marks=marks(1, "split")),
        entry("c", "withdrawn", day=2, marks=marks(4, "a")),
    ]
    assert shape(forest.plant(mails, Known())) == [((), ["split"]), ((), ["a", "b", "c"])]


def test_a_thread_of_thousands_is_linear() -> None:
    keys = [f"m{n}" for n in range(5_000)]
    mails = [entry(key, *reversed(keys[max(0, n - 100) : n]), day=None) for n, key in enumerate(keys)]
    random.Random(1).shuffle(mails)
    tree = forest.plant(mails, Known())
    assert len(tree) == 1
    assert len(tree[0].mails) == 5_000


@pytest.mark.parametrize("seed", range(20))
def test_no_order_changes_anything(seed: int) -> None:
    dice = random.Random(seed)
    keys = [f"m{n:02}" for n in range(12)] + ["lost1", "lost2"]
    mails = [
        entry(key, *dice.sample([other for other in keys if other != key], dice.randint(0, 3)), day=dice.randint(1, 28))
        for key in keys[:12]
    ]
    first = forest.plant(mails, Known())
    dice.shuffle(mails)
    assert forest.plant(mails, Known()) == first
