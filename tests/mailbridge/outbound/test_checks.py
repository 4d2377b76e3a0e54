"""At the moment of sending it is asked again who may have a mail (R34)."""

from __future__ import annotations

import sqlalchemy as sa

from forum.core import clock
from forum.core.db import session, transaction
from forum.mailroom.models import DeliveryState
from forum.people import groups, service
from forum.people.models import GroupMemberRow, Standing
from forum.subscriptions import service as subscriptions
from forum.subscriptions.models import ThreadWish
from forum.threads import service as threads
from forum.threads.models import PostRow, ThreadRow
from mailbridge.outbound import fanout
from tests import cast
from tests.cast import BIROL, CARLA, Cast
from tests.mailbridge.outbound import office


def queue(people: Cast, group: str | None = None) -> int:
    post_id = office.start(people.anne, group=group)
    while fanout.step():
        pass
    return post_id


def only_to_carla() -> None:
    keeper = office.deliver()
    assert [sent.recipient for sent in keeper.sent] == [CARLA]
    assert office.states() == {BIROL: DeliveryState.DROPPED, CARLA: DeliveryState.SENT}


def test_who_was_locked_meanwhile_gets_nothing(people: Cast) -> None:  # R34
    queue(people)
    with transaction():
        service.set_standing(cast.person(people.birol), Standing.LOCKED)
    only_to_carla()


def test_who_left_the_group_meanwhile_gets_nothing(people: Cast) -> None:  # R34
    with transaction():
        circle = groups.add("haushalt", "Haushaltskreis")
        for member in (people.anne, people.birol, people.carla):
            groups.join(circle, cast.person(member))
    queue(people, group="haushalt")
    with transaction():
        session().execute(sa.delete(GroupMemberRow).where(GroupMemberRow.person_id == people.birol))
    only_to_carla()


def test_who_muted_the_thread_meanwhile_gets_nothing(people: Cast) -> None:
    post_id = queue(people)
    with transaction():
        thread = session().get_one(ThreadRow, session().get_one(PostRow, post_id).thread_id)
        subscriptions.set_wish(cast.person(people.birol), thread, ThreadWish.MUTE)
    only_to_carla()


def test_a_dead_address_gets_nothing(people: Cast) -> None:
    queue(people)
    with transaction():
        cast.person(people.birol).addresses[0].dead_since = clock.now()
    only_to_carla()


def test_a_post_withdrawn_after_fan_out_goes_to_nobody(people: Cast) -> None:
    post_id = queue(people)
    with transaction():
        threads.withdraw(session().get_one(PostRow, post_id))
    assert office.deliver().sent == []
    assert set(office.states().values()) == {DeliveryState.DROPPED}


def test_what_was_corrected_meanwhile_goes_out_corrected(people: Cast) -> None:
    post_id = queue(people)
    with transaction():
        threads.edit(session().get_one(PostRow, post_id), "Wer senkt?", cast.person(people.anne))
    assert "Wer senkt?" in office.deliver().sent[0].text
