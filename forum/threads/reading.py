"""What the pages of one thread ask beyond its posts: what an answer answers, and what an edited post said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from forum.core.db import session
from forum.people.models import BylineRow
from forum.threads.models import PostRow, RevisionRow


@dataclass(frozen=True, slots=True)
class Answered:
    """The post that an answer answers, as the line above the answer names it."""

    id: int
    number: int
    author: str


def answered_by(posts: Sequence[PostRow]) -> dict[int, Answered]:
    """What each of these posts answers, by the id of the answered post; one statement. The caller may read the thread."""
    wanted = {post.parent_id for post in posts if post.parent_id is not None}
    if not wanted:
        return {}
    rows = session().execute(
        sa.select(PostRow.id, PostRow.number, BylineRow.name)
        .join(BylineRow, BylineRow.id == PostRow.byline_id)
        .where(PostRow.id.in_(wanted))
    )
    return {row.id: Answered(row.id, row.number, row.name) for row in rows}


def revisions_of(post: PostRow) -> list[RevisionRow]:
    """The texts that an edit replaced, latest first; none of a withdrawn post."""
    query = sa.select(RevisionRow).where(RevisionRow.post_id == post.id).order_by(RevisionRow.id.desc())
    return list(session().scalars(query))
