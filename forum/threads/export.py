"""Posts with all that an exported mail names. Asked by `mailbridge.archive.exporter`; what is exported is an admin's decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from forum.core.db import session
from forum.places.boards import Board
from forum.threads.lists import stands_on
from forum.threads.models import AwaitedRow, PostRow, PostState, ThreadRow


@dataclass(frozen=True, slots=True)
class Surrounded:
    """A published post with what its mail names: ancestors (nearest first), missing ones before them, the opening post."""

    post: PostRow
    ancestors: tuple[str, ...]
    awaited: tuple[str, ...]
    opening: str


def published_ids(board: Board | None = None) -> list[int]:
    """All published posts (of one board), thread by thread in order: what an export holds; not for readers."""
    query = sa.select(PostRow.id).join(ThreadRow, ThreadRow.id == PostRow.thread_id).where(PostRow.state == PostState.PUBLISHED)
    query = query if board is None else query.where(stands_on(board))
    return list(session().scalars(query.order_by(PostRow.thread_id, PostRow.number)))


def threads_of_groups(post_ids: Sequence[int]) -> int:
    """How many closed groups' threads these posts are of."""
    threads: set[int] = set()
    for start in range(0, len(post_ids), 500):
        some = PostRow.id.in_(post_ids[start : start + 500])
        query = sa.select(PostRow.thread_id).join(ThreadRow, ThreadRow.id == PostRow.thread_id)
        threads.update(session().scalars(query.where(some, ThreadRow.group_id.is_not(None))))
    return len(threads)


def with_surroundings(post_ids: Sequence[int], ancestors: int = 40) -> dict[int, Surrounded]:
    """These posts with their ancestors' Message-IDs, at most so many each; a fixed number of statements and one per thread."""
    posts = session().scalars(
        sa.select(PostRow)
        .where(PostRow.id.in_(post_ids), PostRow.state == PostState.PUBLISHED)
        .options(joinedload(PostRow.byline), joinedload(PostRow.thread), selectinload(PostRow.attachments))
    ).all()
    awaited: dict[int, list[str]] = defaultdict(list)
    for row in session().scalars(sa.select(AwaitedRow).where(AwaitedRow.post_id.in_(post_ids)).order_by(AwaitedRow.rank)):
        awaited[row.post_id].append(row.message_id)
    lines = {thread_id: _Lines(thread_id) for thread_id in {post.thread_id for post in posts}}
    return {
        post.id: Surrounded(post, line.above(post, ancestors), tuple(awaited[post.id]), line.opening)
        for post, line in ((post, lines[post.thread_id]) for post in posts)
    }


class _Lines:
    """Who answers whom in one thread."""

    def __init__(self, thread_id: int) -> None:
        query = sa.select(PostRow.id, PostRow.parent_id, PostRow.message_id).where(PostRow.thread_id == thread_id)
        rows = session().execute(query.order_by(PostRow.number)).all()
        self._posts = {row.id: (row.parent_id, row.message_id) for row in rows}
        self.opening: str = rows[0].message_id

    def above(self, post: PostRow, count: int) -> tuple[str, ...]:
        found: list[str] = []
        parent_id = post.parent_id
        while parent_id in self._posts and len(found) < count:
            parent_id, message_id = self._posts[parent_id]
            found.append(message_id)
        return tuple(found)
