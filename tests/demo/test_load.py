"""The demo is filled in once, with a past, without a single mail, and stays as people changed it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core import clock
from forum.core.db import transaction
from forum.demo import content, load
from forum.demo.values import Content
from forum.mailroom.models import DeliveryRow, LetterRow
from forum.people import bylines, groups, mandates
from forum.people import service as persons
from forum.people.models import PersonRow
from forum.subscriptions import recipients
from forum.subscriptions import service as subscriptions
from forum.threads import access, placing
from forum.threads import service as threads
from forum.threads.draft import Draft
from forum.threads.models import BodyFormat, PostRow, Source, ThreadRow, ThreadState

TODAY = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def demo() -> Content:
    """Everybody, and the few threads that these tests look at."""
    whole = content.read()
    return replace(whole, threads=tuple(thread for thread in whole.threads if thread.key.startswith(("01-", "13-", "18-"))))


@pytest.fixture
def filled(store: Session, demo: Content) -> Session:
    with clock.stopped_at(TODAY):
        load.fill(demo=demo)
    return store


def count(store: Session, table: type[PersonRow | ThreadRow | PostRow | LetterRow | DeliveryRow]) -> int:
    return store.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def thread_called(store: Session, words: str) -> ThreadRow:
    return store.scalars(sa.select(ThreadRow).where(ThreadRow.title.contains(words))).one()


def person(key: str) -> PersonRow:
    return persons.get_by_email(next(person.email for person in content.read().people if person.key == key))


@pytest.mark.proof
def test_everything_is_written_once(store: Session) -> None:
    demo, steps = content.read(), list[tuple[int, int]]()
    with clock.stopped_at(TODAY):
        first = load.fill(lambda done, total: steps.append((done, total)))
        second = load.fill()
    assert first == load.Counts(len(demo.people), len(demo.groups), len(demo.threads), sum(len(t.posts) for t in demo.threads))
    assert first
    assert not second
    assert steps[-1] == (len(demo.threads), len(demo.threads))
    assert (count(store, PersonRow), count(store, ThreadRow), count(store, PostRow)) == (first.people, first.threads, first.posts)


def posts_have_a_past_and_are_not_mailed(filled: Session) -> None:
    assert count(filled, LetterRow) == count(filled, DeliveryRow) == 0
    for thread in filled.scalars(sa.select(ThreadRow)):
        moments = list(
            filled.scalars(sa.select(PostRow.posted_at).where(PostRow.thread_id == thread.id).order_by(PostRow.number))
        )
        assert moments == sorted(moments)
        assert (moments[0], moments[-1]) == (thread.started_at, thread.last_post_at)
        assert moments[-1] < TODAY
    joined = filled.scalar(sa.select(sa.func.max(PersonRow.created_at)))
    started = filled.scalar(sa.select(sa.func.min(ThreadRow.started_at)))
    assert joined is not None
    assert started is not None
    assert joined < started


def a_thread_stands_as_it_was_written(filled: Session) -> None:
    thread = thread_called(filled, "Der Radweg endet")
    written = next(thread for thread in content.read().threads if thread.key.startswith("01-"))
    posts = list(filled.scalars(sa.select(PostRow).where(PostRow.thread_id == thread.id).order_by(PostRow.number)))
    assert [post.body for post in posts] == [post.body for post in written.posts]
    by_id = {post.id: post.number for post in posts}
    assert [by_id.get(post.parent_id or 0) for post in posts] == [post.reply_to for post in written.posts]
    assert {(post.source, post.body_format) for post in posts} == {
        (Source.WEB, BodyFormat.MARKDOWN),
        (Source.MAIL, BodyFormat.PLAIN),
    }
    assert (posts[0].byline.name, posts[0].byline.mandate) == ("Birol Yazgan", "Kreistag Kreis Unna")
    assert [(file.filename, file.mimetype) for file in posts[0].attachments] == [("skizze-luecke-muehlenweg.png", "image/png")]


def the_closed_thread_is_for_its_group_only(filled: Session) -> None:
    thread = thread_called(filled, "Vorbesprechung: Freiraumprogramm")
    group = groups.find("ruhrparlament")
    assert group is not None
    assert thread.group_id == group.id
    assert access.find_thread(person("vera"), thread.id) is not None
    assert access.find_thread(person("anna"), thread.id) is None


def the_locked_thread_tells_why(filled: Session) -> None:
    thread = thread_called(filled, "Kapellenhöhe")
    assert thread.state is ThreadState.LOCKED
    assert thread.lock_reason.startswith("Die Sachfragen sind beantwortet")


def people_have_their_mandates_and_follows(filled: Session) -> None:
    anna = person("anna")
    assert mandates.shown_for(anna) == "Rat Bottrop"
    assert [follow.board.slug for follow in subscriptions.of(anna)] == ["finanzen", "bottrop", "kreis-recklinghausen"]
    assert person("margaret").locale == "en"
    unconfirmed = [mandate.title for mandate in mandates.of(person("zbigniew")) if not mandate.confirmed]
    assert len(unconfirmed) == 1


CHECKS = (
    posts_have_a_past_and_are_not_mailed,
    a_thread_stands_as_it_was_written,
    the_closed_thread_is_for_its_group_only,
    the_locked_thread_tells_why,
    people_have_their_mandates_and_follows,
)


def test_what_was_filled_in(filled: Session, subtests: pytest.Subtests) -> None:
    for check in CHECKS:  # they only look, and filling in is what costs time
        with subtests.test(check.__name__):
            check(filled)


def test_the_walk_through_reaches_three_people_for_three_reasons(filled: Session) -> None:
    with transaction():
        place = placing.resolve(["finanzen"], ["kreis-unna"])
        draft = Draft(source=Source.WEB, body="Wer ist schon da?", body_format=BodyFormat.MARKDOWN)
        post = threads.start("Ein Versuch", place, bylines.of(person("dietmar")), draft)
    reasons = {recipient.person_id: recipient.why for recipient in recipients.of(post)}
    for key, board in (("anna", "finanzen"), ("birol", "kreis-unna"), ("carla", "finanzen.kreis-unna")):
        follow = next(follow for follow in subscriptions.of(person(key)) if follow.board.slug == board)
        assert reasons[person(key).id] == (f"follow:{follow.id}",)
    assert person("dietmar").id not in reasons


def test_what_people_changed_stays(filled: Session, demo: Content) -> None:
    post = filled.scalars(sa.select(PostRow)).first()
    assert post is not None
    author = filled.get_one(PersonRow, post.person_id)
    follows = [follow.board for follow in subscriptions.of(author)]
    with transaction():
        threads.edit(post, "Jetzt steht hier etwas anderes.", author)
        subscriptions.unfollow(author, follows[0])
    with clock.stopped_at(TODAY + dt.timedelta(days=1)):
        assert not load.fill(demo=demo)
    assert post.body == "Jetzt steht hier etwas anderes."
    assert [follow.board for follow in subscriptions.of(author)] == follows[1:]
