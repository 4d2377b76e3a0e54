"""Acts of admins and moderators on accepted mails: look at the raw bytes, try again, discard. Each is logged; nothing commits."""

from __future__ import annotations

import sqlalchemy as sa

from forum.core.db import session
from forum.core.refusals import AlreadySettled, NotFound
from forum.mailroom import ledger
from forum.mailroom.models import InboundState, LedgerRow
from forum.moderation import holds, log
from forum.moderation.models import HoldRow, HoldState
from forum.people.access import is_admin, require_admin
from forum.people.models import PersonRow
from forum.threads.models import PostRow


def retry(row: LedgerRow, by: PersonRow) -> None:
    """Put a stuck mail back to the start. Raises NotAllowed, AlreadySettled."""
    require_admin(by)
    _require_stuck(row)
    ledger.retry(row)
    log.note(by, "retry-mail", reason=f"#{row.id}")


def discard(row: LedgerRow, by: PersonRow, reason: str) -> None:
    """Give a stuck mail up; its bytes stay as long as any. Raises NotAllowed, AlreadySettled."""
    require_admin(by)
    _require_stuck(row)
    ledger.settle(row, InboundState.DISCARDED, "by-admin", detail=row.detail)
    log.note(by, "discard-mail", reason=f"#{row.id} {reason.strip()}".strip())


def read_raw(row: LedgerRow, by: PersonRow) -> bytes:
    """The mail byte for byte, for its author, a moderator while it is held, and admins (DESIGN §5); the look is logged.

    Raises NotFound for everyone else, who must not learn that there is such a mail, and once its post was withdrawn.
    """
    if not may_read_raw(row, by) or not row.raw:
        raise NotFound()
    log.note(by, "read-raw", reason=f"#{row.id}", post_id=row.post_id)
    return row.raw


def may_read_raw(row: LedgerRow, person: PersonRow) -> bool:
    """Whether this person may see the raw bytes of this mail now."""
    if is_admin(person) or _wrote(row, person):
        return True
    hold = session().scalar(sa.select(HoldRow).where(HoldRow.inbound_id == row.id, HoldRow.state == HoldState.WAITING))
    return hold is not None and holds.may_decide(hold, person)


def _wrote(row: LedgerRow, person: PersonRow) -> bool:
    post = session().get(PostRow, row.post_id) if row.post_id else None
    return post is not None and post.person_id == person.id and post.inbound_id == row.id


def _require_stuck(row: LedgerRow) -> None:
    session().refresh(row, with_for_update=True)
    if row.state is not InboundState.STUCK:
        raise AlreadySettled(by=row.state.value)
