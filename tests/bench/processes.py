"""What processes cost while a clock runs: memory and CPU of a process tree, and what others used of the machine (Linux /proc)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import Figure, rounded

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_CORES = os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Memory:
    """Octets of a tree. RSS counts shared pages once per process, PSS splits them: PSS is the fair sum."""

    processes: int
    rss: int
    pss: int


def pids(text: str | None) -> list[int]:
    """The process ids in `123,/path/to/file.pid`: numbers and files that begin with one."""
    words = [word for word in (text or "").split(",") if word]
    return [int(word) if word.isdigit() else int(Path(word).read_text().split()[0]) for word in words]


def tree(roots: Iterable[int]) -> list[int]:
    """The roots that are alive and all their descendants."""
    parents = {pid: parent for pid in _all_pids() if (parent := _parent(pid)) is not None}
    found = {pid for pid in roots if pid in parents}
    grown: set[int] = set()
    while found != grown:
        grown = set(found)
        found |= {pid for pid, parent in parents.items() if parent in grown}
    return sorted(found)


def memory(roots: Iterable[int]) -> Memory:
    """What a tree holds now."""
    rollups = [rollup for pid in tree(roots) if (rollup := _rollup(pid))]
    return Memory(len(rollups), sum(each["Rss:"] for each in rollups), sum(each["Pss:"] for each in rollups))


class Meter:
    """Runs from its making until `stop`: CPU of the system under test, of this harness, and of everybody else.

    On a noisy machine `peer_cpu_s` is the figure to compare. `others` is the share of all cores that neither the peer nor the
    harness used: above 0.1 the wall figures are disturbed.
    """

    def __init__(self, roots: Iterable[int] = ()) -> None:
        self._roots = list(roots)
        self._wall, self._busy, self._own = time.monotonic(), busy_seconds(), _own_seconds()
        self._before = self._each()

    def stop(self, extra_own: float = 0.0) -> Figure:
        """The sums since the start; `extra_own` are CPU seconds of the harness outside its process tree (the sink)."""
        wall, busy = time.monotonic() - self._wall, busy_seconds() - self._busy
        own = _own_seconds() - self._own + extra_own
        figure: Figure = {"wall_s": rounded(wall), "peer_cpu_s": None, "harness_cpu_s": rounded(own)}
        if not self._roots:
            return figure | {"machine_busy": rounded(busy / (wall * _CORES))}
        peer = sum(seconds - self._before.get(pid, 0.0) for pid, seconds in self._each().items())
        return figure | {"peer_cpu_s": rounded(peer), "others": rounded(max(0.0, busy - peer - own) / (wall * _CORES))}

    def _each(self) -> dict[int, float]:
        return {pid: seconds for pid in tree(self._roots) if (seconds := _cpu_seconds(pid)) is not None}


def per_piece(measured: Figure, pieces: int) -> Figure:
    """`peer_cpu_ms_each` for that many messages, recipients or pages, where the peer's CPU was metered."""
    seconds = measured["peer_cpu_s"]
    return {} if seconds is None or not pieces else {"peer_cpu_ms_each": rounded(1000 * seconds / pieces, 4)}


def quiet(limit: float = 0.15, patience: float = 0.0, window: float = 2.0) -> float:
    """Wait, at most `patience` seconds, until the machine is at most `limit` busy over `window` seconds; the last share seen."""
    end = time.monotonic() + patience
    while True:
        busy, start = busy_seconds(), time.monotonic()
        time.sleep(window)
        share = (busy_seconds() - busy) / ((time.monotonic() - start) * _CORES)
        if share <= limit or time.monotonic() >= end:
            return round(share, 3)


def busy_seconds() -> float:
    """Seconds since boot that the cores were not idle, summed over all; stolen time counts as busy."""
    numbers = [int(word) for word in (_PROC / "stat").read_text().splitlines()[0].split()[1:9]]
    idle, waiting = numbers[3], numbers[4]
    return (sum(numbers) - idle - waiting) / _TICKS


def _own_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _all_pids() -> list[int]:
    return [int(path.name) for path in _PROC.iterdir() if path.name.isdigit()]


def _stat(pid: int) -> list[str]:
    """The fields after the name of the command, which may itself hold blanks and brackets; empty if the process is gone."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _parent(pid: int) -> int | None:
    fields = _stat(pid)
    return int(fields[1]) if fields else None


def _cpu_seconds(pid: int) -> float | None:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else None


def _rollup(pid: int) -> dict[str, int]:
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return {}
    return {name: int(kib) * 1024 for name, kib, *_ in (line.split() for line in lines[1:]) if name in ("Rss:", "Pss:")}
