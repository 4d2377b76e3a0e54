"""The spool: mails of all parallel sessions written down by one thread, many in one commit (R18); 250 comes after it.

A session hands its mail in and waits on a future. The step is not tied to the session: if the client drops meanwhile,
the mail is still written, and the sender's retry ends as a duplicate (R5).
"""

from __future__ import annotations

import logging
import queue
import threading
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


class NotKept(Exception):
    """The store did not take the mail; the sender must try again (451)."""


@dataclass(frozen=True, slots=True)
class _Job:
    envelope: Envelope
    raw: bytes
    done: Future[int]


class Spool:
    """One thread that writes; started and stopped with the bridge."""

    def __init__(self, scope: Scope, wake: threading.Event) -> None:
        self._scope = scope
        self._wake = wake
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="spool", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Write what was handed in, then end."""
        self._jobs.put(None)
        self._thread.join(timeout=30)

    def keep(self, envelope: Envelope, raw: bytes) -> Future[int]:
        """Hand a mail in; the future gives its number in the ledger when it is committed, or raises NotKept.

        Cancelling it takes the mail back, unless it is being written already.
        """
        job = _Job(envelope, raw, Future())
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
            numbers = self._commit(jobs)
        except Exception as error:  # noqa: BLE001 - whatever it is, this thread must live and the senders must hear 451 (R3)
            log.error("%s mails were not kept: %s", len(jobs), type(error).__name__)
            self._write_apart(jobs, error)
            return
        for job, number in zip(jobs, numbers, strict=True):
            job.done.set_result(number)
        self._wake.set()

    def _write_apart(self, jobs: list[_Job], error: Exception) -> None:
        """One mail that the store cannot hold must not keep the others out; a store that is down is not asked again."""
        if len(jobs) > 1 and not isinstance(error, OperationalError | OSError):
            for job in jobs:
                self._write([job])
            return
        for job in jobs:
            job.done.set_exception(NotKept())

    def _commit(self, jobs: list[_Job]) -> list[int]:
        with self._scope(), transaction():
            numbers = ledger.keep_all([_arrival(job) for job in jobs])
            crash.here("before-commit")
        crash.here("after-commit")
        return numbers


def _arrival(job: _Job) -> ledger.Arrival:
    return ledger.Arrival(job.raw, job.envelope.sender, job.envelope.recipients, job.envelope.peer)
