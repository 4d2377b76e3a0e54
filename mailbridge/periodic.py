"""Work that is due once in a while, as a step of the worker: housekeeping that nobody waits for."""

from __future__ import annotations

import time
from collections.abc import Callable

from forum.core.db import transaction


class Periodic:
    """Calls `work` every so many seconds, each batch in a transaction of its own, until it says that nothing was left."""

    def __init__(self, seconds: float, work: Callable[[], int]) -> None:
        self._seconds = seconds
        self._work = work
        self._due = 0.0

    def step(self) -> bool:
        """One batch, if it is time; False when there was none."""
        if time.monotonic() < self._due:
            return False
        with transaction():
            done = self._work()
        if not done:
            self._due = time.monotonic() + self._seconds
        return done > 0
