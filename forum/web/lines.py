"""A thread as one line of a list, and the pages that a long list is cut into."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum.places.boards import Board
from forum.threads import lists, placing
from forum.threads.models import ThreadRow, ThreadState


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """What a list shows of a thread the viewer may read."""

    id: int
    title: str
    boards: tuple[Board, ...]
    group: str | None
    locked: bool
    posts: int
    last_at: dt.datetime
    last_by: str


@dataclass(frozen=True, slots=True)
class Pages:
    """Where we are in a long list."""

    page: int
    pages: int

    @property
    def before(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def after(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None


def of(threads: list[ThreadRow]) -> list[ThreadLine]:
    """The lines of these threads; one statement for all last authors."""
    last = lists.last_bylines(threads)
    return [_line(thread, last[thread.id].name if thread.id in last else "") for thread in threads]


def _line(thread: ThreadRow, last_by: str) -> ThreadLine:
    return ThreadLine(
        id=thread.id,
        title=thread.title,
        boards=tuple(placing.boards(thread)),
        group=thread.group.title if thread.group else None,
        locked=thread.state is ThreadState.LOCKED,
        posts=thread.post_count,
        last_at=thread.last_post_at,
        last_by=last_by,
    )
