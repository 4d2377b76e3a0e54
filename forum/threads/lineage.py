"""What a post answers, and what that answered: the chain of Message-IDs for mail's References (DESIGN §7)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from forum.core.db import session
from forum.threads.models import PostRow

NEAREST = 40
"""Ancestors named beside the root; mail programs need no more, and headers stay short in threads of thousands."""


def parent_of(post: PostRow) -> PostRow | None:
    """The post that this one answers: its parent, else the thread's opening post; None for the opening post itself."""
    if post.parent_id is not None:
        return session().get_one(PostRow, post.parent_id)
    if post.number == 1:
        return None
    return session().scalar(sa.select(PostRow).where(PostRow.thread_id == post.thread_id, PostRow.number == 1))


def references(post: PostRow) -> list[str]:
    """Message-IDs from the root down to the answered post: the root and the NEAREST ancestors (RFC 5322 §3.6.4)."""
    parent = parent_of(post)
    if parent is None:
        return []
    chain = [message_id for message_id, _ in _upwards(parent.id)]
    root = session().scalar(sa.select(PostRow.message_id).where(PostRow.thread_id == post.thread_id, PostRow.number == 1))
    return list(dict.fromkeys(([root] if root else []) + chain[::-1]))


def _upwards(post_id: int) -> list[tuple[str, int]]:
    """(Message-ID, distance) of a post and its ancestors, the nearest first; at most NEAREST, in one statement."""
    first = sa.select(PostRow.message_id, PostRow.parent_id, sa.literal(1).label("distance")).where(PostRow.id == post_id)
    up = first.cte("up", recursive=True)
    above = aliased(PostRow)
    up = up.union_all(
        sa.select(above.message_id, above.parent_id, up.c.distance + 1)
        .join(up, up.c.parent_id == above.id)
        .where(up.c.distance < NEAREST)
    )
    rows = session().execute(sa.select(up.c.message_id, up.c.distance).order_by(up.c.distance))
    return [(message_id, distance) for message_id, distance in rows]
