"""The moderation log as a moderator may read it: nothing about threads of groups they are not in (R93); and taking acts back."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from forum.core.db import session
from forum.core.refusals import CannotUndo, NotFound
from forum.moderation import holds, locks, log
from forum.moderation.models import HoldRow, ModerationRow
from forum.people.models import PersonRow
from forum.threads.access import readable
from forum.threads.models import ThreadRow

UNDO = {"lock": locks.undo, "unlock": locks.undo, "release": holds.undo, "reject": holds.undo, "close": holds.undo}
"""How each act is taken back; what is missing here cannot be."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with the title of the thread or contribution it is about, and whether this reader may take it back."""

    row: ModerationRow
    title: str
    can_undo: bool


def newest_for(person: PersonRow, *, limit: int = 100) -> list[Entry]:
    """The latest entries whose thread and contribution this person may see, newest first."""
    return _shown(log.newest(limit=limit), person)


def _shown(rows: list[ModerationRow], person: PersonRow) -> list[Entry]:
    titles = _readable_titles(person, {row.thread_id for row in rows if row.thread_id})
    waiting = _holds({row.hold_id for row in rows if row.hold_id})
    return [entry for row in rows if (entry := _entry(row, person, titles, waiting)) is not None]


def undo(entry: ModerationRow, by: PersonRow) -> None:
    """Take an act back. Raises NotFound for an entry that this person does not see, CannotUndo, AlreadySettled, NotAllowed."""
    if not _shown([entry], by):
        raise NotFound()
    act = UNDO.get(entry.act)
    if act is None:
        raise CannotUndo()
    act(entry, by)


def _entry(row: ModerationRow, person: PersonRow, titles: dict[int, str], held: dict[int, HoldRow]) -> Entry | None:
    if row.thread_id is not None and row.thread_id not in titles:
        return None
    hold = held.get(row.hold_id) if row.hold_id else None
    if hold is not None and not holds.may_decide(hold, person):
        return None
    title = titles.get(row.thread_id or 0) or (hold.title if hold else "")
    return Entry(row, title, row.act in UNDO and row.undone_at is None)


def _readable_titles(person: PersonRow, thread_ids: set[int]) -> dict[int, str]:
    rows = session().execute(sa.select(ThreadRow.id, ThreadRow.title).where(ThreadRow.id.in_(thread_ids), readable(person)))
    return {row.id: row.title for row in rows}


def _holds(hold_ids: set[int]) -> dict[int, HoldRow]:
    return {row.id: row for row in session().scalars(sa.select(HoldRow).where(HoldRow.id.in_(hold_ids)))}
