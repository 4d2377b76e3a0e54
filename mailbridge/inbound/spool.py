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

from sqlalchemy.exc import SQLAlchemyError

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
    done: Future[None]


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

    def keep(self, envelope: Envelope, raw: bytes) -> Future[None]:
        """Hand a mail in; the future ends when it is committed, or raises NotKept."""
        job = _Job(envelope, raw, Future())
        self._jobs.put(job)
        return job.done

    def _run(self) -> None:
        while True:
            batch = self._next_batch()
            jobs = [job for job in batch if job is not None]
            if jobs:
                self._write(jobs)
            if len(jobs) < len(batch):
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
            with self._scope(), transaction():
                for job in jobs:
                    ledger.keep(
                        job.raw, envelope_from=job.envelope.sender, envelope_to=job.envelope.recipients, peer=job.envelope.peer
                    )
        except (SQLAlchemyError, OSError) as error:
            log.error("mails were not kept: %s", type(error).__name__)
            for job in jobs:
                job.done.set_exception(NotKept())
            return
        for job in jobs:
            job.done.set_result(None)
        self._wake.set()
