"""Deliveries: one row for each (letter, person), claimed with a lease, settled one by one. Nothing commits here.

A worker that dies leaves its lease; when it runs out another one sends those copies again, with the same Message-ID.
"""

from __future__ import annotations

import datetime as dt
import random
import secrets
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from forum.core import clock
from forum.core.db import session
from forum.mailroom.models import DeliveryRow, DeliveryState, LetterRow

LEASE = dt.timedelta(minutes=5)
RETRY_AFTER = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""Distances after the first failures; afterwards hourly (R31)."""
GIVE_UP_AFTER = dt.timedelta(days=5)


def create(letter: LetterRow, copies: Iterable[tuple[int, Sequence[str]]]) -> int:
    """Make the deliveries of a letter, (person id, why) each, and mark it fanned out; returns how many are new."""
    now = clock.now()
    rows = [
        {
            "letter_id": letter.id, "person_id": person_id, "post_id": letter.post_id if letter.kind == "post" else None,
            "why": list(why), "state": DeliveryState.WAITING, "attempts": 0, "next_try_at": now, "detail": "",
        }
        for person_id, why in copies
    ]  # fmt: skip
    if rows:
        session().execute(sa.insert(DeliveryRow), rows)
    letter.fanned_out_at = now
    return len(rows)


def claim(count: int = 100) -> tuple[str, list[DeliveryRow]]:
    """Lease up to `count` waiting deliveries; returns the lease's name and the rows, letters close together."""
    now, lease = clock.now(), secrets.token_hex(8)
    ids = list(
        session().scalars(
            sa.select(DeliveryRow.id)
            .where(
                DeliveryRow.state == DeliveryState.WAITING,
                DeliveryRow.next_try_at <= now,
                sa.or_(DeliveryRow.leased_until.is_(None), DeliveryRow.leased_until < now),
            )
            .order_by(DeliveryRow.next_try_at, DeliveryRow.id)
            .limit(count)
            .with_for_update(skip_locked=True)
        )
    )
    if not ids:
        return lease, []
    session().execute(
        sa.update(DeliveryRow)
        .where(DeliveryRow.id.in_(ids))
        .values(lease=lease, leased_until=now + LEASE, attempts=DeliveryRow.attempts + 1)
    )
    rows = session().scalars(
        sa.select(DeliveryRow).where(DeliveryRow.id.in_(ids)).order_by(DeliveryRow.letter_id, DeliveryRow.id)
    )
    return lease, list(rows)


def settle(ids: Sequence[int], lease: str, state: DeliveryState, detail: str = "") -> int:
    """Bring deliveries to an end, if this lease still holds them; returns how many it did."""
    result = session().execute(
        sa.update(DeliveryRow)
        .where(DeliveryRow.id.in_(ids), DeliveryRow.lease == lease, DeliveryRow.state == DeliveryState.WAITING)
        .values(state=state, settled_at=clock.now(), detail=detail[:400], lease=None, leased_until=None)
    )
    return int(getattr(result, "rowcount", 0))


def postpone(row: DeliveryRow, lease: str, detail: str) -> None:
    """A temporary failure: try again as the retry table says, or fail for good after five days."""
    letter = session().get_one(LetterRow, row.letter_id)
    if clock.now() - letter.written_at > GIVE_UP_AFTER:
        settle([row.id], lease, DeliveryState.FAILED, detail)
        return
    wait = RETRY_AFTER[min(row.attempts, len(RETRY_AFTER)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load
    session().execute(
        sa.update(DeliveryRow)
        .where(DeliveryRow.id == row.id, DeliveryRow.lease == lease)
        .values(next_try_at=clock.now() + wait, lease=None, leased_until=None, detail=detail[:400])
    )


def counts() -> dict[str, int]:
    """Rows by state, as `status` shows them: leased and postponed ones count as waiting."""
    found = {
        state.value: n
        for state, n in session().execute(sa.select(DeliveryRow.state, sa.func.count()).group_by(DeliveryRow.state))
    }
    return {state.value: found.get(state.value, 0) for state in DeliveryState}
