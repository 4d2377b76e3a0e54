"""Posts: started, answered, edited with kept revisions, withdrawn; files stored once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core.db import transaction
from forum.core.refusals import EditTooLate, EmptyPost, EmptyTitle, TooLong
from forum.mailroom.models import LetterRow
from forum.moderation import intake
from forum.moderation.contribution import Contribution
from forum.threads import files, lists, service
from forum.threads.draft import LONGEST_BODY, Draft
from forum.threads.models import BlobRow, BodyFormat, PostRow, PostState, RevisionRow, Source, ThreadRow
from tests import cast
from tests.cast import Cast, post_by


def post(store: Session, post_id: int) -> PostRow:
    return store.get_one(PostRow, post_id)


def test_posts_are_numbered_and_know_what_they_answer(store: Session, people: Cast) -> None:
    first = post_by(people.anne)
    second = post_by(people.birol, answers=first)
    third = post_by(people.anne, answers=first)
    thread = store.get_one(ThreadRow, post(store, first).thread_id)
    assert [(one.number, one.parent_id) for one in lists.posts(thread)] == [(1, None), (2, first), (3, first)]
    assert thread.post_count == 3
    assert {post(store, one).message_id for one in (first, second, third)} == {one.message_id for one in lists.posts(thread)}


def test_a_thread_named_nothing_stands_on_allgemein_and_nrw(store: Session, people: Cast) -> None:
    thread = store.get_one(ThreadRow, post(store, post_by(people.anne, topics=(), regions=())).thread_id)
    assert thread.subject.startswith("[Allgemein · NRW]")


def test_a_byline_keeps_the_mandate_of_its_day(store: Session, people: Cast) -> None:
    before = post_by(people.anne)
    with transaction():
        cast.person(people.anne).mandates[0].visible = False
    after = post_by(people.anne)
    assert (post(store, before).byline.mandate, post(store, after).byline.mandate) == ("Rat Bottrop", "")


def test_an_edit_keeps_what_was_replaced(store: Session, people: Cast) -> None:
    one = post(store, post_by(people.anne, body="alt"))
    with transaction():
        service.edit(one, "**neu**", cast.person(people.anne))
    revision = store.scalars(sa.select(RevisionRow)).one()
    assert (revision.body, one.body, "<strong>neu</strong>" in one.body_html) == ("alt", "**neu**", True)
    assert one.edited_at is not None


def test_what_is_withdrawn_leaves_its_place_but_no_text(store: Session, people: Cast) -> None:
    first = post_by(people.anne, body="Geheimnis")
    one = post(store, first)
    with transaction():
        service.edit(one, "Geheimnis zwei", cast.person(people.anne))
    with transaction():
        service.withdraw(one)
    assert (one.state, one.body, one.body_html) == (PostState.WITHDRAWN, "", "")
    assert store.scalar(sa.select(RevisionRow.id)) is None
    assert store.scalars(sa.select(LetterRow)).one().fanned_out_at is not None
    with pytest.raises(EditTooLate), transaction():
        service.edit(one, "doch", cast.person(people.anne))


def test_the_same_bytes_are_stored_once(store: Session, people: Cast) -> None:
    with transaction():
        refs = tuple(files.keep(name, "text/plain", b"gleich") for name in ("a.txt", "b.txt"))
        draft = Draft(source=Source.WEB, body="", body_format=BodyFormat.MARKDOWN, files=refs)
        intake.submit(Contribution(draft=draft, person_id=people.anne, title="Anlagen"))
    assert store.scalar(sa.select(sa.func.count()).select_from(BlobRow)) == 1
    (one,) = store.scalars(sa.select(PostRow))
    assert [file.filename for file in one.attachments] == ["a.txt", "b.txt"]


@pytest.mark.parametrize(
    ("title", "body", "refused"),
    [
        ("Titel", " \n", EmptyPost),
        ("  ", "Text", EmptyTitle),
        ("T" * 300, "Text", TooLong),
        ("Titel", "x" * (LONGEST_BODY + 1), TooLong),
    ],
)
def test_what_cannot_be_a_post_is_refused_by_name(people: Cast, title: str, body: str, refused: type[Exception]) -> None:
    with pytest.raises(refused):
        post_by(people.anne, title, body)


def test_the_same_form_twice_is_one_post(store: Session, people: Cast) -> None:
    draft = Draft(source=Source.WEB, body="einmal", body_format=BodyFormat.MARKDOWN, nonce="form-1")
    contribution = Contribution(draft=draft, person_id=people.anne, title="Doppelklick")
    with transaction():
        first = intake.submit(contribution)
    with transaction():
        second = intake.submit(contribution)
    assert isinstance(first, intake.Posted)
    assert second == intake.Duplicate(first.post_id, first.thread_id)
