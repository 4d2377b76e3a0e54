"""The moderation log: what a moderator did, to what, why, and whether it was undone. History for people, kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from forum.core import clock
from forum.core.db import session
from forum.core.refusals import AlreadySettled, NotFound
from forum.moderation.models import ModerationRow
from forum.people.models import PersonRow

AT_THE_MACHINE = "Kommandozeile"
"""Named as the actor of what the operator did without an account."""


def note(
    actor: PersonRow | None,
    act: str,
    *,
    reason: str = "",
    thread_id: int | None = None,
    post_id: int | None = None,
    hold_id: int | None = None,
    before: dict[str, Any] | None = None,
) -> ModerationRow:
    """Write an act down; `before` is what its undo needs to know. No actor means whoever sits at the machine."""
    row = ModerationRow(
        at=clock.now(),
        actor_id=actor.id if actor else None,
        actor_name=actor.name if actor else AT_THE_MACHINE,
        act=act,
        reason=reason,
        thread_id=thread_id,
        post_id=post_id,
        hold_id=hold_id,
        before=before or {},
    )
    session().add(row)
    session().flush()
    return row


def get(entry_id: int) -> ModerationRow:
    """One entry. Raises NotFound."""
    row = session().get(ModerationRow, entry_id)
    if row is None:
        raise NotFound()
    return row


def mark_undone(row: ModerationRow, by: PersonRow) -> None:
    """An act is undone once. Raises AlreadySettled the second time."""
    if row.undone_at is not None:
        undoer = session().get(PersonRow, row.undone_by_id) if row.undone_by_id else None
        raise AlreadySettled(by=undoer.name if undoer else "?")
    row.undone_at, row.undone_by_id = clock.now(), by.id


def newest(*, limit: int = 100) -> list[ModerationRow]:
    """The latest entries, newest first."""
    return list(session().scalars(sa.select(ModerationRow).order_by(ModerationRow.id.desc()).limit(limit)))


def was_decided(hold_id: int, since: dt.datetime) -> bool:
    """Whether anybody released or rejected it since then, even if that was undone."""
    query = sa.select(ModerationRow.id).where(ModerationRow.hold_id == hold_id, ModerationRow.at >= since)
    return session().scalar(query.limit(1)) is not None


def last_actor(thread_id: int, act: str) -> str:
    """Who did this to the thread last; "–" for nobody (it came that way)."""
    query = sa.select(ModerationRow.actor_name).where(ModerationRow.thread_id == thread_id, ModerationRow.act == act)
    return session().scalar(query.order_by(ModerationRow.id.desc()).limit(1)) or "–"
