"""The promise about machines, kept on the fetched corpora: bounces with the right address, and no person taken for one."""

from __future__ import annotations

import pytest

from tests import corpus
from tests.corpus import scores_machines
from tests.corpus.scores_machines import BOUNCE_CORPORA

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(not all(map(corpus.has, BOUNCE_CORPORA)), reason="needs ./run corpora fetch"),
]

# A real rejection ("550 Your server requires confirmation") that its corpus does not want to call a bounce.
_DISPUTED = ["whitelist.msg"]


def test_97_of_100_bounces_name_the_right_address() -> None:
    for row in scores_machines.table():
        assert row.right >= 0.97 * row.expected, row
        assert [name for name in row.false if name not in _DISPUTED] == []


def test_no_machine_is_posted_and_no_person_is_taken_for_one() -> None:
    found = scores_machines.machines()
    assert (found.posted, found.people) == ([], [])
    assert len(found.recognised) >= 20
