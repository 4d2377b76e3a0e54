"""What becomes of each copy, and when it is tried again (R31, R32)."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from forum.core import clock
from forum.core.db import session, transaction
from forum.mailroom import deliveries, letters
from forum.mailroom.models import DeliveryRow, DeliveryState
from mailbridge.outbound.answer import Answer
from tests import cast
from tests.cast import BIROL, CARLA, Cast
from tests.mailbridge.outbound import office
from tests.mailbridge.outbound.office import Keeper


def says(**answers: Answer) -> Keeper:
    """A transport that answers by the recipient's first name."""
    return Keeper(lambda recipient: answers.get(recipient.partition("@")[0], office.FINE))


def test_a_refusal_of_one_is_nothing_to_the_others(people: Cast) -> None:  # R32
    office.start(people.anne)
    assert [sent.recipient for sent in office.deliver(says(birol=office.NEVER)).sent] == [CARLA]
    assert office.states() == {BIROL: DeliveryState.FAILED, CARLA: DeliveryState.SENT}
    detail = session().scalar(sa.select(DeliveryRow.detail).where(DeliveryRow.person_id == people.birol))
    assert detail == "550 5.1.1 unknown"


@pytest.mark.parametrize("trouble", [office.LATER, office.BROKEN], ids=["4xx", "network"])
def test_trouble_is_tried_again_as_the_table_says(people: Cast, trouble: Answer) -> None:  # R31
    office.start(people.anne)
    now, waits = clock.now(), []
    for _ in range(7):
        with clock.stopped_at(now):
            office.deliver(says(birol=trouble))
            row = session().scalars(sa.select(DeliveryRow).where(DeliveryRow.person_id == people.birol)).one()
            waits.append((row.next_try_at - now).total_seconds() / 60)
            now = row.next_try_at
            session().rollback()
    for wait, wanted in zip(waits, (1, 5, 15, 60, 60, 60, 60), strict=True):
        assert wanted * 0.8 <= wait <= wanted * 1.2
    with clock.stopped_at(now):
        assert BIROL in [sent.recipient for sent in office.deliver().sent]


def test_after_five_days_it_has_failed(people: Cast) -> None:  # R31
    office.start(people.anne)
    office.deliver(says(birol=office.LATER))
    with clock.stopped_at(clock.now() + dt.timedelta(days=5, minutes=1)):
        office.deliver(says(birol=office.LATER))
        assert office.states()[BIROL] is DeliveryState.FAILED


def test_a_letter_that_cannot_be_composed_stops_no_other(people: Cast, caplog: pytest.LogCaptureFixture) -> None:
    with transaction():
        letters.write("login", person=cast.person(people.birol), minutes=15)  # no url
    office.start(people.anne)
    assert len(office.deliver().sent) == 2
    assert deliveries.counts() == {"waiting": 1, "sent": 2, "failed": 0, "dropped": 0}
    assert "cannot be composed" in caplog.text
