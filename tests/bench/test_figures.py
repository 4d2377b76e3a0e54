"""Numbers that come out of the bench are right: percentiles, tables, the cost of a process."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from tests.bench import processes, report
from tests.bench.figures import emit, percentile, spread
from tests.bench.processes import Meter


@pytest.mark.parametrize(("percent", "value"), [(50, 50), (90, 90), (99, 99), (100, 100), (1, 1)])
def test_percentiles_are_nearest_ranks(percent: int, value: int) -> None:
    assert percentile(list(range(100, 0, -1)), percent) == value


def test_nothing_measured_is_none() -> None:
    assert percentile([], 50) is None
    assert spread([]) == {"n": 0, "p50": None, "p90": None, "p99": None, "max": None, "mean": None}


def test_a_figure_is_one_line_and_repeats_are_one_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "results.jsonl"
    monkeypatch.setenv("BENCH_RESULTS", str(path))
    monkeypatch.setenv("BENCH_RUN", "heute")
    for value in (10, 30, 20):
        emit("ours", "accept_rate", value, "messages/s", higher_is_better=True, config={"conns": 4}, errors=1)
    emit("theirs", "accept_rate", 5, "messages/s", higher_is_better=True)
    assert [json.loads(line)["value"] for line in path.read_text().splitlines()] == [10, 30, 20, 5]
    table = report.table(report.read([path], run="heute", peer="ours"))
    assert table.splitlines()[2:] == ["| ours | accept_rate |  | 4 | 3 | 20.0 | 10.0 | 30.0 | messages/s |  |  | errors 3 |"]


def test_the_meter_sees_the_work_of_a_process() -> None:
    meter = Meter([os.getpid()])
    end = time.process_time() + 0.1
    while time.process_time() < end:
        pass
    measured = meter.stop()
    assert 0.05 <= measured["peer_cpu_s"] <= 1
    assert processes.per_piece(measured, 10)["peer_cpu_ms_each"] >= 5


def test_a_tree_holds_this_process_and_knows_its_memory() -> None:
    assert os.getpid() in processes.tree([os.getpid()])
    held = processes.memory([os.getpid()])
    assert held.processes >= 1
    assert held.pss <= held.rss


def test_process_ids_come_as_numbers_and_as_files(tmp_path: Path) -> None:
    (tmp_path / "a.pid").write_text("4711\n")
    assert processes.pids(f"17,{tmp_path / 'a.pid'}") == [17, 4711]
    assert processes.pids("") == processes.pids(None) == []
