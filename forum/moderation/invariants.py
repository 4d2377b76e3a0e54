"""What is always true of what waits for a moderator; asked by `ratspost check`."""

from __future__ import annotations

import sqlalchemy as sa

from forum.core.invariants import Invariant
from forum.mailroom.models import InboundState, LedgerRow
from forum.moderation.models import HoldRow, HoldState, QuestionItemRow

_WAITS = HoldRow.state == HoldState.WAITING


def _held_by_nobody() -> sa.Select[int]:
    waiting = sa.select(HoldRow.inbound_id).where(_WAITS, HoldRow.inbound_id.is_not(None))
    asked = sa.select(QuestionItemRow.inbound_id).where(QuestionItemRow.inbound_id.is_not(None))
    return sa.select(LedgerRow.id).where(
        LedgerRow.state == InboundState.HELD, LedgerRow.id.not_in(waiting), LedgerRow.id.not_in(asked)
    )


def _not_held() -> sa.Select[int]:
    query = sa.select(HoldRow.id).join(LedgerRow, LedgerRow.id == HoldRow.inbound_id)
    return query.where(_WAITS, LedgerRow.state != InboundState.HELD)


def _half_settled() -> sa.Select[int]:
    return sa.select(HoldRow.id).where(HoldRow.settled_at.is_(None) != _WAITS)


def _released_nowhere() -> sa.Select[int]:
    return sa.select(HoldRow.id).where(HoldRow.state == HoldState.RELEASED, HoldRow.post_id.is_(None))


INVARIANTS = (
    Invariant("held-mail", "A held mail has a contribution that waits, or its author was asked.", _held_by_nobody),
    Invariant("hold-mail", "A waiting contribution that came by mail has a mail that is held.", _not_held),
    Invariant("hold-state", "A contribution waits, or was settled at some time.", _half_settled),
    Invariant("hold-released", "A released contribution leads to its post.", _released_nowhere),
)
