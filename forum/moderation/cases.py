"""A moderator's answers by mail (R61): to the moderation mail, and to our question whether it shall really appear.

A rejection can be taken back and is done at once; what would become public is asked once more by `questions.ask_release`. The
acts are those of `holds`. The address in a moderation mail is good for `questions.DECIDING` and for one answer. Nothing commits.
"""

from __future__ import annotations

from dataclasses import dataclass

from forum.core import clock, masking
from forum.core.db import session
from forum.core.refusals import AnswerSpent, AnswerTooLate, AnswerUnclear, Refused
from forum.mailroom import letters
from forum.mailroom.models import LetterRow
from forum.moderation import excerpts, holds, log, questions
from forum.moderation.models import HoldRow, QuestionRow
from forum.people.models import PersonRow

LONGEST_REASON = 2_000
MOST_LETTERS = 2
"""About one contribution and of the same words: whoever sends the same again and again must not fill a box (R64)."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a moderator's answer says: it shall appear, or not, and why not."""

    releases: bool
    reason: str = ""


def find(hold_id: int, person_id: int) -> HoldRow | None:
    """What waits or waited, if this person ever got a moderation mail about it."""
    return session().get(HoldRow, hold_id) if _last_letter(hold_id, person_id) is not None else None


def decide(hold: HoldRow, by: PersonRow, decision: Decision | None) -> str:
    """Do what the answer to a moderation mail says; None for one that cannot be understood. Returns a name of what was done.

    Raises NotAllowed, AlreadySettled, AnswerTooLate, AnswerSpent, AnswerUnclear, ReasonMissing.
    """
    holds.require_open(hold, by)
    letter = _last_letter(hold.id, by.id)
    if letter is None or clock.now() > letter.written_at + questions.DECIDING:
        raise AnswerTooLate(hours=int(questions.DECIDING.total_seconds() // 3600))
    if log.was_decided(hold.id, letter.written_at) or questions.find_release(by.id, hold.id, letter.written_at):
        raise AnswerSpent()
    if decision is None:
        raise AnswerUnclear()
    if decision.releases:
        questions.ask_release(by, hold.id)
        return "release-asked"
    holds.reject(hold, by, masking.strip_tokens(decision.reason)[:LONGEST_REASON])
    _tell(hold, by, "rejected")
    return "rejected"


def confirm(question: QuestionRow, by: PersonRow, yes: bool | None) -> str:
    """Take the answer to `questions.ask_release`; None for one that cannot be understood. Returns a name of what was done.

    Raises NotAllowed, AlreadySettled, AnswerSpent, AnswerTooLate, AnswerUnclear, and what `holds.release` refuses.
    """
    hold = of_question(question)
    holds.require_open(hold, by)
    if question.answered_at is not None:
        raise AnswerSpent()
    if yes is None and not questions.is_too_late(question):
        raise AnswerUnclear()
    questions.answer(question, bool(yes), by)
    if not yes:
        return "not-released"
    _tell(hold, by, "released")
    return "released"


def of_question(question: QuestionRow) -> HoldRow:
    """What the question of `questions.ask_release` is about."""
    return holds.get(question.items[0].hold_id or 0)


def refuse(hold: HoldRow, to: PersonRow, refused: Refused) -> None:
    """Tell a moderator why their answer did nothing; without the title, if it is none of their business any more."""
    said = {locale: refused.sentence(locale) for locale in ("de", "en")}
    _tell(hold, to, refused.code, said)


def _tell(hold: HoldRow, to: PersonRow, did: str, said: dict[str, str] | None = None) -> None:
    before = [letter for letter in letters.about_hold("case-answer", hold.id, to.id) if letter.facts["did"] == did]
    if len(before) >= MOST_LETTERS:
        return
    title = excerpts.line(hold.title) if holds.may_decide(hold, to) else ""
    letters.write("case-answer", person=to, hold=hold.id, title=title, did=did, said=said or {})


def _last_letter(hold_id: int, person_id: int) -> LetterRow | None:
    found = letters.about_hold("case", hold_id, person_id)
    return found[-1] if found else None
