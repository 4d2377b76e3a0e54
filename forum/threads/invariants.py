"""What is always true of threads and posts; asked by `ratspost check`."""

from __future__ import annotations

import sqlalchemy as sa

from forum.core.invariants import Invariant
from forum.people.models import BylineRow
from forum.threads.models import MessageIdRow, PostRow, ThreadRegionRow, ThreadRow, ThreadTopicRow


def _miscounted() -> sa.Select[int]:
    count, last = sa.func.count(PostRow.id), sa.func.coalesce(sa.func.max(PostRow.number), 0)
    first = sa.func.coalesce(sa.func.min(PostRow.number), 1)
    return (
        sa.select(ThreadRow.id)
        .outerjoin(PostRow, PostRow.thread_id == ThreadRow.id)
        .group_by(ThreadRow.id, ThreadRow.post_count)
        .having(sa.or_(count != ThreadRow.post_count, last != ThreadRow.post_count, first != 1))
    )


def _empty() -> sa.Select[int]:
    return sa.select(ThreadRow.id).where(ThreadRow.merged_into_id.is_(None), ThreadRow.post_count == 0)


def _nowhere() -> sa.Select[int]:
    return sa.select(ThreadRow.id).where(
        sa.or_(
            ThreadRow.id.not_in(sa.select(ThreadTopicRow.thread_id)), ThreadRow.id.not_in(sa.select(ThreadRegionRow.thread_id))
        )
    )


def _unfindable() -> sa.Select[int]:
    own = sa.and_(MessageIdRow.message_id == PostRow.message_id, MessageIdRow.post_id == PostRow.id)
    return sa.select(PostRow.id).outerjoin(MessageIdRow, own).where(MessageIdRow.message_id.is_(None))


def _in_anothers_name() -> sa.Select[int]:
    query = sa.select(PostRow.id).join(BylineRow, BylineRow.id == PostRow.byline_id)
    return query.where(BylineRow.person_id.is_distinct_from(PostRow.person_id))


INVARIANTS = (
    Invariant("thread-count", "The posts of a thread are numbered from 1 without holes, and counted right.", _miscounted),
    Invariant("thread-empty", "A thread has a post, or leads to the thread it was merged into.", _empty),
    Invariant("thread-place", "A thread has a topic and a region.", _nowhere),
    Invariant("post-message-id", "A post is found by the Message-ID that its mails carry.", _unfindable),
    Invariant("post-author", "A post and its byline name the same person.", _in_anothers_name),
)
