"""One copy of a letter, asked for later: why it came and which thread it was about (one-click unsubscribe)."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from forum.core.db import session
from forum.core.refusals import NotFound
from forum.mailroom.models import DeliveryRow, LetterRow


@dataclass(frozen=True, slots=True)
class Copy:
    """What one person got: the matching wishes ("follow:17", "thread", "author") and the thread, if it was about one."""

    why: tuple[str, ...]
    thread_id: int | None


def get(delivery_id: int, person_id: int) -> Copy:
    """The copy with this id, if it went to this person. Raises NotFound."""
    row = session().execute(
        sa.select(DeliveryRow.why, LetterRow.thread_id)
        .join(LetterRow, LetterRow.id == DeliveryRow.letter_id)
        .where(DeliveryRow.id == delivery_id, DeliveryRow.person_id == person_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    return Copy(tuple(row.why), row.thread_id)
