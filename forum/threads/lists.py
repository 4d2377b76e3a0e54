"""Lists and pages of threads, for readers: each query carries the access condition and a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from forum.core.db import session
from forum.people.models import BylineRow, PersonRow
from forum.places import catalogue
from forum.places.boards import Board
from forum.places.models import RegionAncestry, TopicAncestry
from forum.threads.access import readable
from forum.threads.models import AttachmentRow, PostRow, ThreadRegionRow, ThreadRow, ThreadTopicRow

PAGE = 30


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """One page of a list, newest activity first. `total` counts only what this person may read."""

    threads: list[ThreadRow]
    page: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def stands_on(board: Board) -> sa.ColumnElement[bool]:
    """Condition on ThreadRow: it stands on this board, directly or through a sub-topic or a member region."""
    conditions = [ThreadRow.merged_into_id.is_(None)]
    if board.topic is not None:
        inside = sa.select(ThreadTopicRow.thread_id).join(TopicAncestry, TopicAncestry.topic_id == ThreadTopicRow.topic_id)
        conditions.append(ThreadRow.id.in_(inside.where(TopicAncestry.ancestor_id == board.topic.id)))
    if board.region is not None:
        within = sa.select(ThreadRegionRow.thread_id).join(RegionAncestry, RegionAncestry.region_id == ThreadRegionRow.region_id)
        conditions.append(ThreadRow.id.in_(within.where(RegionAncestry.ancestor_id == board.region.id)))
    return sa.and_(*conditions)


def lies_on(thread: ThreadRow, board: Board) -> bool:
    """Whether this thread stands on the board: `stands_on` for a thread that is already read."""
    places = catalogue.get()
    topics = {above for row in thread.topics for above in places.topic_ancestors(row.topic_id)}
    regions = {above for row in thread.regions for above in places.region_ancestors(row.region_id)}
    return (board.topic is None or board.topic.id in topics) and (board.region is None or board.region.id in regions)


def on_board(person: PersonRow | None, board: Board, *, page: int = 1) -> ThreadPage:
    """The threads of a board that this person may read."""
    return newest(person, stands_on(board), page=page)


def newest(person: PersonRow | None, condition: sa.ColumnElement[bool] | None = None, *, page: int = 1) -> ThreadPage:
    """The threads this person may read (and that meet `condition`), newest activity first."""
    wanted = sa.and_(readable(person), ThreadRow.merged_into_id.is_(None), condition if condition is not None else sa.true())
    total = session().scalar(sa.select(sa.func.count()).select_from(ThreadRow).where(wanted)) or 0
    rows = session().scalars(
        sa.select(ThreadRow)
        .where(wanted)
        .options(selectinload(ThreadRow.topics), selectinload(ThreadRow.regions), joinedload(ThreadRow.group))
        .order_by(ThreadRow.last_post_at.desc(), ThreadRow.id.desc())
        .limit(PAGE)
        .offset((max(page, 1) - 1) * PAGE)
    )
    return ThreadPage(list(rows), max(page, 1), total)


def posts(thread: ThreadRow, *, first: int = 1, count: int = 2_000) -> list[PostRow]:
    """The posts of a thread the caller may read, by number, with byline and files."""
    return list(
        session().scalars(
            sa.select(PostRow)
            .where(PostRow.thread_id == thread.id, PostRow.number >= first)
            .options(joinedload(PostRow.byline), selectinload(PostRow.attachments).joinedload(AttachmentRow.blob))
            .order_by(PostRow.number)
            .limit(count)
        )
    )


def opening_post(thread: ThreadRow) -> PostRow:
    """The post that answers go to when nothing else says which."""
    return session().scalars(sa.select(PostRow).where(PostRow.thread_id == thread.id).order_by(PostRow.number).limit(1)).one()


def last_bylines(threads: list[ThreadRow]) -> dict[int, BylineRow]:
    """Who wrote last in each of these threads, by thread id; one statement."""
    rows = session().execute(
        sa.select(PostRow.thread_id, BylineRow)
        .join(BylineRow, BylineRow.id == PostRow.byline_id)
        .join(ThreadRow, sa.and_(ThreadRow.id == PostRow.thread_id, ThreadRow.post_count == PostRow.number))
        .where(ThreadRow.id.in_([thread.id for thread in threads]))
    )
    return dict(rows.all())


def has_written(person: PersonRow, thread: ThreadRow) -> bool:
    """Whether this person has a post in this thread, and so follows it without asking."""
    query = sa.select(PostRow.id).where(PostRow.thread_id == thread.id, PostRow.person_id == person.id).limit(1)
    return session().scalar(query) is not None
