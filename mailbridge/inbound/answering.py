"""Answers to our questions: a yes or a no from the person who was asked; anything else is asked once more.

The token went to one address, so whoever brings it back has read that mail. That is enough to vouch for one's own mails.
To change the addresses of an account it is not: there the answer itself must be authenticated, or comes by browser (DESIGN §5).
"""

from __future__ import annotations

from forum.core.refusals import Refused
from forum.mailroom import ledger
from forum.mailroom.models import InboundState
from forum.moderation import questions
from forum.moderation.models import QuestionKind, QuestionRow
from forum.people import service
from forum.people.models import PersonRow
from mailbridge.inbound import answers, deciding, route, text
from mailbridge.inbound.identify import Sender, owner_of
from mailbridge.inbound.posting import Received


def take(received: Received, target: route.Question, sender: Sender, *, doubtful: bool) -> None:
    """Read the answer, do what it says and settle the mail. `doubtful`: it looks like a machine's, so it says nothing."""
    person = owner_of(target.token)
    question = questions.find(target.token.target_id, person.id) if target.token and person else None
    if question is None or person is None:
        ledger.settle(received.row, InboundState.DISCARDED, "dead-token")
        return
    ledger.settle(received.row, InboundState.ANSWERED, _outcome(received, question, person, sender, doubtful=doubtful))


def _outcome(received: Received, question: QuestionRow, person: PersonRow, sender: Sender, *, doubtful: bool) -> str:
    """What became of the answer, as a stable name."""
    if question.kind is QuestionKind.RELEASE:
        return deciding.confirm(received, question, person, sender, doubtful=doubtful)
    if not questions.is_open(question):
        return "already-answered"
    if not _is_asked(question, person, sender):
        return "other-sender"
    # no `post`: what is quoted is our question, not a post, and only the first line that was written is read
    said = None if doubtful else answers.read(text.written(received.mail).text, person.name)
    if said is None:
        questions.ask_again(question)
        return "unclear"
    if said == "yes" and question.kind is not QuestionKind.MINE and not sender.authenticated:
        questions.ask_again(question)
        return "needs-browser"
    try:
        questions.answer(question, said == "yes", person)
    except Refused as refused:
        return refused.code
    return said


def _is_asked(question: QuestionRow, person: PersonRow, sender: Sender) -> bool:
    """Whether the answer comes from where the question went: one of the person's addresses, or the one to be proved."""
    if question.kind is QuestionKind.PROOF:
        return sender.email == question.address
    writer = service.find_by_email(sender.email) if sender.email else None
    return writer is not None and writer.id == person.id
