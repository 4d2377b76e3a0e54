"""The one click that ends mail (RFC 8058): mute the thread, end every follow that led to it. Nothing commits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from forum.core import journal
from forum.core.db import session
from forum.people.models import PersonRow
from forum.places.boards import Board
from forum.subscriptions import service
from forum.subscriptions.models import FollowRow, ThreadWish
from forum.threads.models import ThreadRow


@dataclass(frozen=True, slots=True)
class Left:
    """What ended: the boards whose follows are gone, the thread that is mute; both empty the second time."""

    boards: tuple[Board, ...]
    thread_id: int | None

    @property
    def anything(self) -> bool:
        return bool(self.boards) or self.thread_id is not None


def leave(person: PersonRow, thread: ThreadRow | None, why: Iterable[str]) -> Left:
    """End what led to one mail: `why` is that of its delivery ("follow:17", "thread", "author"). Twice is once."""
    ended = tuple(_end(person, int(word.removeprefix("follow:"))) for word in why if word.startswith("follow:"))
    muted = thread is not None and service.wish_of(person, thread) is not ThreadWish.MUTE
    if thread is not None and muted:
        service.set_wish(person, thread, ThreadWish.MUTE)
    left = Left(tuple(board for board in ended if board), thread.id if thread is not None and muted else None)
    if left.anything:
        journal.record("follow.left", person=person.id, thread=left.thread_id, boards=[board.slug for board in left.boards])
    return left


def _end(person: PersonRow, follow_id: int) -> Board | None:
    row = session().get(FollowRow, follow_id)
    if row is None or row.person_id != person.id:
        return None
    board = next(follow.board for follow in service.of(person) if follow.id == follow_id)
    session().delete(row)
    session().flush()
    return board
