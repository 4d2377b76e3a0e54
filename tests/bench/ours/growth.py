"""Whether the cost of a copy and of a mail stays the same when followers and old posts become many."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.ours import parts
from tests.bench.ours.house import furnished

FOLLOWERS = (1_000, 5_000, 20_000)
POSTS = (10_000, 50_000, 200_000)
_MAILS, _COPIES = 500, 5_000


def followers(counts: tuple[int, ...] = FOLLOWERS) -> int:
    """CPU of a copy, by followers of the board; what went wrong."""
    wrong = 0
    for count in counts:
        note, copies = f"{count:,} followers", max(1, _COPIES // count)
        with _folder() as folder, furnished(folder, followers=count) as house, house.up() as pid:
            parts.warm(house, pid)
            wrong += parts.deliver(house, pid, "ours-followers", posts=copies, note=note)
    return wrong


def posts(counts: tuple[int, ...] = POSTS) -> int:
    """CPU of accepting, of working a mail and of a copy, by posts that are there already; what went wrong."""
    wrong, there = 0, 0
    with _folder() as folder, furnished(folder) as house:
        for count in counts:
            house.fill("posts", str(count - there))
            there = count
            with house.up() as pid:
                parts.warm(house, pid)
                wrong += parts.work_off(house, pid, "ours-posts", mails=100, seed=count, note=f"{count:,} posts")
                wrong += parts.deliver(house, pid, "ours-posts", posts=3, seed=count + 1, note=f"{count:,} posts")
                wrong += parts.accept(house, pid, "ours-posts", mails=_MAILS, seed=count + 2, note=f"{count:,} posts")
    return wrong


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        yield Path(name)
