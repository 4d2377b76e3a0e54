"""Moderating by mail (R61): a moderator's answer to a moderation mail, and to our question whether it shall really appear.

The token alone decides nothing: the From has to be its owner's and authenticated by real evidence, which TRUST_FROM never is
(DESIGN §5). What then follows is said by `moderation.cases`, and told in one letter.
"""

from __future__ import annotations

from forum.core.refusals import AnswerUnproved, Refused
from forum.mailroom import ledger
from forum.mailroom.models import InboundState
from forum.moderation import cases
from forum.moderation.models import HoldRow, QuestionRow
from forum.people import service
from forum.people.models import PersonRow
from mailbridge.inbound import answers, decisions, route, text
from mailbridge.inbound.identify import Sender, owner_of
from mailbridge.inbound.posting import Received


def take(received: Received, target: route.Case, sender: Sender, *, doubtful: bool) -> None:
    """Read the decision, carry it out and settle the mail. `doubtful`: it looks like a machine's, so it says nothing."""
    person = owner_of(target.token)
    hold = cases.find(target.token.target_id, person.id) if target.token and person else None
    if hold is None or person is None:
        ledger.settle(received.row, InboundState.DISCARDED, "dead-token")
        return
    doubt = _doubt(hold, person, sender)
    if doubt is not None:
        ledger.settle(received.row, InboundState.DISCARDED, doubt)
        return
    said = None if doubtful else decisions.read(text.written(received.mail).text, person.name)
    try:
        outcome = cases.decide(hold, person, said)
    except Refused as refused:
        cases.refuse(hold, person, refused)
        outcome = refused.code
    ledger.settle(received.row, InboundState.ANSWERED, outcome)


def confirm(received: Received, question: QuestionRow, person: PersonRow, sender: Sender, *, doubtful: bool) -> str:
    """Take the answer to the question whether it shall appear; what became of it, as a stable name."""
    hold = cases.of_question(question)
    doubt = _doubt(hold, person, sender)
    if doubt is not None:
        return doubt
    said = None if doubtful else answers.read(text.written(received.mail).text, person.name)
    try:
        return cases.confirm(question, person, None if said is None else said == "yes")
    except Refused as refused:
        cases.refuse(hold, person, refused)
        return refused.code


def _doubt(hold: HoldRow, person: PersonRow, sender: Sender) -> str | None:
    """Why this answer does not count as the moderator's, who is told if it pretends to be theirs."""
    writer = service.find_by_email(sender.email) if sender.email else None
    if writer is None or writer.id != person.id:
        return "other-sender"
    if sender.authenticated:
        return None
    cases.refuse(hold, person, AnswerUnproved())
    return AnswerUnproved.code
