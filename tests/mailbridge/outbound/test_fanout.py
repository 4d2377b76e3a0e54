"""A letter becomes one copy for each person, once its time has come."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from forum.core import clock
from forum.core.db import session, transaction
from forum.mailroom import deliveries, letters
from forum.mailroom.models import DeliveryRow
from forum.people.models import AddressRow, PersonRow
from forum.places import boards
from forum.subscriptions.models import FollowRow, Mode
from forum.threads import service
from forum.threads.models import PostRow
from mailbridge.outbound import fanout
from tests import cast
from tests.cast import Cast
from tests.mailbridge.outbound import office


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_GRACE": "120"}


def after_grace() -> dt.datetime:
    return clock.now() + dt.timedelta(seconds=121)


def test_nothing_goes_out_before_the_grace_time(people: Cast) -> None:
    office.start(people.anne)
    assert not fanout.step()
    assert letters.waiting() == 1
    with clock.stopped_at(after_grace()):
        assert fanout.step()
        assert not fanout.step()
    assert (letters.waiting(), deliveries.counts()["waiting"]) == (0, 2)


def test_who_withdraws_in_time_is_never_mailed(people: Cast) -> None:
    post_id = office.start(people.anne)
    with transaction():
        service.withdraw(session().get_one(PostRow, post_id))
    with clock.stopped_at(after_grace()):
        assert office.deliver().sent == []
    assert letters.waiting() == 0


def test_each_copy_knows_why_it_goes(people: Cast) -> None:
    cast.follows(people.birol, "bottrop")
    first = office.start(people.anne)
    office.reply(people.carla, first)
    with clock.stopped_at(after_grace()):
        office.deliver()
    rows = session().execute(sa.select(DeliveryRow.person_id, DeliveryRow.why).order_by(DeliveryRow.id)).all()
    follows = dict(session().execute(sa.select(FollowRow.id, FollowRow.person_id)).all())
    birols = [f"follow:{follow_id}" for follow_id, person_id in follows.items() if person_id == people.birol]
    carlas = [f"follow:{follow_id}" for follow_id, person_id in follows.items() if person_id == people.carla]
    assert [(row.person_id, row.why) for row in rows] == [
        (people.birol, birols), (people.carla, [*carlas, "author"]), (people.anne, ["author"]), (people.birol, birols),
    ]  # fmt: skip


def test_statements_do_not_grow_with_the_followers(people: Cast) -> None:
    board, now = boards.get("finanzen"), clock.now()
    assert board.topic is not None
    with transaction():
        session().execute(sa.insert(PersonRow), [{"id": n, "name": f"Freund {n}", "created_at": now} for n in range(100, 700)])
        addresses = [
            {"person_id": n, "email": f"f{n}@rat.example", "verified_at": now, "delivers": True} for n in range(100, 700)
        ]
        session().execute(sa.insert(AddressRow), addresses)
        follows = [{"person_id": n, "topic_id": board.topic.id, "mode": Mode.EACH, "created_at": now} for n in range(100, 700)]
        session().execute(sa.insert(FollowRow), follows)
    office.start(people.anne)
    counted: list[str] = []
    event.listen(session().get_bind(), "before_cursor_execute", lambda *args: counted.append(args[2]))
    with clock.stopped_at(after_grace()):
        assert fanout.step()
    assert deliveries.counts()["waiting"] == 602
    assert len(counted) < 25
