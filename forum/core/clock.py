"""The one clock: aware UTC. Nothing else in the house asks the system for the time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def _system() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


_source: Callable[[], dt.datetime] = _system


def now() -> dt.datetime:
    """This moment, aware, in UTC."""
    return _source()


@contextmanager
def stopped_at(moment: dt.datetime) -> Iterator[None]:
    """Let `now()` answer `moment` inside the block; for tests and for demo content with a past."""
    global _source
    before = _source
    _source = lambda: moment  # noqa: E731
    try:
        yield
    finally:
        _source = before
