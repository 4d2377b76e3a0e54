"""What waited in vain: mails of strangers, and mails whose alleged author never said yes, are discarded after thirty days.

A step of the worker, a few at a time. Whoever they were from is not told: for strangers that is the rule (DESIGN §5), and the
others were asked. The raw mail stays in the ledger as long as any. Nothing commits.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from forum.core import clock, journal
from forum.core.db import session
from forum.mailroom import ledger
from forum.mailroom.models import InboundState, LedgerRow
from forum.moderation.causes import CAUSES
from forum.moderation.models import HoldRow, HoldState

KEPT = dt.timedelta(days=30)
BATCH = 100
CODES = ("stranger", *(cause.code for cause in CAUSES.values() if cause.is_asked))

_IS_HELD = LedgerRow.state == sa.literal_column("'held'")  # a literal, so that SQLite sees the index of held mails


def discard_old(most: int = BATCH) -> int:
    """Delete holds that are too old and settle their mails, and those that wait in the ledger alone; returns how many."""
    until = clock.now() - KEPT
    old = sa.select(HoldRow).where(HoldRow.state == HoldState.WAITING, HoldRow.cause.in_(CODES), HoldRow.created_at < until)
    rows = session().scalars(old.order_by(HoldRow.id).limit(most)).all()
    for row in rows:
        mail = session().get(LedgerRow, row.inbound_id) if row.inbound_id else None
        if mail is not None and mail.state is InboundState.HELD:
            ledger.settle(mail, InboundState.DISCARDED, "expired")
        journal.record("contribution.expired", hold=row.id, cause=row.cause)
        session().delete(row)
    session().flush()
    alone = _alone(until, most)
    for mail in alone:
        ledger.settle(mail, InboundState.DISCARDED, "expired")
    return len(rows) + len(alone)


def _alone(until: dt.datetime, most: int) -> list[LedgerRow]:
    """Commands and private answers, which never became holds."""
    has_hold = sa.exists().where(HoldRow.inbound_id == LedgerRow.id)
    query = sa.select(LedgerRow).where(_IS_HELD, LedgerRow.received_at < until, ~has_hold)
    return list(session().scalars(query.order_by(LedgerRow.received_at, LedgerRow.id).limit(most)))
