"""A worker dies in the middle, or two work at once: nobody misses a post, and what comes twice was in flight."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from forum.core import clock
from forum.mailroom.deliveries import LEASE
from mailbridge.outbound import fanout
from mailbridge.outbound.answer import Answer
from mailbridge.outbound.deliver import Deliverer
from mailbridge.outbound.transport import Transport, open_transport
from mailbridge.worker import Worker
from tests import cast
from tests.stories.conftest import MakeWorker
from tests.stories.town import House

pytestmark = pytest.mark.socket


class PowerCut(BaseException):
    """The process ends here and now."""


class Failing:
    """A relay behind which the power goes after so many mails: the last one was taken, but nobody could write that down."""

    def __init__(self, relay: Transport, after: int) -> None:
        self._relay, self._left = relay, after

    def send(self, sender: str, recipient: str, message: bytes) -> Answer:
        answer = self._relay.send(sender, recipient, message)
        self._left -= 1
        if not self._left:
            raise PowerCut
        return answer

    def close(self) -> None:
        """Nothing is open."""


def test_only_what_was_in_flight_comes_twice_and_with_the_same_id(town: House) -> None:
    readers = town.crowd(10)
    with town.looking():
        cast.post_by(town.people.anne)
        fanout.step()
        dying = Deliverer(Failing(open_transport(town.app.config["RATSPOST"].relay), after=5), in_flight=3)
        with pytest.raises(PowerCut):
            dying.step()
    town.settle()
    assert sum(len(town.box_of(reader)) for reader in readers) == 5  # the dead worker's lease still runs
    with clock.stopped_at(clock.now() + LEASE + dt.timedelta(seconds=1)):
        town.settle()
    copies = Counter(len(town.box_of(reader)) for reader in readers)
    assert copies == {1: 8, 2: 2}  # three were settled, two were in flight
    assert len({letter.id for reader in readers for letter in town.box_of(reader)}) == 1


def test_two_workers_at_once_send_each_copy_once(town: House, new_worker: MakeWorker) -> None:
    readers = town.crowd(20)
    with town.looking():
        for number in range(6):
            cast.post_by(town.people.anne, f"Faden {number}")
    work_at_once(new_worker(), new_worker())
    for reader in readers:
        assert Counter(letter.subject[-7:] for letter in town.box_of(reader)) == {f"Faden {number}": 1 for number in range(6)}


def work_at_once(*workers: Worker) -> None:
    """Let workers begin at the same moment, each in a thread, until none finds anything."""
    start = threading.Barrier(len(workers))

    def work(worker: Worker) -> None:
        start.wait(10)
        worker.run_until_idle()

    with ThreadPoolExecutor(len(workers)) as pool:
        list(pool.map(work, workers))
