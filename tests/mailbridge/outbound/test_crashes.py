"""A worker dies, is too slow, or works beside another (R30, R115)."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.core import clock
from forum.core.db import db, session, transaction
from forum.mailroom import deliveries
from forum.mailroom.models import DeliveryRow, DeliveryState
from forum.people import service
from forum.places import boards
from forum.subscriptions import service as subscriptions
from mailbridge.outbound import fanout
from mailbridge.outbound.answer import Answer
from mailbridge.outbound.deliver import Deliverer
from tests import cast
from tests.cast import BIROL, CARLA, Cast
from tests.mailbridge.outbound import office
from tests.mailbridge.outbound.office import Keeper


class Crash(BaseException):
    """The process dies."""


def test_a_crash_between_send_and_settle_repeats_only_what_was_in_flight(people: Cast) -> None:  # R30
    with transaction():
        for number in range(20):
            friend = service.add(f"Freund {number}", f"freund{number}@rat.example")
            subscriptions.follow(friend, subscriptions.of(cast.person(people.birol))[0].board)
    office.start(people.anne)
    fanout.step()
    keeper = Keeper()

    def dies_at_the_ninth(_recipient: str) -> Answer:
        if len(keeper.sent) == 9:
            raise Crash
        return office.FINE

    keeper.says = dies_at_the_ninth
    with pytest.raises(Crash):
        Deliverer(keeper, in_flight=5).step()
    session().rollback()
    keeper.says = lambda _recipient: office.FINE
    assert not Deliverer(keeper).step()  # the dead worker's lease still holds
    with clock.stopped_at(clock.now() + deliveries.LEASE + dt.timedelta(seconds=1)):
        assert Deliverer(keeper, in_flight=5).step()
    copies = Counter(sent.recipient for sent in keeper.sent)
    assert len(copies) == 22
    assert sorted(copies.values()) == [1] * 18 + [2] * 4  # settled in fives: four were in flight
    assert len({sent.header("Message-ID") for sent in keeper.sent}) == 1
    twice = [sent.message for sent in keeper.sent if copies[sent.recipient] == 2]
    assert len(set(twice)) == 4  # the second copy is the first one, byte for byte


def test_a_worker_that_is_too_slow_gives_back_what_it_did_not_try(people: Cast) -> None:
    office.start(people.anne)
    fanout.step()
    later = clock.now() + deliveries.LEASE

    class Slow(Keeper):
        def send(self, sender: str, recipient: str, message: bytes) -> Answer:
            stopped.enter()
            return super().send(sender, recipient, message)

    stopped = _Stopped(later)
    slow = Slow()
    try:
        Deliverer(slow, in_flight=1).step()
    finally:
        stopped.leave()
    assert [sent.recipient for sent in slow.sent] == [BIROL]
    rows = {row.person_id: row for row in session().scalars(sa.select(DeliveryRow))}
    assert (rows[people.carla].state, rows[people.carla].attempts, rows[people.carla].lease) == (DeliveryState.WAITING, 0, None)
    assert [sent.recipient for sent in office.deliver().sent] == [CARLA]


class _Stopped:
    """The clock, set forward half-way through a step."""

    def __init__(self, moment: dt.datetime) -> None:
        self._context = clock.stopped_at(moment)
        self._entered = False

    def enter(self) -> None:
        if not self._entered:
            self._context.__enter__()
            self._entered = True

    def leave(self) -> None:
        if self._entered:
            self._context.__exit__(None, None, None)


def test_a_late_worker_cannot_settle_what_another_took_over(people: Cast) -> None:
    office.start(people.anne)
    fanout.step()
    with transaction():
        old, claimed = deliveries.claim()
    with clock.stopped_at(clock.now() + deliveries.LEASE + dt.timedelta(seconds=1)), transaction():
        new, _ = deliveries.claim()
    with transaction():
        assert deliveries.settle([claimed[0].id], old, DeliveryState.SENT) == 0
        deliveries.postpone(claimed[1], old, "late")
        assert deliveries.settle([copy.id for copy in claimed], new, DeliveryState.SENT) == 2


def test_two_workers_at_once_send_each_copy_once(app: Flask) -> None:  # R115
    with app.app_context():
        members = cast.enter()
        with transaction():
            board = boards.get("finanzen")
            for number in range(60):
                subscriptions.follow(service.add(f"Freund {number}", f"freund{number}@rat.example"), board)
        for number in range(3):
            office.start(members.anne, title=f"Faden {number}")
        db.session.remove()
    keepers = [Keeper(), Keeper()]
    start = threading.Barrier(2)

    def work(keeper: Keeper) -> None:
        deliverer = Deliverer(keeper, batch=7, in_flight=3)
        start.wait()
        with app.app_context():
            while fanout.step() or deliverer.step():
                pass

    workers = [threading.Thread(target=work, args=(keeper,)) for keeper in keepers]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with app.app_context():
        office.deliver(keepers[0])  # what one worker fanned out after the other had gone home
        assert deliveries.counts() == {"waiting": 0, "sent": 180, "failed": 0, "dropped": 0}
    copies = Counter((sent.recipient, sent.header("Message-ID")) for keeper in keepers for sent in keeper.sent)
    assert len(copies) == 180
    assert set(copies.values()) == {1}
