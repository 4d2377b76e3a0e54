"""What a post's References name: the root and the nearest forty, in threads of any length."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from forum.core.db import session, transaction
from forum.people import bylines
from forum.threads import lineage, placing, service
from forum.threads.draft import Draft
from forum.threads.models import BodyFormat, PostRow, Source
from tests import cast

DRAFT = Draft(source=Source.WEB, body="Ein Satz.", body_format=BodyFormat.PLAIN)


@pytest.fixture
def opening(store: Session) -> PostRow:
    anne = cast.enter().anne
    with transaction():
        place = placing.resolve(("finanzen",), ("bottrop",))
        return service.start("Hebesätze", place, bylines.of(cast.person(anne)), DRAFT)


def chain(opening: PostRow, length: int) -> list[int]:
    """A thread in which every post answers the one before; ids in order."""
    with transaction():
        first = opening.id
        session().execute(
            sa.insert(PostRow),
            [
                {
                    "id": first + n, "thread_id": opening.thread_id, "number": n + 1, "parent_id": first + n - 1,
                    "byline_id": opening.byline_id, "message_id": f"<n{n + 1}@rat.example>", "source": Source.MAIL,
                    "body_format": BodyFormat.PLAIN, "body": "x", "body_html": "x", "posted_at": opening.posted_at,
                }
                for n in range(1, length)
            ],
        )  # fmt: skip
    return [first + n for n in range(length)]


def test_the_opening_post_answers_nothing(opening: PostRow) -> None:
    assert (lineage.parent_of(opening), lineage.references(opening)) == (None, [])


def test_a_short_thread_is_named_whole(opening: PostRow) -> None:
    ids = chain(opening, 4)
    post = session().get_one(PostRow, ids[3])
    assert lineage.references(post) == [opening.message_id, "<n2@rat.example>", "<n3@rat.example>"]


def test_a_post_without_parent_answers_the_opening_post(opening: PostRow) -> None:
    ids = chain(opening, 3)
    with transaction():
        post = session().get_one(PostRow, ids[2])
        post.parent_id = None
    assert lineage.parent_of(post) is session().get_one(PostRow, opening.id)
    assert lineage.references(post) == [opening.message_id]


@pytest.mark.parametrize("length", [41, 42, 43, 2_000])
def test_a_long_thread_names_root_and_the_nearest_forty(opening: PostRow, length: int) -> None:
    post = session().get_one(PostRow, chain(opening, length)[-1])
    wanted = [opening.message_id, *(f"<n{n}@rat.example>" for n in range(max(2, length - 40), length))]
    counted: list[str] = []
    event.listen(session().get_bind(), "before_cursor_execute", lambda *args: counted.append(args[2]))
    assert lineage.references(post) == wanted
    assert len(wanted) <= lineage.NEAREST + 1
    assert len(counted) <= 3
