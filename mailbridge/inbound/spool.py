"""The spool: mails of all parallel sessions written down by one thread, many in one commit (R18); 250 comes after it.

A session hands its mail in and waits on a future. The step is not tied to the session: if the client drops meanwhile,
the mail is still written, and the sender's retry ends as a duplicate (R5).
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from sqlalchemy.exc import OperationalError

from forum.core import crash_points as crash
from forum.core.db import transaction
from forum.core.ports import Scope
from forum.mailroom import ledger
from mailbridge.inbound.mail import Envelope

LARGEST_BATCH = 64
log = logging.getLogger(__name__)


QUEUE = 4
"""So many mails in one commit mean that senders wait for each other."""

Look = Callable[[], str | None]
"""A last question about a mail, asked in an application context: the refusal, or None."""


class NotKept(Exception):
    """The store did not take the mail; the sender must try again (451)."""


class Refused(Exception):
    """The last look at the mail refused it; `reply` says why."""

    def __init__(self, reply: str) -> None:
        super().__init__(reply)
        self.reply = reply


class Pressure:
    """Whether senders queue at the doors. The worker of the same process then lets them go first, but works all the same."""

    def __init__(self, calm: float = 0.05, most: float = 1.0) -> None:
        self._calm, self._most = calm, most
        self._seen = float("-inf")

    def note(self, mails: int) -> None:
        """So many were written at once."""
        if mails >= QUEUE:
            self._seen = time.monotonic()

    def give_way(self) -> bool:
        """A step of the worker: waits while senders queue, at most a second; never finds work of its own."""
        end = time.monotonic() + self._most
        while (now := time.monotonic()) - self._seen < self._calm and now < end:
            time.sleep(min(self._calm, end - now))
        return False


@dataclass(frozen=True, slots=True)
class _Job:
    envelope: Envelope
    raw: bytes
    look: Look | None
    done: Future[int]


class Spool:
    """One thread that writes; started and stopped with the bridge."""

    def __init__(self, scope: Scope, wake: threading.Event, pressure: Pressure | None = None) -> None:
        self._scope = scope
        self._wake = wake
        self._pressure = pressure or Pressure()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="spool", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Write what was handed in, then end."""
        self._jobs.put(None)
        self._thread.join(timeout=30)

    def keep(self, envelope: Envelope, raw: bytes, look: Look | None = None) -> Future[int]:
        """Hand a mail in; the future gives its number in the ledger when it is committed, or raises NotKept or Refused.

        `look` must be quick, since all sessions wait for it. Cancelling takes the mail back, unless it is being written already.
        """
        job = _Job(envelope, raw, look, Future())
        self._jobs.put(job)
        return job.done

    def _run(self) -> None:
        while True:
            batch = self._next_batch()
            jobs = [job for job in batch if job is not None and job.done.set_running_or_notify_cancel()]
            if jobs:
                self._write(jobs)
            if batch[-1] is None:
                return

    def _next_batch(self) -> list[_Job | None]:
        batch = [self._jobs.get()]
        while batch[-1] is not None and len(batch) < LARGEST_BATCH:
            try:
                batch.append(self._jobs.get_nowait())
            except queue.Empty:
                break
        return batch

    def _write(self, jobs: list[_Job]) -> None:
        try:
            outcomes = self._commit(jobs)
        except Exception as error:  # noqa: BLE001 - whatever it is, this thread must live and the senders must hear 451 (R3)
            log.error("%s mails were not kept: %s", len(jobs), type(error).__name__)
            self._write_apart(jobs, error)
            return
        for job, outcome in zip(jobs, outcomes, strict=True):
            if isinstance(outcome, Refused):
                job.done.set_exception(outcome)
            else:
                job.done.set_result(outcome)
        self._pressure.note(len(jobs))
        self._wake.set()

    def _write_apart(self, jobs: list[_Job], error: Exception) -> None:
        """One mail that the store cannot hold must not keep the others out; a store that is down is not asked again."""
        if len(jobs) > 1 and not isinstance(error, OperationalError | OSError):
            for job in jobs:
                self._write([job])
            return
        for job in jobs:
            job.done.set_exception(NotKept())

    def _commit(self, jobs: list[_Job]) -> list[int | Refused]:
        with self._scope():
            refusals = [job.look() if job.look is not None else None for job in jobs]
            good = [job for job, refusal in zip(jobs, refusals, strict=True) if refusal is None]
            numbers = iter(_kept(good) if good else ())
        return [Refused(refusal) if refusal is not None else next(numbers) for refusal in refusals]


def _kept(jobs: list[_Job]) -> list[int]:
    with transaction():
        numbers = ledger.keep_all(
            [ledger.Arrival(job.raw, job.envelope.sender, job.envelope.recipients, job.envelope.peer) for job in jobs]
        )
        crash.here("before-commit")
    crash.here("after-commit")
    return numbers
