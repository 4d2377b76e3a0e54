"""How fast this disk makes octets durable: appends with fsync, and SQLite WAL commits."""

from __future__ import annotations

import os
import sqlite3
import time

from tests.bench.figures import emit, spread
from tests.bench.limits.setting import Setting

_OCTETS, _APPENDS, _COMMITS = 4096, 300, 1000


def measure(setting: Setting) -> None:
    """Emit fsyncs per second and commits per second."""
    for _ in range(setting.repeat):
        _appends(setting)
    for synchronous in ("full", "normal"):
        for _ in range(setting.repeat):
            _commits(setting, synchronous)


def _appends(setting: Setting) -> None:
    latencies = []
    with (setting.folder / "fsync.bin").open("wb") as file:
        start = time.perf_counter()
        for _ in range(_APPENDS):
            file.write(b"x" * _OCTETS)
            file.flush()
            before = time.perf_counter()
            os.fsync(file.fileno())
            latencies.append((time.perf_counter() - before) * 1000)
        took = time.perf_counter() - start
    emit(
        "limit-disk", "append_fsync", _APPENDS / took, "fsync/s", higher_is_better=True, spread_ms=spread(latencies),
        config={"bytes": _OCTETS},
    )  # fmt: skip


def _commits(setting: Setting, synchronous: str) -> None:
    database = sqlite3.connect(setting.folder / f"commit-{synchronous}.db", isolation_level=None)
    database.execute("pragma journal_mode=wal")
    database.execute(f"pragma synchronous={synchronous}")
    database.execute("create table if not exists m(id integer primary key, b blob)")
    start = time.perf_counter()
    for _ in range(_COMMITS):
        database.execute("insert into m(b) values(?)", (b"x" * _OCTETS,))
    took = time.perf_counter() - start
    database.close()
    emit(
        "limit-disk", f"sqlite_wal_{synchronous}", _COMMITS / took, "commits/s", higher_is_better=True, config={"bytes": _OCTETS}
    )
