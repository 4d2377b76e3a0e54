"""What is always true of accepted mails, letters and deliveries; asked by `ratspost check`."""

from __future__ import annotations

import sqlalchemy as sa

from forum.core.invariants import Invariant
from forum.core.journal import FactRow
from forum.mailroom.models import DeliveryRow, DeliveryState, InboundState, LedgerRow, LetterRow
from forum.threads.models import PostRow, PostState

_WAITS = LedgerRow.state == InboundState.WAITING


def _between_states() -> sa.Select[int]:
    settled = sa.and_(LedgerRow.settled_at.is_not(None), LedgerRow.outcome != "")
    unsettled = sa.and_(LedgerRow.settled_at.is_(None), LedgerRow.outcome == "")
    return sa.select(LedgerRow.id).where(sa.not_(sa.or_(sa.and_(_WAITS, unsettled), sa.and_(sa.not_(_WAITS), settled))))


def _posted_nowhere() -> sa.Select[int]:
    return sa.select(LedgerRow.id).where(LedgerRow.state == InboundState.POSTED, LedgerRow.post_id.is_(None))


def _never_written() -> sa.Select[int]:
    """Posts that a fact says were published here and now, without the letter that carries them. Facts of old are pruned."""
    post_id = FactRow.refs["post"].as_integer()
    return (
        sa.select(PostRow.id)
        .join(FactRow, sa.and_(FactRow.kind == "post.published", post_id == PostRow.id))
        .outerjoin(LetterRow, sa.and_(LetterRow.post_id == PostRow.id, LetterRow.kind == "post"))
        .where(PostRow.state == PostState.PUBLISHED, FactRow.refs["past"].as_boolean().is_(False), LetterRow.id.is_(None))
    )


def _half_settled() -> sa.Select[int]:
    waits = DeliveryRow.state == DeliveryState.WAITING
    return sa.select(DeliveryRow.id).where(waits != DeliveryRow.settled_at.is_(None))


def _too_early() -> sa.Select[int]:
    query = sa.select(DeliveryRow.id).join(LetterRow, LetterRow.id == DeliveryRow.letter_id)
    return query.where(LetterRow.fanned_out_at.is_(None))


INVARIANTS = (
    Invariant("mail-state", "An accepted mail waits, or has ended in one state for a named reason.", _between_states),
    Invariant("mail-posted", "A mail that counts as posted leads to its post.", _posted_nowhere),
    Invariant("post-letter", "A published post has the letter that carries it, unless it has a past.", _never_written),
    Invariant("delivery-state", "A delivery waits, or was settled at some time.", _half_settled),
    Invariant("delivery-early", "A letter has deliveries only once it was fanned out.", _too_early),
)
