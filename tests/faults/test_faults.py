"""A small run of the fault harness, so that it works when somebody needs it; `./run faults` makes the long ones (T1)."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from tests.conftest import DATABASE
from tests.faults import campaign, disasters
from tests.faults.findings import Findings

pytestmark = [pytest.mark.socket, pytest.mark.proof]


@pytest.mark.skipif(DATABASE != "sqlite", reason="the long run on PostgreSQL is ./run faults --db postgresql")
def test_ten_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:  # R1 R2 R5 R23 R25 R29 R30
    data = tmp_path / "data"
    data.mkdir()
    found = campaign.run(data, f"sqlite:///{data / 'ratspost.sqlite3'}", kills=10, seed=7, say=print)
    assert found.passed, found.text()
    assert (found.kills, found.mails) == (10, 100)


def test_findings_outlive_a_run_and_add_up() -> None:
    found = Findings("sqlite", kills=2, mails=20, extra_copies=1, recovery=[1.0], died_at={"mid-data": 2}, seeds=[1])
    again = Findings.from_json(found.json())
    again.add(found)
    assert (again.kills, again.mails, again.died_at, again.seeds) == (4, 40, {"mid-data": 4}, [1, 1])
    assert again.passed
    again.lost = 1
    assert not again.passed


@pytest.mark.long
@pytest.mark.skipif(DATABASE != "sqlite", reason="each disaster names its own database")
@pytest.mark.parametrize("disaster", [disasters.full_disk, disasters.locked_store, disasters.fallen_server])
def test_what_we_stand_on_gives_way(tmp_path: Path, disaster: disasters.Disaster) -> None:  # R3 R6 R7
    with contextlib.ExitStack() as stack:
        try:
            data, url = disasters.ground(tmp_path, disaster, stack)
        except disasters.NotHere as reason:
            pytest.skip(str(reason))
        found = disasters.endure(data, url, disaster, seconds=5, say=print)
    assert found.passed, found.text()
    assert max(found.recovery) <= disasters.BACK
