"""The worker's loop: receive, fan out, deliver, until nothing is left to do; then it sleeps until woken or for a second.

Any number of workers may run, in one process or on several hosts: each row is claimed before it is worked.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from sqlalchemy.exc import SQLAlchemyError

from forum.core.ports import Scope

IDLE_SECONDS = 1.0
TROUBLE_SECONDS = 5.0
Step = Callable[[], bool]
"""One piece of work in an open application context; False when there was none."""
log = logging.getLogger(__name__)


class Worker:
    """Runs its steps in one thread; stops between two pieces of work."""

    def __init__(
        self,
        scope: Scope,
        steps: Sequence[Step],
        wake: threading.Event,
        *,
        closing: Callable[[], None],
        opening: Callable[[], None] = lambda: None,
    ) -> None:
        self._scope = scope
        self._opening = opening
        self._steps = steps
        self._wake = wake
        self._closing = closing
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish the piece of work at hand, then end."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(timeout=60)
        self._closing()

    def run_until_idle(self) -> None:
        """Work in the calling thread until no step finds anything; for tests and commands."""
        while self._round():
            pass

    def _run(self) -> None:
        self._open()
        while not self._stopping.is_set():
            try:
                busy = self._round()
            except (SQLAlchemyError, OSError) as error:
                log.error("the worker waits, its store or relay failed: %s", type(error).__name__)
                self._stopping.wait(TROUBLE_SECONDS)
                continue
            if not busy:
                self._wake.wait(IDLE_SECONDS)
                self._wake.clear()

    def _open(self) -> None:
        """Take over from a worker that died; if that fails its leases run out by themselves."""
        try:
            with self._scope():
                self._opening()
        except (SQLAlchemyError, OSError) as error:
            log.error("leases of a dead worker were not taken back: %s", type(error).__name__)

    def _round(self) -> bool:
        """Each step once; whether any of them worked."""
        worked = False
        for step in self._steps:
            if self._stopping.is_set():
                return False
            with self._scope():
                worked = step() or worked
        return worked
