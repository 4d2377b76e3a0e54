"""Whether there is room for one more mail: disk, backlog, breaker (R6, R7, R10). Asked at MAIL FROM, before anything was sent.

All answers are "not now": the sender's server keeps the mail and tries again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from forum.config import Config
from forum.core import clock, free_space
from forum.mailroom import ledger
from mailbridge import replies


@dataclass(frozen=True, slots=True)
class Marks:
    """Beyond these we say "not now"; after `failures` in a row the store is left alone for `rest` seconds."""

    mails: int = 5_000
    octets: int = 1_000_000_000
    age: float = 15 * 60
    failures: int = 10
    rest: float = 30
    look_again: float = 2


class Room:
    """One for all doors of a process."""

    def __init__(self, config: Config, marks: Marks = Marks()) -> None:
        self._config = config
        self._marks = marks
        self._failures = 0
        self._resting_until = 0.0
        self._looked_at = float("-inf")
        self.seen: str | None = None

    def breaker(self) -> str | None:
        """The 451 while the store is left alone; needs no store."""
        return replies.TEMPORARY.say() if time.monotonic() < self._resting_until else None

    def is_fresh(self) -> bool:
        """Whether `seen`, the last answer of `look`, still counts."""
        return time.monotonic() - self._looked_at < self._marks.look_again

    def look(self) -> str | None:
        """Why there is no room, or None; asks disk and store, inside an application context."""
        self.seen = self._found()
        self._looked_at = time.monotonic()
        return self.seen

    def failed(self) -> None:
        """The store did not do what it was asked to."""
        self._failures += 1
        if self._failures >= self._marks.failures:
            self._resting_until = time.monotonic() + self._marks.rest

    def worked(self) -> None:
        """The store did it."""
        self._failures = 0
        self._resting_until = 0.0

    def _found(self) -> str | None:
        if free_space.is_short(self._config):
            return replies.NO_ROOM.say()
        if not self._config.brakes:
            return None
        marks, waiting = self._marks, ledger.backlog()
        late = waiting.oldest is not None and (clock.now() - waiting.oldest).total_seconds() > marks.age
        full = waiting.mails > marks.mails or waiting.octets > marks.octets
        return replies.BEHIND.say() if late or full else None
