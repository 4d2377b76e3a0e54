"""One mail of a question: what its person is shown of it, and what a yes or a no does to it. Called by `questions` alone."""

from __future__ import annotations

import dataclasses
from typing import Any

from forum.core import clock, journal, masking
from forum.core.db import session
from forum.core.refusals import Refused
from forum.mailroom import ledger, letters
from forum.mailroom.models import InboundState, LedgerRow
from forum.moderation import excerpts, holds, intake, publishing
from forum.moderation.causes import CAUSES
from forum.moderation.contribution import Contribution, from_json, to_json, told
from forum.moderation.models import HoldRow, HoldState, QuestionItemRow
from forum.people.models import PersonRow
from forum.threads.models import PostRow


def is_waiting(item: QuestionItemRow) -> bool:
    """Whether nobody has decided yet: no other question, no moderator, no time limit."""
    if item.hold_id is not None:
        hold = session().get(HoldRow, item.hold_id)
        return hold is not None and hold.state is HoldState.WAITING and CAUSES[hold.cause].is_asked
    mail = session().get(LedgerRow, item.inbound_id) if item.inbound_id else None
    return mail is not None and mail.state is InboundState.HELD


def shown(item: QuestionItemRow) -> dict[str, Any]:
    """Enough to know one's own mail from a forged one: subject, moment, sender, target, beginning of the text."""
    hold = session().get(HoldRow, item.hold_id) if item.hold_id else None
    number = hold.inbound_id if hold else item.inbound_id
    mail = session().get(LedgerRow, number) if number else None
    draft = from_json(hold.contribution).draft if hold else None
    subject = hold.title if hold else mail.subject if mail else ""
    return {
        "id": item.id,
        "subject": excerpts.line(subject)[:200],
        "at": mail.received_at.isoformat() if mail else "",
        "sender": excerpts.line(mail.sender)[:200] if mail else "",
        "to": [] if hold or mail is None else [masking.strip_tokens(address)[:200] for address in mail.envelope_to],
        "text": excerpts.beginning(draft.body) if draft else "",
        "files": [file.filename for file in draft.files] if draft else [],
    }


def shown_to_moderator(item: QuestionItemRow) -> dict[str, Any]:
    """What is about to appear, by title and author; its words stood in the moderation mail."""
    hold = session().get_one(HoldRow, item.hold_id)
    return {
        "id": item.id,
        "subject": excerpts.line(hold.title)[:200],
        "at": hold.created_at.isoformat(),
        "sender": excerpts.line(hold.author)[:200],
        "to": [],
        "text": "",
        "files": [],
    }


def sender_of(item: QuestionItemRow) -> str:
    """The From address of a held mail, "" if it had none."""
    hold = session().get(HoldRow, item.hold_id) if item.hold_id else None
    return from_json(hold.contribution).email if hold else ""


def publish(item: QuestionItemRow, by: PersonRow) -> PostRow | None:
    """The author said yes: it is published as theirs, or waits for what it would have waited for anyway (then None)."""
    row = session().get_one(HoldRow, item.hold_id)
    session().refresh(row, with_for_update=True)
    contribution = dataclasses.replace(from_json(row.contribution), person_id=by.id, name=by.name, email="")
    row.contribution, row.person_id, row.author = to_json(contribution), by.id, by.name
    cause = item.after_yes or _cause(contribution)
    if cause is not None:
        holds.wait_for(row, cause)
        return None
    post = publishing.publish(contribution)
    row.state, row.settled_at, row.settled_by_id, row.post_id = HoldState.RELEASED, clock.now(), by.id, post.id
    _settle_mail(row, InboundState.POSTED, "confirmed", post.id)
    journal.record("contribution.released", hold=row.id, post=post.id)
    left_out = told(contribution.left_out)
    letters.write("released", person=by, thread_id=row.thread_id, title=row.title, thread=post.thread_id, left_out=left_out)
    return post


def carry_out(item: QuestionItemRow) -> None:
    """A command or a private answer: back to the worker, who finds that its author said yes."""
    ledger.retry(ledger.lock(item.inbound_id or 0))


def discard(item: QuestionItemRow, by: PersonRow) -> None:
    """The author said no: nothing of it is ever published."""
    if item.hold_id is None:
        ledger.settle(ledger.lock(item.inbound_id or 0), InboundState.DISCARDED, "not-mine")
        return
    row = session().get_one(HoldRow, item.hold_id)
    session().refresh(row, with_for_update=True)
    row.state, row.settled_at, row.settled_by_id, row.reason = HoldState.REJECTED, clock.now(), by.id, "not-mine"
    _settle_mail(row, InboundState.DISCARDED, "not-mine", None)
    journal.record("contribution.rejected", hold=row.id)


def _cause(contribution: Contribution) -> str | None:
    try:
        return intake.cause_of_place(contribution)
    except Refused as refused:
        return intake.cause_of(refused)


def _settle_mail(row: HoldRow, state: InboundState, outcome: str, post_id: int | None) -> None:
    mail = session().get(LedgerRow, row.inbound_id) if row.inbound_id else None
    if mail is not None:
        ledger.settle(mail, state, outcome, post_id=post_id)
