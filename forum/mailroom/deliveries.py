"""Deliveries: one row for each (letter, person), claimed with a lease, settled one by one. Nothing commits here.

A worker that dies leaves its lease; when it runs out another one sends those copies again, with the same Message-ID.
"""

from __future__ import annotations

import datetime as dt
import random
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Claimed:
    """A leased delivery; `attempts` counts this one."""

    id: int
    letter_id: int
    person_id: int
    attempts: int


def new_lease() -> str:
    """A name for a lease, never used before."""
    return secrets.token_hex(8)


def claim(count: int = 100, lease: str | None = None) -> tuple[str, list[Claimed]]:
    """Lease up to `count` waiting deliveries, the oldest first; returns the lease's name and the copies, by letter.

    One conditional UPDATE, so two workers never get the same; no row object is made for a copy. A time that lies further
    ahead than we ever write is from before the clock was set back: such a copy is due (R14).
    """
    now, lease = clock.now(), lease or new_lease()
    due = (
        sa.select(DeliveryRow.id)
        .where(
            DeliveryRow.state == DeliveryState.WAITING,
            sa.or_(DeliveryRow.next_try_at <= now, DeliveryRow.next_try_at > now + 2 * RETRY_AFTER[-1]),
            sa.or_(
                DeliveryRow.leased_until.is_(None), DeliveryRow.leased_until < now, DeliveryRow.leased_until > now + 2 * LEASE
            ),
        )
        .order_by(DeliveryRow.next_try_at, DeliveryRow.id)
        .limit(count)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    rows = session().execute(
        sa.update(DeliveryRow)
        .where(DeliveryRow.id.in_(sa.select(due.c.id)))
        .values(lease=lease, leased_until=now + LEASE, attempts=DeliveryRow.attempts + 1)
        .returning(DeliveryRow.id, DeliveryRow.letter_id, DeliveryRow.person_id, DeliveryRow.attempts)
        .execution_options(synchronize_session=False)
    )
    return lease, sorted((Claimed(*row) for row in rows), key=lambda copy: (copy.letter_id, copy.id))


def release(ids: Sequence[int], lease: str) -> None:
    """Give copies back that this lease did not come to, as they were; the try does not count."""
    session().execute(
        sa.update(DeliveryRow)
        .where(DeliveryRow.id.in_(ids), DeliveryRow.lease == lease)
        .values(lease=None, leased_until=None, attempts=DeliveryRow.attempts - 1)
        .execution_options(synchronize_session=False)
    )


def release_lease(lease: str) -> None:
    """Give back whatever a dead worker held under this lease."""
    session().execute(
        sa.update(DeliveryRow)
        .where(DeliveryRow.lease == lease, DeliveryRow.state == DeliveryState.WAITING)
        .values(lease=None, leased_until=None)
        .execution_options(synchronize_session=False)
    )


def rest(ids: Sequence[int], lease: str, until: dt.datetime, detail: str) -> None:
    """Put copies off whose destination is left alone: not tried, so it does not count. After five days they have failed."""
    written_before = sa.select(LetterRow.id).where(LetterRow.written_at < clock.now() - GIVE_UP_AFTER)
    mine = sa.update(DeliveryRow).where(DeliveryRow.id.in_(ids), DeliveryRow.lease == lease)
    free = {"lease": None, "leased_until": None, "detail": detail[:400]}
    too_old = mine.where(DeliveryRow.letter_id.in_(written_before))
    for statement in (
        too_old.values(state=DeliveryState.FAILED, settled_at=clock.now(), **free),
        mine.values(next_try_at=until, attempts=DeliveryRow.attempts - 1, **free),
    ):
        session().execute(statement.execution_options(synchronize_session=False))


def settle(ids: Sequence[int], lease: str, state: DeliveryState, detail: str = "") -> int:
    """Bring deliveries to an end, if this lease still holds them; returns how many it did."""
    result = session().execute(
        sa.update(DeliveryRow)
        .where(DeliveryRow.id.in_(ids), DeliveryRow.lease == lease, DeliveryRow.state == DeliveryState.WAITING)
        .values(state=state, settled_at=clock.now(), detail=detail[:400], lease=None, leased_until=None)
        .execution_options(synchronize_session=False)
    )
    return int(getattr(result, "rowcount", 0))


def postpone(copy: Claimed, lease: str, detail: str) -> None:
    """A temporary failure: try again as the retry table says, or fail for good after five days."""
    letter = session().get_one(LetterRow, copy.letter_id)
    if clock.now() - letter.written_at > GIVE_UP_AFTER:
        settle([copy.id], lease, DeliveryState.FAILED, detail)
        return
    wait = RETRY_AFTER[min(copy.attempts, len(RETRY_AFTER)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load
    session().execute(
        sa.update(DeliveryRow)
        .where(DeliveryRow.id == copy.id, DeliveryRow.lease == lease)
        .values(next_try_at=clock.now() + wait, lease=None, leased_until=None, detail=detail[:400])
    )


def counts() -> dict[str, int]:
    """Rows by state, as `status` shows them: leased and postponed ones count as waiting."""
    found = {
        state.value: n
        for state, n in session().execute(sa.select(DeliveryRow.state, sa.func.count()).group_by(DeliveryRow.state))
    }
    return {state.value: found.get(state.value, 0) for state in DeliveryState}


def find(delivery_id: int) -> DeliveryRow | None:
    """The delivery with this id, or None."""
    return session().get(DeliveryRow, delivery_id)
