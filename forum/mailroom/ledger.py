"""The ledger: one row for each accepted mail, raw bytes, exactly one state. Nothing here commits.

`keep` runs in the SMTP session before 250; the worker claims rows, works them and settles them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from forum.core import clock, journal
from forum.core.db import session
from forum.core.refusals import AlreadySettled, NotFound
from forum.mailroom.models import InboundState, LedgerRow

LEASE = dt.timedelta(minutes=2)
RETRY_AFTER = (dt.timedelta(seconds=10), dt.timedelta(minutes=1), dt.timedelta(minutes=5))
"""Distances after the first, second … failure; when they are used up the mail is stuck (R12)."""


MOST_CLAIMS = 8
"""A mail that was claimed more often and never settled nor failed takes the whole worker down with it (R12)."""

_IS_WAITING = LedgerRow.state == sa.literal_column("'waiting'")
"""A literal, because SQLite uses the index of waiting mails only if it sees the word."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An accepted mail, byte for byte, with its envelope."""

    raw: bytes
    envelope_from: str
    envelope_to: Sequence[str]
    peer: str


def keep(raw: bytes, *, envelope_from: str, envelope_to: Sequence[str], peer: str) -> LedgerRow:
    """Write one accepted mail down; the caller commits before it says 250."""
    return get(keep_all([Arrival(raw, envelope_from, envelope_to, peer)])[0])


def keep_all(arrivals: Sequence[Arrival]) -> list[int]:
    """Write accepted mails down in one statement; their numbers, in the same order. The caller commits before it says 250."""
    now = clock.now()
    rows = [
        {
            "received_at": now, "raw": one.raw, "size": len(one.raw), "sha256": hashlib.sha256(one.raw).hexdigest(),
            "envelope_from": one.envelope_from[:400], "envelope_to": list(one.envelope_to), "peer": one.peer[:64],
            "state": InboundState.WAITING, "next_try_at": now,
        }
        for one in arrivals
    ]  # fmt: skip
    return list(session().scalars(_KEEP, rows))


_KEEP = sa.insert(LedgerRow).returning(LedgerRow.id, sort_by_parameter_order=True)


def claim() -> LedgerRow | None:
    """Lease the oldest waiting mail for this worker; None when none is due. Two workers never get the same (FOR UPDATE).

    A time that lies further ahead than we ever write is from before the clock was set back: such a mail is due (R14).
    """
    now = clock.now()
    row = session().scalar(
        sa.select(LedgerRow)
        .where(
            _IS_WAITING,
            sa.or_(LedgerRow.next_try_at <= now, LedgerRow.next_try_at > now + 2 * RETRY_AFTER[-1]),
            sa.or_(LedgerRow.leased_until.is_(None), LedgerRow.leased_until < now, LedgerRow.leased_until > now + 2 * LEASE),
        )
        .order_by(LedgerRow.id + 0)  # as a sum, or SQLite walks over all mails ever instead of the index of waiting ones
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is not None:
        row.leased_until = now + LEASE
        row.attempts += 1
        if row.attempts > 1:  # the worker may have died of it, or of something else: until that is clear, others go first
            row.next_try_at = now + _distance(row.attempts - 1)
    return row


def _distance(failures: int) -> dt.timedelta:
    return RETRY_AFTER[min(failures, len(RETRY_AFTER)) - 1]


def release_all() -> None:
    """Give back what a worker held that died; only where this is the only process (SQLite), at its start."""
    session().execute(sa.update(LedgerRow).where(_IS_WAITING, LedgerRow.leased_until.is_not(None)).values(leased_until=None))


def settle(row: LedgerRow, state: InboundState, outcome: str, *, detail: str = "", post_id: int | None = None) -> None:
    """Bring a mail to its end state; `outcome` is the stable name of what decided."""
    row.state, row.outcome, row.detail, row.post_id = state, outcome[:60], detail, post_id
    row.settled_at, row.leased_until = clock.now(), None


def note_failure(row: LedgerRow, error: str) -> None:
    """An unexpected error: try again after a while, or, when the tries are used up, mark the mail stuck. Never dropped."""
    row.leased_until, row.detail = None, error
    if row.attempts > len(RETRY_AFTER):
        settle(row, InboundState.STUCK, "error", detail=error)
    else:
        row.next_try_at = clock.now() + _distance(row.attempts)


def retry(row: LedgerRow) -> None:
    """Put a stuck or held-as-unread mail back to the start."""
    if row.state not in (InboundState.STUCK, InboundState.HELD, InboundState.DISCARDED):
        raise AlreadySettled(by=row.state.value)
    row.state, row.outcome, row.detail = InboundState.WAITING, "", ""
    row.attempts, row.next_try_at, row.settled_at, row.leased_until = 0, clock.now(), None, None


def get(inbound_id: int) -> LedgerRow:
    """A row by its number. Raises NotFound."""
    row = session().get(LedgerRow, inbound_id)
    if row is None:
        raise NotFound()
    return row


def find_same(row: LedgerRow) -> LedgerRow | None:
    """An earlier mail with the same content key that was not given up; None if this is the first."""
    return session().scalar(
        sa.select(LedgerRow)
        .where(
            LedgerRow.content_key == row.content_key,
            LedgerRow.id < row.id,
            LedgerRow.state.not_in((InboundState.WAITING, InboundState.STUCK, InboundState.DUPLICATE)),
        )
        .order_by(LedgerRow.id)
        .limit(1)
    )


def lock(inbound_id: int) -> LedgerRow:
    """A row, read anew and locked until the transaction ends. Raises NotFound."""
    row = session().get(LedgerRow, inbound_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound()
    return row


def newest(states: Sequence[InboundState] = (), *, limit: int = 50) -> list[LedgerRow]:
    """The latest rows in any of `states` (or all), newest first."""
    query = sa.select(LedgerRow).order_by(LedgerRow.id.desc()).limit(limit)
    return list(session().scalars(query.where(LedgerRow.state.in_(states)) if states else query))


def counts() -> dict[str, int]:
    """How many mails are in each state; every state is named."""
    rows = session().execute(sa.select(LedgerRow.state, sa.func.count()).group_by(LedgerRow.state))
    found = {state.value: count for state, count in rows}
    return {state.value: found.get(state.value, 0) for state in InboundState}


def stuck(before: dt.datetime | None = None) -> int:
    """How many mails are stuck, of all or of those that came in before; asked of an index, cheap enough for each page."""
    query = sa.select(sa.func.count()).select_from(LedgerRow).where(LedgerRow.state == sa.literal_column("'stuck'"))
    return session().scalar(query.where(LedgerRow.received_at < before) if before else query) or 0


def forget(fact: journal.Fact) -> None:
    """Listener on "post.withdrawn": the words of its mails go; the row and its key stay, so the same mail is known again."""
    query = sa.update(LedgerRow).where(LedgerRow.post_id == fact.refs["post"])
    session().execute(query.values(raw=b"", subject="", detail=""))


def listen() -> None:
    """Hear the journal; called once at start."""
    journal.on("post.withdrawn", forget)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for the worker; `oldest` is when the oldest of it came in."""

    mails: int
    octets: int
    oldest: dt.datetime | None


def backlog() -> Backlog:
    """How much waits. The length of a mail is asked of its bytes, since `size` lies behind them in the row."""
    columns = sa.func.count(), sa.func.coalesce(sa.func.sum(sa.func.length(LedgerRow.raw)), 0), sa.func.min(LedgerRow.received_at)
    mails, octets, oldest = session().execute(sa.select(*columns).where(_IS_WAITING)).one()
    return Backlog(mails, octets, oldest)
