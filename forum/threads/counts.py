"""How many threads and posts there are, for `ratspost status`; not for readers, who only count what they may read."""

from __future__ import annotations

import sqlalchemy as sa

from forum.core.db import session
from forum.threads.models import PostRow, PostState, ThreadRow


def posts() -> int:
    """Published posts; withdrawn ones are not counted."""
    return session().scalar(sa.select(sa.func.count()).select_from(PostRow).where(PostRow.state == PostState.PUBLISHED)) or 0


def threads() -> int:
    """Threads that were not merged into another one."""
    return session().scalar(sa.select(sa.func.count()).select_from(ThreadRow).where(ThreadRow.merged_into_id.is_(None))) or 0
