"""The harness measures itself: what is injected into the sink is counted there, loss and doubles are seen."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.bench import e2e, inject
from tests.bench.e2e import Goal
from tests.bench.inject import Plan
from tests.bench.sink import Manners, Sink

pytestmark = pytest.mark.socket


@dataclass(frozen=True)
class Running:
    """A sink that listens, and its two ports."""

    sink: Sink
    port: int
    control: int


@contextlib.contextmanager
def running(manners: Manners) -> Iterator[Running]:
    loop, sink = asyncio.new_event_loop(), Sink(manners)
    servers = loop.run_until_complete(sink.start(0, 0))
    port, control = (server.sockets[0].getsockname()[1] for server in servers)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield Running(sink, port, control)
    finally:
        asyncio.run_coroutine_threadsafe(_close(servers), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _close(servers: tuple[asyncio.Server, ...]) -> None:
    for server in servers:
        server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0.05)  # connections that are closing say so in the next rounds of the loop


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], dict[str, dict[str, object]]]:
    path = tmp_path / "results.jsonl"
    monkeypatch.setenv("BENCH_RESULTS", str(path))
    return lambda: {figure["metric"]: figure for figure in map(json.loads, path.read_text().splitlines())}


@pytest.mark.parametrize(
    "way",
    [
        Plan(),
        Plan(conns=3),
        Plan(pipeline=True),
        Plan(per_conn=2),
        Plan(client="smtplib", conns=2),
        Plan(client="smtplib", per_conn=2),
    ],
    ids=str,
)
def test_every_mail_arrives_once_by_each_client(way: Plan, results: Callable[[], dict[str, dict[str, object]]]) -> None:
    to = ("anne@rat.example", "birol@rat.example")
    with running(Manners()) as there:
        plan = replace(way, port=there.port, count=12, to=to)
        wrong = e2e.measure(plan, Goal(expect=2, control=there.control, wait=10, settle=0))
        assert wrong == 0
        assert there.sink.counts.messages == 12
        assert there.sink.counts.recipients == 24
    found = results()
    assert found.keys() == {"delivery_rate", "drain_rate", "accept_to_last"}
    assert found["delivery_rate"]["lost"] == 0


def test_a_mail_that_is_missing_is_seen(results: Callable[[], dict[str, dict[str, object]]]) -> None:
    with running(Manners()) as there:
        wrong = e2e.measure(Plan(port=there.port, count=3), Goal(expect=2, control=there.control, wait=0.1, stall=0.1, settle=0))
    assert wrong == 3
    assert results()["accept_to_last"]["lost"] == 3


def test_faults_of_the_sink_are_errors_of_the_injection() -> None:
    for manners in (Manners(tempfail_every=2), Manners(drop_after_data_every=2), Manners(reject_domain="lists.example.invalid")):
        with running(manners) as there:
            outcome = inject.inject(Plan(port=there.port, count=6))
        assert len(outcome.errors) + len(outcome.accepted) == 6
        assert outcome.errors


def test_a_late_yes_still_counts(results: Callable[[], dict[str, dict[str, object]]]) -> None:
    with running(Manners(delay_ms=30)) as there:
        assert inject.measure(Plan(port=there.port, count=3)) == 0
    latency = results()["accept_rate"]["latency_ms"]
    assert isinstance(latency, dict)
    assert latency["p50"] >= 30
