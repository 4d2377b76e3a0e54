"""The letter to whoever runs this house: what got stuck, waits too long or could not be delivered (R13, R31).

A step of the worker. At most one a day and reader, however many workers there are: its Message-ID names the day, and no two
letters have the same. Where nothing is wrong there is no letter. Nothing commits.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from forum.core import clock, masking, site
from forum.core.db import session
from forum.mailroom import deliveries, health, ledger, letters
from forum.mailroom.models import LetterRow
from forum.moderation import expiry
from forum.moderation.models import HoldRow, HoldState
from forum.people import service as people
from forum.people.models import PersonRow

DAY = dt.timedelta(days=1)
MOST_DOMAINS = 20
LONGEST_ANSWER = 120
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose name and language the letter has, and where it goes; no address: their own."""

    person: PersonRow
    address: str | None


def write_if_due() -> int:
    """Write today's letters, if there is something to say and they are not written yet; returns how many."""
    now = clock.now()
    return sum(_write(reader, now) for reader in readers() if _find(reader, now.date()) is None)


def readers() -> list[Reader]:
    """The address of RATSPOST_OPERATOR, or all admins."""
    address = site.config().operator
    if not address:
        return [Reader(admin, None) for admin in people.admins()]
    person = people.find_by_email(address) or next(iter(people.admins()), None)
    if person is None:
        log.warning("RATSPOST_OPERATOR gets no report as long as there is no admin")
    return [Reader(person, address)] if person else []


def _write(reader: Reader, now: dt.datetime) -> int:
    yesterday = _find(reader, now.date() - DAY)
    facts = _facts(now, yesterday.written_at if yesterday else now - DAY)
    if not any(facts[what] for what in ("stuck", "held", "late", "failed")):
        return 0
    try:
        with session().begin_nested():
            letter = letters.write("operator", person=reader.person, address=reader.address, **facts)
            letter.message_id = _message_id(reader, now.date())
            session().flush()
    except IntegrityError:  # another worker was quicker
        return 0
    return 1


def _facts(now: dt.datetime, since: dt.datetime) -> dict[str, Any]:
    backlog = ledger.backlog()
    return {
        "stuck": ledger.stuck(before=now - DAY),
        "held": _held(before=now - DAY),
        "late": backlog.oldest is not None and backlog.oldest < now - DAY,
        "failed": [asdict(_without_people(failures)) for failures in health.failed_since(since)[:MOST_DOMAINS]],
        "mails": backlog.mails,
        "copies": deliveries.counts()["waiting"],
    }


def _held(*, before: dt.datetime) -> int:
    """What only a moderator ends; what its author was asked about, and what strangers wrote, goes by itself."""
    query = sa.select(sa.func.count()).select_from(HoldRow).where(HoldRow.state == HoldState.WAITING, HoldRow.created_at < before)
    return session().scalar(query.where(HoldRow.cause.not_in(expiry.CODES))) or 0


def _without_people(failures: health.Failures) -> health.Failures:
    """Servers like to repeat the address in their answer; whose it is need not stand in a mail."""
    answer = " ".join(masking.mask_addresses(failures.answer, site.config().mail_domains).split())
    return health.Failures(failures.domain, failures.copies, answer[:LONGEST_ANSWER])


def _message_id(reader: Reader, day: dt.date) -> str:
    return f"<operator.{day:%Y%m%d}.{reader.person.id}@{site.config().mail_domain}>"


def _find(reader: Reader, day: dt.date) -> LetterRow | None:
    return session().scalar(sa.select(LetterRow).where(LetterRow.message_id == _message_id(reader, day)))
