"""Following: boards (topic ∧ region, with all that lies beneath them), single threads, and muting. Nothing commits."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from forum.core import clock
from forum.core.db import session
from forum.people.models import PersonRow
from forum.places import catalogue
from forum.places.boards import Board
from forum.subscriptions.models import FollowExceptionRow, FollowRow, Mode, ThreadWish, ThreadWishRow
from forum.threads.models import ThreadRow


@dataclass(frozen=True, slots=True)
class Follow:
    """A follow as shown: its board, how often, and what is left out."""

    id: int
    board: Board
    mode: Mode
    exceptions: tuple[Board, ...]


def follow(person: PersonRow, board: Board, mode: Mode = Mode.EACH) -> FollowRow:
    """Follow a board; following it again only sets the mode."""
    row = find(person, board)
    if row is None:
        row = FollowRow(person_id=person.id, topic_id=_topic(board), region_id=_region(board), created_at=clock.now())
        session().add(row)
    row.mode = mode
    session().flush()
    return row


def unfollow(person: PersonRow, board: Board) -> bool:
    """Stop following a board; False when this person did not."""
    row = find(person, board)
    if row is None:
        return False
    session().delete(row)
    session().flush()
    return True


def find(person: PersonRow, board: Board) -> FollowRow | None:
    """This person's follow of exactly this board, or None."""
    return session().scalar(
        sa.select(FollowRow).where(
            FollowRow.person_id == person.id,
            FollowRow.topic_id.is_(None) if board.topic is None else FollowRow.topic_id == board.topic.id,
            FollowRow.region_id.is_(None) if board.region is None else FollowRow.region_id == board.region.id,
        )
    )


def leave_out(row: FollowRow, board: Board) -> None:
    """Except a part from a follow ("RVR, but without Essen"); twice is once."""
    place = (_topic(board), _region(board))
    if place in ((part.topic_id, part.region_id) for part in row.exceptions):
        return
    row.exceptions.append(FollowExceptionRow(topic_id=place[0], region_id=place[1]))
    session().flush()


def of(person: PersonRow) -> list[Follow]:
    """All follows of a person, oldest first."""
    rows = session().scalars(sa.select(FollowRow).where(FollowRow.person_id == person.id).order_by(FollowRow.id))
    return [
        Follow(row.id, _board(row.topic_id, row.region_id), row.mode,
               tuple(_board(part.topic_id, part.region_id) for part in row.exceptions))
        for row in rows
    ]  # fmt: skip


def set_wish(person: PersonRow, thread: ThreadRow, wish: ThreadWish | None) -> None:
    """Follow or mute one thread; None goes back to what the boards say."""
    row = session().get(ThreadWishRow, (thread.id, person.id))
    if wish is None:
        if row is not None:
            session().delete(row)
    elif row is None:
        session().add(ThreadWishRow(thread_id=thread.id, person_id=person.id, wish=wish))
    else:
        row.wish = wish
    session().flush()


def wish_of(person: PersonRow, thread: ThreadRow) -> ThreadWish | None:
    """What this person set for this thread, or None."""
    row = session().get(ThreadWishRow, (thread.id, person.id))
    return row.wish if row else None


def board_of(row: FollowRow) -> Board:
    """The board of a follow."""
    return _board(row.topic_id, row.region_id)


def _board(topic_id: int | None, region_id: int | None) -> Board:
    places = catalogue.get()
    return Board(places.topic_by_id(topic_id) if topic_id else None, places.region_by_id(region_id) if region_id else None)


def _topic(board: Board) -> int | None:
    return board.topic.id if board.topic else None


def _region(board: Board) -> int | None:
    return board.region.id if board.region else None
