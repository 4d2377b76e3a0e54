"""What is measured of a running house: accepting, delivering, one post, memory. Each emits figures, returns what went wrong."""

from __future__ import annotations

import time

from tests.bench import e2e, inject, processes
from tests.bench.e2e import Goal
from tests.bench.figures import emit, rounded
from tests.bench.inject import Plan
from tests.bench.ours.house import CROWD, EMPTY, House

SESSIONS = 16
MAILS = 2000
POSTS = 5
IDLE_SHARE = 0.02
"""Of one core: below this the process has nothing left to do."""


def accept(house: House, pid: int, peer: str, *, mails: int = MAILS, seed: int = 101, note: str = "accept") -> int:
    """Mails per second that are on the disk before their 250, over 16 sessions; the worker works them meanwhile."""
    pids = house.metered(pid)
    plan = Plan(peer=peer, port=house.smtp, to=(EMPTY,), count=mails, conns=SESSIONS, seed=seed, pids=pids, note=note)
    return inject.measure(plan)


def work_off(house: House, pid: int, peer: str, *, mails: int, seed: int = 301, note: str = "posted") -> int:
    """CPU of the whole way of a mail that goes to nobody: accept, read, post, fan out."""
    started = time.monotonic()
    meter = processes.Meter(processes.pids(house.metered(pid)))
    plan = Plan(peer=peer, port=house.smtp, to=(EMPTY,), count=mails, conns=4, seed=seed, reply=0)
    outcome = inject.inject(plan)
    settle(pid)
    measured = meter.stop()
    measured |= processes.per_piece(measured, mails)
    rate = len(outcome.accepted) / (time.monotonic() - started)
    emit(peer, "worked_rate", rate, "mails/s", higher_is_better=True, note=note, **measured)
    return len(outcome.errors)


def deliver(house: House, pid: int, peer: str, *, posts: int = POSTS, seed: int = 101, note: str = "personalised") -> int:
    """Personal copies per second at the sink, from the first post's injection to the last copy."""
    plan = Plan(peer=peer, port=house.smtp, to=(CROWD,), count=posts, conns=1, seed=seed, pids=house.metered(pid), note=note)
    return e2e.measure(plan, Goal(house.followers, house.control, settle=1))


def one_post(house: House, pid: int, peer: str, *, seed: int = 101) -> int:
    """Milliseconds from the 250 of one post to its last copy, in a house that was idle."""
    settle(pid)
    pids = house.metered(pid)
    plan = Plan(peer=peer, port=house.smtp, to=(CROWD,), count=1, conns=1, kind="plain", seed=seed, pids=pids, note="1 post")
    return e2e.measure(plan, Goal(house.followers, house.control, settle=1))


def warm(house: House, pid: int) -> None:
    """Let everything be imported and compiled that the first mail and the first copy need; not measured."""
    for to in (EMPTY, CROWD):
        inject.inject(Plan(port=house.smtp, to=(to,), count=3, conns=1, seed=7))
    settle(pid)


def memory(house: House, pid: int, peer: str, note: str) -> None:
    """PSS of the process, its children and the server of its store."""
    held = processes.memory(processes.pids(house.metered(pid)))
    more = {"rss_MiB": rounded(held.rss / 2**20, 1), "processes": held.processes, "note": note}
    emit(peer, "memory_pss", held.pss / 2**20, "MiB", higher_is_better=False, **more)


def settle(pid: int, patience: float = 300) -> None:
    """Wait until the process has nothing left to do."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        meter = processes.Meter([pid])
        time.sleep(1)
        measured = meter.stop()
        if measured["peer_cpu_s"] <= IDLE_SHARE * measured["wall_s"]:
            return
