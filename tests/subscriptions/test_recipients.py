"""Who gets a post, and why: inheritance, exceptions, muting, audiences; one entry a person."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from forum.core import clock
from forum.core.db import transaction
from forum.people import groups, mandates, service
from forum.people.models import Standing
from forum.places import boards
from forum.subscriptions import recipients
from forum.subscriptions import service as subscriptions
from forum.subscriptions.models import Mode, ThreadWish
from forum.threads.models import PostRow, ThreadRow
from tests import cast
from tests.cast import Cast, follows, post_by


def who(store: Session, post_id: int) -> dict[int, tuple[str, ...]]:
    return {found.person_id: found.why for found in recipients.of(store.get_one(PostRow, post_id))}


@pytest.mark.parametrize(
    ("follow", "gets"),
    [
        ("finanzen", True), ("haushalt", True), ("bottrop", True), ("rvr", True), ("rb-muenster", True), ("lwl", True),
        ("nrw", True), ("finanzen.rvr", True), ("haushalt.bottrop", True),
        ("staerkungspakt", False), ("verkehr", False), ("essen", False), ("lvr", False), ("finanzen.essen", False),
        ("verkehr.rvr", False),
    ],
)  # fmt: skip
def test_a_follow_of_an_ancestor_matches(store: Session, people: Cast, follow: str, gets: bool) -> None:
    follows(people.birol, follow)
    post = post_by(people.anne, topics=("haushalt",), regions=("bottrop",))
    assert (people.birol in who(store, post)) is gets


def test_a_municipality_is_inside_its_district_and_all_its_parents(store: Session, people: Cast) -> None:
    follows(people.birol, "rvr")
    assert people.birol in who(store, post_by(people.anne, regions=("luenen",)))


def test_whatever_overlaps_one_entry_with_every_reason(store: Session, people: Cast) -> None:
    follows(people.birol, "finanzen", "rvr", "finanzen.bottrop")
    post = post_by(people.anne)
    assert who(store, post) == {people.birol: ("follow:1", "follow:2", "follow:3")}


def test_an_exception_counts_pair_by_pair(store: Session, people: Cast) -> None:
    follows(people.birol, "rvr")
    with transaction():
        row = subscriptions.find(cast.person(people.birol), boards.get("rvr"))
        assert row is not None
        subscriptions.leave_out(row, boards.get("essen"))
    assert who(store, post_by(people.anne, regions=("essen",))) == {}
    assert people.birol in who(store, post_by(people.anne, regions=("essen", "bottrop")))


def test_the_author_gets_no_copy_unless_asked_for(store: Session, people: Cast) -> None:
    follows(people.anne, "finanzen")
    post = post_by(people.anne)
    assert who(store, post) == {}
    with transaction():
        cast.person(people.anne).gets_own_posts = True
    assert people.anne in who(store, post)


def test_whoever_wrote_follows_until_muting(store: Session, people: Cast) -> None:
    first = post_by(people.anne)
    answer = post_by(people.birol, answers=first)
    assert who(store, answer) == {people.anne: ("author",)}
    with transaction() as session:
        thread = session.get_one(ThreadRow, store.get_one(PostRow, first).thread_id)
        subscriptions.set_wish(cast.person(people.anne), thread, ThreadWish.MUTE)
    assert who(store, answer) == {}


def test_following_one_thread_without_any_board(store: Session, people: Cast) -> None:
    post = post_by(people.anne)
    with transaction() as session:
        thread = session.get_one(ThreadRow, session.get_one(PostRow, post).thread_id)
        subscriptions.set_wish(cast.person(people.birol), thread, ThreadWish.FOLLOW)
    assert who(store, post) == {people.birol: ("thread",)}


def test_the_strongest_match_wins_and_web_only_gets_no_mail(store: Session, people: Cast) -> None:
    with transaction():
        subscriptions.follow(cast.person(people.birol), boards.get("finanzen"), Mode.WEB)
    first = post_by(people.anne)
    assert who(store, first) == {}
    with transaction():
        subscriptions.follow(cast.person(people.birol), boards.get("bottrop"), Mode.NEW_THREADS)
    assert people.birol in who(store, first)
    assert people.birol not in who(store, post_by(people.carla, answers=first))


def test_a_group_thread_never_leaves_the_group(store: Session, people: Cast) -> None:
    follows(people.birol, "nrw")
    follows(people.carla, "nrw")
    with transaction():
        group = groups.add("vorstand", "Vorstand")
        groups.join(group, cast.person(people.anne))
        groups.join(group, cast.person(people.carla))
    post = post_by(people.anne, group="vorstand")
    assert who(store, post) == {people.carla: ("follow:2",)}


def test_a_body_group_holds_confirmed_mandates_between_their_dates(store: Session, people: Cast) -> None:
    today = clock.now().date()
    with transaction():
        birol, anne = cast.person(people.birol), cast.person(people.anne)
        running = mandates.add(birol, "ruhrparlament", region="rvr", ends_on=today)
        own = mandates.add(anne, "ruhrparlament", region="rvr")
        group = groups.add("ruhrparlament", "Ruhrparlament", body_id=running.body_id)
        mandates.confirm(own, anne)
    assert not groups.contains(group.id, people.birol)
    with transaction():
        mandates.confirm(running, cast.person(people.carla))
    assert groups.contains(group.id, people.birol)
    with clock.stopped_at(clock.now() + dt.timedelta(days=2)):
        assert not groups.contains(group.id, people.birol)
        assert groups.contains(group.id, people.anne)


@pytest.mark.parametrize("end", ["locked", "dead address"])
def test_who_is_out_gets_nothing(store: Session, people: Cast, end: str) -> None:
    follows(people.birol, "nrw")
    with transaction():
        if end == "locked":
            service.set_standing(cast.person(people.birol), Standing.LOCKED)
        else:
            cast.person(people.birol).addresses[0].dead_since = clock.now()
    assert who(store, post_by(people.anne)) == {}
