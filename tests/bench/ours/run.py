"""All of it in one go: limits of the machine, Ratspost on SQLite and on PostgreSQL, growth; then the page."""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from tests import postgresql
from tests.bench import processes, report
from tests.bench.limits import disk, send, smtpd
from tests.bench.limits.setting import Setting
from tests.bench.ours import growth, page, parts
from tests.bench.ours.house import furnished

ALL = ("limits", "sqlite", "postgresql", "followers", "posts")
_DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


@dataclass(frozen=True, slots=True)
class Wish:
    """Parts to measure, repeats of each figure, seconds to wait for a quiet machine before each, a file to add figures to.

    With a file the page tells all that stands in it, so parts may be measured one after the other.
    """

    parts: tuple[str, ...] = ALL
    repeat: int = 3
    quiet: float = 0
    results: str = ""


def run(wish: Wish, *, peers_now: bool = False) -> int:
    """Measure and write docs/performance.md; what went wrong: copies lost or doubled, mails not accepted."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what we started ends with us
    with tempfile.TemporaryDirectory(prefix="bench-") as spare:
        results = Path(wish.results or f"{spare}/results.jsonl")
        os.environ["BENCH_RESULTS"] = str(results)
        wrong = sum(_part(name, wish, Path(spare) / name) for name in wish.parts)
        page.write(list(report.read([results])), machine=_host(), peers_now=peers_now)
    return wrong


def _part(name: str, wish: Wish, folder: Path) -> int:
    folder.mkdir()
    match name:
        case "limits":
            for limit in (disk, smtpd, send):
                limit.measure(Setting(folder, 1, wish.quiet))
            return 0
        case "sqlite":
            return _ours("ours", folder, "", wish)
        case "postgresql":
            with _database() as (url, pid):
                return _ours("ours-pg", folder, url, wish, pid)
        case "followers":
            return growth.followers()
        case _:
            return growth.posts()


def _ours(peer: str, folder: Path, url: str, wish: Wish, *store: int) -> int:
    wrong = 0
    with furnished(folder, url, store=store) as house, house.up() as pid:
        parts.warm(house, pid)
        parts.memory(house, pid, peer, "idle")
        for seed in range(101, 101 + wish.repeat):
            processes.quiet(patience=wish.quiet)
            wrong += parts.one_post(house, pid, peer, seed=seed)
            wrong += parts.deliver(house, pid, peer, seed=seed + 100)
        wrong += parts.work_off(house, pid, peer, mails=300)
        for seed in range(101, 101 + wish.repeat):
            processes.quiet(patience=wish.quiet)
            wrong += parts.accept(house, pid, peer, seed=seed)
        parts.memory(house, pid, peer, "after")
    return wrong


@contextlib.contextmanager
def _database() -> Iterator[tuple[str, int]]:
    """A PostgreSQL of the test suite, made durable, since an operator's is; its URL and pid."""
    with postgresql.server() as url:
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for name, value in _DURABLE.items():
                connection.execute(sa.text(f"ALTER SYSTEM SET {name} = '{value}'"))
            connection.execute(sa.text("SELECT pg_reload_conf()"))
            connection.execute(sa.text("CREATE DATABASE bench"))
        engine.dispose()
        pid_file = Path(url.partition("host=")[2]) / "data" / "postmaster.pid"
        yield url.replace("/postgres?", "/bench?"), int(pid_file.read_text().split()[0])


def _host() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown CPU")
    return f"{os.cpu_count()} cores, {model}, kernel {platform.release()}, Python {platform.python_version()}."
