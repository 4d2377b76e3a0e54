"""The wall clock jumps a day ahead or back: no mail waits for it, none is worked twice (R14)."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core import clock
from forum.core.db import session, transaction
from forum.mailroom import deliveries, ledger, letters
from forum.mailroom.models import InboundState, LedgerRow
from tests import cast
from tests.cast import ANNE, Cast

DAY = dt.timedelta(days=1)


class Clock:
    """The house's clock, to be set."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        real = clock.now
        self.ahead = dt.timedelta(0)
        patch.setattr(clock, "now", lambda: real() + self.ahead)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def keep() -> int:
    with transaction():
        return ledger.keep(b"Subject: x\r\n\r\n", envelope_from=ANNE, envelope_to=["finanzen@x"], peer="127.0.0.1").id


def claim() -> int | None:
    with transaction():
        row = ledger.claim()
        return row.id if row else None


@pytest.mark.parametrize("jump", [DAY, -DAY, dt.timedelta(hours=1), -dt.timedelta(hours=1)])
def test_a_mail_that_came_before_the_jump_is_due(store: Session, wall: Clock, jump: dt.timedelta) -> None:
    inbound_id = keep()
    wall.ahead = jump
    assert claim() == inbound_id


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_a_mail_whose_worker_died_before_the_jump_is_due(store: Session, wall: Clock, jump: dt.timedelta) -> None:
    inbound_id = keep()
    assert (claim(), claim()) == (inbound_id, None)
    wall.ahead = jump
    assert claim() == inbound_id


def test_a_jump_works_no_mail_twice(store: Session, wall: Clock) -> None:
    inbound_id = keep()
    assert claim() == inbound_id
    with transaction():
        ledger.settle(ledger.get(inbound_id), InboundState.DISCARDED, "test")
    for wall.ahead in (DAY, -DAY):
        assert claim() is None


def test_order_is_that_of_arrival_whatever_the_clock_said(store: Session, wall: Clock) -> None:
    first = keep()
    wall.ahead = -DAY
    second = keep()
    assert [claim(), claim()] == [first, second]
    assert session().scalars(sa.select(LedgerRow.id).order_by(LedgerRow.id)).all() == [first, second]


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_a_copy_that_waits_is_due_after_the_jump(people: Cast, wall: Clock, jump: dt.timedelta) -> None:
    with transaction():
        letter = letters.write("login", person=cast.person(people.anne), url="x", minutes=15)
        deliveries.create(letter, [(people.anne, ("login",))])
    with transaction():
        assert len(deliveries.claim()[1]) == 1
    wall.ahead = jump
    with transaction():
        assert len(deliveries.claim()[1]) == 1


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_a_letter_that_waits_is_due_after_the_jump(people: Cast, wall: Clock, jump: dt.timedelta) -> None:
    with transaction():
        written = letters.write("login", person=cast.person(people.anne), url="x", minutes=15).id
    wall.ahead = jump
    with transaction():
        due = letters.next_due()
        assert (due.id if due else None) == written
