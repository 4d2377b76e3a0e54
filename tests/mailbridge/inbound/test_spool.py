"""The spool by itself: one commit for many, a last look at each, and a worker that lets a queue of senders go first."""

from __future__ import annotations

import threading
import time

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from forum.mailroom import ledger
from mailbridge.inbound.mail import Envelope
from mailbridge.inbound.spool import QUEUE, NotKept, Pressure, Refused, Spool
from tests.cast import ANNE

ENVELOPE = Envelope(ANNE, ("finanzen@ratspost.localhost",), "127.0.0.1")


def fails() -> str | None:
    raise ValueError("look")


def test_a_refused_mail_and_a_broken_look_keep_no_other_out(app: Flask, store: Session) -> None:
    spool = Spool(app.app_context, threading.Event())
    looks = [lambda: None, lambda: "550 no", None, fails, lambda: None]
    futures = [spool.keep(ENVELOPE, b"%d" % number, look) for number, look in enumerate(looks)]  # before the start: one batch
    spool.start()
    spool.stop()
    assert isinstance(futures[1].exception(1), Refused)
    assert isinstance(futures[3].exception(1), NotKept)
    numbers = {number: futures[number].result(1) for number in (0, 2, 4)}
    store.rollback()
    assert {number: ledger.get(row).raw for number, row in numbers.items()} == {0: b"0", 2: b"2", 4: b"4"}
    assert sum(ledger.counts().values()) == 3


def test_numbers_follow_the_order_of_the_mails(app: Flask, store: Session) -> None:
    spool = Spool(app.app_context, threading.Event())
    futures = [spool.keep(ENVELOPE, b"%d" % number) for number in range(40)]
    spool.start()
    spool.stop()
    numbers = [future.result(1) for future in futures]
    store.rollback()
    assert [ledger.get(number).raw for number in sorted(numbers)] == [b"%d" % number for number in range(40)]
    assert numbers == sorted(numbers)


def test_the_worker_goes_on_at_once_while_few_write() -> None:
    pressure = Pressure(calm=3600, most=3600)
    pressure.note(QUEUE - 1)
    assert pressure.give_way() is False


@pytest.mark.parametrize(("calm", "most"), [(0.05, 3600.0), (3600.0, 0.05)], ids=["until-it-is-calm", "not-for-ever"])
def test_the_worker_gives_way_while_senders_queue(calm: float, most: float) -> None:
    pressure = Pressure(calm=calm, most=most)
    began = time.monotonic()
    pressure.note(QUEUE)
    pressure.give_way()
    assert time.monotonic() - began >= 0.05


@pytest.mark.parametrize("size", [1, 64, 65, 200])
def test_every_mail_is_answered_once(app: Flask, store: Session, size: int) -> None:
    spool = Spool(app.app_context, threading.Event())
    futures = [spool.keep(ENVELOPE, b"x") for _ in range(size)]
    spool.start()
    spool.stop()
    assert len({future.result(1) for future in futures}) == size
