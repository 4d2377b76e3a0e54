"""Which destinations are left alone for a while, so that one that is slow or dead delays nobody else (R33).

`deliver` asks before each copy and tells what became of it. Kept in memory: every worker learns for itself, a new one starts
without prejudice. The store knows only when a copy is due again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from mailbridge.outbound.answer import Answer

STRIKES = 20
"""Temporary refusals in a row until a destination rests: more than greylisting one mail costs, less than a batch."""
RESTS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15))
"""How long, the first, second … time without a success in between."""
SLOW = dt.timedelta(seconds=5)
"""A copy that takes longer makes its destination rest, whatever the answer."""
SLOW_FACTOR = 4
"""… for so many times as long: a slow destination has at most a fifth of a worker's time."""
RELAY_RESTS = tuple(dt.timedelta(seconds=seconds) for seconds in (1, 5, 15, 30, 60))
"""How long nothing at all is tried while the relay is not there: everything leaves within about a minute after it is back."""
BROKEN_IN_A_ROW = 2


@dataclass(slots=True)
class _Lane:
    """`strikes` in a row since it last rested; `rested` how often since its last success."""

    strikes: int = 0
    rested: int = 0
    until: dt.datetime | None = None
    why: str = ""


class Lanes:
    """The destinations that made trouble, by domain; empty as long as all is well, and then it costs nothing."""

    def __init__(self) -> None:
        self._lanes: dict[str, _Lane] = {}

    def __bool__(self) -> bool:
        return bool(self._lanes)

    def rest_of(self, email: str, now: dt.datetime) -> tuple[dt.datetime, str] | None:
        """Until when this address is left alone, and why; None when it may be tried."""
        lane = self._lanes.get(_domain(email))
        if lane is None or lane.until is None:
            return None
        # A moment further ahead than any rest is from before the clock was set back (R14).
        return (lane.until, lane.why) if now < lane.until <= now + RESTS[-1] else None

    def note(self, email: str, answer: Answer, took: dt.timedelta, now: dt.datetime) -> None:
        """What became of a copy, and how long that took."""
        domain = _domain(email)
        lane = self._lanes.setdefault(domain, _Lane())
        if answer.accepted or answer.final:
            lane.strikes, lane.rested = 0, 0
        else:
            lane.strikes += 1
        rest = dt.timedelta(0)
        if lane.strikes >= STRIKES or (lane.strikes and took > SLOW):
            rest, lane.strikes, lane.rested = RESTS[min(lane.rested, len(RESTS) - 1)], 0, lane.rested + 1
        if took > SLOW:
            rest = min(max(rest, SLOW_FACTOR * took), RESTS[-1])
        if rest:
            lane.until, lane.why = now + rest, f"{answer.code} {answer.text} (not tried, its destination rests)"
        elif not lane.strikes:
            del self._lanes[domain]


class Relay:
    """Whether the relay itself is there: if not, nobody's copy was tried, and none is until it may be back."""

    def __init__(self) -> None:
        self._rested = 0
        self._broken = 0
        self._until: dt.datetime | None = None

    def rests(self, now: dt.datetime) -> bool:
        """True while nothing is to be tried."""
        return self._until is not None and now < self._until <= now + RELAY_RESTS[-1]

    def note(self, answer: Answer, now: dt.datetime) -> bool:
        """What it said last; False when it is gone: not there at all, or broken off several times in a row."""
        if answer.reached:
            self._rested, self._broken, self._until = 0, 0, None
            return True
        self._broken += 1
        if answer.tried and self._broken < BROKEN_IN_A_ROW:
            return True
        self._until = now + RELAY_RESTS[min(self._rested, len(RELAY_RESTS) - 1)]
        self._rested, self._broken = self._rested + 1, 0
        return False


def _domain(email: str) -> str:
    return email.rpartition("@")[2].lower()
