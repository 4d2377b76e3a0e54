"""Who is connected right now: admits new sessions within the limits, counts them by address, ends them when the doors close.

Lives on the event loop of the doors; nothing here is called from another thread.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Protocol

from mailbridge import replies
from mailbridge.inbound.limits import Limits

_MINUTE = 60.0


class Talk(Protocol):
    """One session, as far as it can be ended from outside."""

    peer: str

    def end_soon(self) -> None:
        """Say 421 and close now, or as soon as the mail at hand is answered."""
        ...

    def abort(self) -> None:
        """Close without a word."""
        ...


class Sessions:
    """All sessions of all doors of a process."""

    def __init__(self) -> None:
        self._open: set[Talk] = set()
        self._by_peer: Counter[str] = Counter()
        self._arrivals: Counter[str] = Counter()
        self._minute = 0.0
        self._closing = False

    def __len__(self) -> int:
        return len(self._open)

    def admit(self, talk: Talk, limits: Limits) -> str | None:
        """Count a session in; the 421 for one that may not come in, else None."""
        if self._closing:
            return replies.STOPPING.say()
        if len(self._open) >= limits.sessions or self._by_peer[talk.peer] >= limits.peer_sessions:
            return replies.TOO_MANY_SESSIONS.say()
        if self._arrived(talk.peer) > limits.peer_arrivals:
            return replies.TOO_MANY_SESSIONS.say()
        self._open.add(talk)
        self._by_peer[talk.peer] += 1
        return None

    def leave(self, talk: Talk) -> None:
        """Count a session out; one that was never admitted does no harm."""
        if talk not in self._open:
            return
        self._open.remove(talk)
        self._by_peer[talk.peer] -= 1
        if not self._by_peer[talk.peer]:
            del self._by_peer[talk.peer]

    async def close(self, seconds: float) -> None:
        """Admit nobody any more, let open DATA finish for so many seconds, then cut what is left (R11)."""
        self._closing = True
        for talk in tuple(self._open):
            talk.end_soon()
        for _ in range(int(seconds * 20)):
            if not self._open:
                return
            await asyncio.sleep(0.05)
        for talk in tuple(self._open):
            talk.abort()

    def _arrived(self, peer: str) -> int:
        now = asyncio.get_running_loop().time()
        if now - self._minute > _MINUTE:
            self._arrivals.clear()
            self._minute = now
        self._arrivals[peer] += 1
        return self._arrivals[peer]
