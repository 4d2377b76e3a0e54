"""Health of delivery addresses, read from what became of their copies; no table of its own (R36).

The bridge tells what came back; an address is dead once hard and soft bounces weigh enough over enough days. A person
sees it in the browser and makes the address live again there (`revive`).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from forum.core import clock, journal
from forum.core.db import session
from forum.mailroom.deliveries import GIVE_UP_AFTER
from forum.mailroom.models import DeliveryRow, DeliveryState, LetterRow
from forum.people.models import AddressRow

DEAD_FROM = 5
SHORTEST = dt.timedelta(days=3)
REMEMBERED = dt.timedelta(days=14)


class BounceKind(StrEnum):
    """How a copy came back; the value begins its delivery's `detail`."""

    HARD = "bounce-hard"
    SOFT = "bounce-soft"


WEIGHT = {BounceKind.HARD: 2, BounceKind.SOFT: 1}


def note_bounce(delivery_id: int, person_id: int, kind: BounceKind, sign: str = "") -> bool:
    """Note that a copy came back; a hard one has failed. False for a copy that is unknown or whose bounce is known already."""
    row = session().get(DeliveryRow, delivery_id, with_for_update=True)
    if row is None or row.person_id != person_id or row.detail.startswith(tuple(BounceKind)):
        return False
    row.detail, row.settled_at = f"{kind} {sign}"[:400].strip(), clock.now()
    row.lease, row.leased_until = None, None
    row.state = DeliveryState.FAILED if kind is BounceKind.HARD else DeliveryState.SENT
    session().flush()
    _judge(row.person_id)
    return True


def revive(address: AddressRow) -> None:
    """Deliver there again; older bounces no longer count."""
    address.dead_since = None
    for row in _bounces(address.person_id):
        row.detail = f"forgiven {row.detail}"[:400]
    journal.record("address.revived", person=address.person_id)


@dataclass(frozen=True, slots=True)
class Failures:
    """Copies for one domain that were in vain, and what was said to one of them."""

    domain: str
    copies: int
    answer: str


def failed_since(moment: dt.datetime) -> list[Failures]:
    """What failed for good or came back since then, by domain, the most first; reports about failures are left out.

    A copy ends within days, so the many rows of old letters are not looked at.
    """
    before = LetterRow.written_at < moment - 2 * GIVE_UP_AFTER
    oldest = session().scalar(sa.select(LetterRow.id).where(before).order_by(LetterRow.id.desc()).limit(1)) or 0
    rows = session().execute(
        sa.select(sa.func.coalesce(LetterRow.address, AddressRow.email, "?"), DeliveryRow.detail)
        .join(LetterRow, LetterRow.id == DeliveryRow.letter_id)
        .join(AddressRow, sa.and_(AddressRow.person_id == DeliveryRow.person_id, AddressRow.delivers), isouter=True)
        .where(DeliveryRow.letter_id > oldest, DeliveryRow.state == DeliveryState.FAILED, DeliveryRow.settled_at > moment)
        .where(LetterRow.kind != "operator")
        .order_by(DeliveryRow.id)
    )
    answers: dict[str, list[str]] = defaultdict(list)
    for email, detail in rows:
        answers[email.rpartition("@")[2]].append(detail)
    found = [Failures(domain, len(said), said[-1]) for domain, said in answers.items()]
    return sorted(found, key=lambda failures: (-failures.copies, failures.domain))


def _judge(person_id: int) -> None:
    """Mark a person's delivery address dead if its bounces weigh DEAD_FROM over at least SHORTEST."""
    bounces = _bounces(person_id)
    weight = sum(WEIGHT[BounceKind(row.detail.split(" ")[0])] for row in bounces)
    moments = [row.settled_at for row in bounces if row.settled_at]
    if weight < DEAD_FROM or max(moments) - min(moments) < SHORTEST:
        return
    address = session().scalar(sa.select(AddressRow).where(AddressRow.person_id == person_id, AddressRow.delivers))
    if address is not None and address.dead_since is None:
        address.dead_since = clock.now()
        journal.record("address.died", person=person_id)


def _bounces(person_id: int) -> list[DeliveryRow]:
    kinds = sa.or_(*(DeliveryRow.detail.startswith(kind.value) for kind in BounceKind))
    recent = DeliveryRow.settled_at > clock.now() - REMEMBERED
    return list(session().scalars(sa.select(DeliveryRow).where(DeliveryRow.person_id == person_id, kinds, recent)))
