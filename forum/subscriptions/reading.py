"""Which threads concern a person: the list on their start page. Mails go by `recipients`, which looks at single pairs."""

from __future__ import annotations

import sqlalchemy as sa

from forum.people.models import PersonRow
from forum.subscriptions import service
from forum.subscriptions.models import ThreadWish, ThreadWishRow
from forum.threads.lists import stands_on
from forum.threads.models import PostRow, ThreadRow


def concerns(person: PersonRow) -> sa.ColumnElement[bool]:
    """Condition on ThreadRow: on a followed board, followed itself or written in by this person, and not muted."""
    boards = [
        sa.and_(stands_on(follow.board), *(sa.not_(stands_on(part)) for part in follow.exceptions))
        for follow in service.of(person)
    ]
    written = ThreadRow.id.in_(sa.select(PostRow.thread_id).where(PostRow.person_id == person.id))
    return sa.and_(
        sa.or_(written, ThreadRow.id.in_(_wished(person, ThreadWish.FOLLOW)), *boards),
        ThreadRow.id.not_in(_wished(person, ThreadWish.MUTE)),
    )


def _wished(person: PersonRow, wish: ThreadWish) -> sa.Select[int]:
    return sa.select(ThreadWishRow.thread_id).where(ThreadWishRow.person_id == person.id, ThreadWishRow.wish == wish)
