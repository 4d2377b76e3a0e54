"""When an address counts as dead: hard and soft bounces, weighed over days (R36)."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core import clock
from forum.core.db import session, transaction
from forum.mailroom import deliveries, health, letters
from forum.mailroom.health import BounceKind
from forum.mailroom.models import DeliveryRow, DeliveryState
from forum.people.models import AddressRow
from tests import cast

HARD, SOFT = BounceKind.HARD, BounceKind.SOFT
START = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)


@pytest.fixture
def anne(store: Session) -> int:
    return cast.enter().anne


def sent(person_id: int) -> int:
    """A delivered letter; returns the delivery's id."""
    with transaction():
        letter = letters.write("help", person=cast.person(person_id))
        deliveries.create(letter, [(person_id, ("help",))])
        lease, claimed = deliveries.claim()
        deliveries.settle([copy.id for copy in claimed], lease, DeliveryState.SENT)
        return claimed[-1].id


def bounce(person_id: int, kind: BounceKind, day: float) -> bool:
    with clock.stopped_at(START + dt.timedelta(days=day)):
        delivery_id = sent(person_id)
        with transaction():
            return health.note_bounce(delivery_id, person_id, kind, "5.1.1")


def address(person_id: int) -> AddressRow:
    return session().scalars(sa.select(AddressRow).where(AddressRow.person_id == person_id)).one()


@pytest.mark.parametrize(
    ("bounces", "dead"),
    [
        ([(HARD, 0), (HARD, 1), (HARD, 3)], True),
        ([(HARD, 0), (HARD, 0.1), (HARD, 0.2)], False),  # one bad day
        ([(HARD, 0), (HARD, 4)], False),
        ([(SOFT, day) for day in range(5)], True),
        ([(SOFT, day) for day in range(4)], False),
        ([(HARD, 0), (SOFT, 2), (HARD, 5)], True),
        ([(HARD, 0), (HARD, 10), (HARD, 20)], False),  # long ago is forgotten
    ],
)
def test_bounces_are_weighed_over_days(anne: int, bounces: list[tuple[BounceKind, float]], dead: bool) -> None:  # R36
    for kind, day in bounces:
        assert bounce(anne, kind, day)
    assert (address(anne).dead_since is not None) is dead


def test_a_hard_bounce_has_failed_a_soft_one_was_sent(anne: int) -> None:
    bounce(anne, HARD, 0)
    bounce(anne, SOFT, 0)
    rows = session().scalars(sa.select(DeliveryRow).order_by(DeliveryRow.id))
    assert [(row.state, row.detail) for row in rows] == [
        (DeliveryState.FAILED, "bounce-hard 5.1.1"), (DeliveryState.SENT, "bounce-soft 5.1.1"),
    ]  # fmt: skip


def test_one_copy_bounces_once_and_only_for_its_person(anne: int) -> None:  # R37
    delivery_id = sent(anne)
    with transaction():
        assert not health.note_bounce(delivery_id, anne + 1, HARD)
        assert not health.note_bounce(delivery_id + 99, anne, HARD)
        assert health.note_bounce(delivery_id, anne, HARD)
        assert not health.note_bounce(delivery_id, anne, HARD)


def test_revived_it_starts_anew(anne: int) -> None:
    for day in (0, 1, 3):
        bounce(anne, HARD, day)
    with clock.stopped_at(START + dt.timedelta(days=4)), transaction():
        health.revive(address(anne))
    bounce(anne, HARD, 5)
    assert address(anne).dead_since is None
