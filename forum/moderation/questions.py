"""Questions to people: is this mail yours, shall this address be yours? Asked by mail, answered by mail or in the browser.

Only a yes posts; a no discards. A question is about the mails that its letter shows: what comes in after the letter went out
gets a question of its own, so nobody says yes to what they have not seen. Nothing commits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from forum.core import clock, site
from forum.core.db import session
from forum.core.refusals import AlreadySettled, AnswerTooLate, NotAllowed, NotFound
from forum.mailroom import letters
from forum.mailroom.models import LetterRow
from forum.moderation import confirming, holds
from forum.moderation.models import HoldState, QuestionItemRow, QuestionKind, QuestionRow
from forum.people import access, service
from forum.people.models import PersonRow
from forum.threads import claiming

PAUSE = dt.timedelta(hours=24)
"""Between two letters to the same address while the first has no yes: whoever forges mails must not fill a box (R64)."""
MOST_LETTERS = 2
LETTERS = {
    QuestionKind.MINE: "question",
    QuestionKind.ADDRESS: "address-question",
    QuestionKind.PROOF: "address-proof",
    QuestionKind.RELEASE: "question",
}
DECIDING = dt.timedelta(hours=72)
"""So long a moderator may answer by mail; then the page is the way."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a yes or a no did, in numbers of mails; `address` was added, `released` is the post that a moderator let appear."""

    yes: bool
    posted: tuple[int, ...] = ()
    waiting: int = 0
    carried_out: int = 0
    discarded: int = 0
    address: str = ""
    released: int | None = None


def ask_about_hold(person: PersonRow, address: str, hold_id: int, after_yes: str = "") -> QuestionRow:
    """Ask a person whether what is held is theirs; mailed to `address`, "" for where their mail goes."""
    return _ask(person, address, QuestionItemRow(hold_id=hold_id, after_yes=after_yes))


def ask_about_mail(person: PersonRow, address: str, inbound_id: int) -> QuestionRow:
    """Ask whether a command or a private answer is theirs; a yes lets the worker carry it out."""
    return _ask(person, address, QuestionItemRow(inbound_id=inbound_id))


def ask_release(moderator: PersonRow, hold_id: int) -> QuestionRow:
    """Ask a moderator who released by mail whether it shall really appear."""
    row = _new(moderator, QuestionKind.RELEASE, "", [QuestionItemRow(hold_id=hold_id)])
    _write_letter(row, dt.timedelta(0))
    return row


def find_release(person_id: int, hold_id: int, since: dt.datetime) -> QuestionRow | None:
    """The question of `ask_release` that was put since then, if any."""
    query = sa.select(QuestionRow).join(QuestionItemRow, QuestionItemRow.question_id == QuestionRow.id)
    return session().scalar(
        query.where(
            QuestionRow.kind == QuestionKind.RELEASE,
            QuestionRow.person_id == person_id,
            QuestionRow.asked_at >= since,
            QuestionItemRow.hold_id == hold_id,
        ).limit(1)
    )


def find(question_id: int, person_id: int) -> QuestionRow | None:
    """The question with this id, if it was put to this person and they still take part."""
    row = session().get(QuestionRow, question_id)
    return row if row is not None and row.person_id == person_id and access.is_member(service.find(person_id)) else None


def get(question_id: int, person_id: int) -> QuestionRow:
    """Like `find`; raises NotFound."""
    row = find(question_id, person_id)
    if row is None:
        raise NotFound()
    return row


def answer(question: QuestionRow, yes: bool, by: PersonRow, *, only: Collection[int] | None = None) -> Answered:
    """Take an answer for all mails of a question; with `only`, yes for these item ids and no for the others.

    Raises AlreadySettled, NotAllowed (somebody else's question), AddressTaken.
    """
    session().refresh(question, with_for_update=True)
    if question.person_id != by.id:
        raise NotAllowed()
    if question.answered_at is not None:
        raise AlreadySettled(by=by.name)
    question.answered_at, question.answer = clock.now(), "yes" if yes else "no"
    return _ACTS[question.kind](question, by, yes, only)


def ask_again(question: QuestionRow) -> bool:
    """The answer was neither yes nor no: one more letter, and no third one. False when nothing was sent."""
    if question.answered_at is not None or question.asked_times >= MOST_LETTERS:
        return False
    question.asked_times += 1
    _write_letter(question, dt.timedelta(0), again=True)
    return True


def voucher(inbound_id: int) -> PersonRow | None:
    """Who said yes when asked about this mail, if anybody did."""
    row = session().scalar(
        sa.select(QuestionRow)
        .join(QuestionItemRow, QuestionItemRow.question_id == QuestionRow.id)
        .where(QuestionItemRow.inbound_id == inbound_id, QuestionItemRow.answer == "yes")
        .limit(1)
    )
    return service.find(row.person_id) if row is not None else None


def shown(question: QuestionRow) -> list[dict[str, Any]]:
    """What its person has to see of the mails that still wait, for letter and page: JSON values."""
    if question.kind is QuestionKind.RELEASE:
        return [confirming.shown_to_moderator(item) for item in question.items]
    return [confirming.shown(item) for item in question.items if confirming.is_waiting(item)]


def is_open(question: QuestionRow) -> bool:
    """Whether an answer would still change anything."""
    if question.answered_at is not None:
        return False
    if question.kind is QuestionKind.RELEASE:
        return not is_too_late(question) and _may_release(question)
    return question.kind is not QuestionKind.MINE or any(confirming.is_waiting(item) for item in question.items)


def _may_release(question: QuestionRow) -> bool:
    """Whether it still waits, and its person may still decide."""
    moderator, rows = service.find(question.person_id), [holds.get(item.hold_id or 0) for item in question.items]
    return moderator is not None and all(row.state is HoldState.WAITING and holds.may_decide(row, moderator) for row in rows)


def is_too_late(question: QuestionRow) -> bool:
    """Whether the time in which a moderator may answer is over."""
    return question.kind is QuestionKind.RELEASE and clock.now() > question.asked_at + DECIDING


def _ask(person: PersonRow, address: str, item: QuestionItemRow) -> QuestionRow:
    """Put a mail into the question that has not gone out yet, or into a new one that lists all that wait."""
    session().refresh(person, with_for_update=True)  # two workers must not write two letters
    last = _last(person, QuestionKind.MINE, address)
    letter = session().get(LetterRow, last.letter_id, with_for_update=True) if last and last.letter_id else None
    if last is not None and letter is not None and last.answered_at is None and letter.fanned_out_at is None:
        last.items.append(item)
        session().flush()
        letter.facts = _facts(last)
        return last
    waiting = [one for one in last.items if last.answered_at is None and confirming.is_waiting(one)] if last else []
    items = [QuestionItemRow(hold_id=one.hold_id, inbound_id=one.inbound_id, after_yes=one.after_yes) for one in waiting]
    row = _new(person, QuestionKind.MINE, address, [*items, item])
    _write_letter(row, max(_pause(last), dt.timedelta(seconds=site.config().grace)))
    return row


def _last(person: PersonRow, kind: QuestionKind, address: str) -> QuestionRow | None:
    query = sa.select(QuestionRow).where(
        QuestionRow.person_id == person.id, QuestionRow.kind == kind, QuestionRow.address == address
    )
    return session().scalar(query.order_by(QuestionRow.id.desc()).limit(1))


def _pause(last: QuestionRow | None) -> dt.timedelta:
    if last is None or last.answer == "yes":
        return dt.timedelta(0)
    return last.asked_at + PAUSE - clock.now()


def _new(person: PersonRow, kind: QuestionKind, address: str, items: list[QuestionItemRow]) -> QuestionRow:
    row = QuestionRow(person_id=person.id, kind=kind, address=address, asked_at=clock.now(), items=items)
    session().add(row)
    session().flush()
    return row


def _write_letter(question: QuestionRow, delay: dt.timedelta, *, again: bool = False) -> None:
    """To the asked address; an offer goes to where the person's mail goes."""
    person = service.find(question.person_id)
    to = None if question.kind is QuestionKind.ADDRESS else question.address or None
    letter = letters.write(
        LETTERS[question.kind], person=person, address=to, delay=max(delay, dt.timedelta(0)), **_facts(question, again=again)
    )
    question.letter_id, question.asked_at = letter.id, letter.due_at


def _facts(question: QuestionRow, *, again: bool = False) -> dict[str, Any]:
    """`cause` is the sentence that tells why we ask; only the mail of a token's owner is asked about at no address of its own."""
    cause = "unproven" if question.address else "other-sender"
    return {
        "question": question.id,
        "new_address": question.address,
        "items": shown(question),
        "cause": cause,
        "again": again,
        "release": question.kind is QuestionKind.RELEASE,
    }


def _mine(question: QuestionRow, by: PersonRow, yes: bool, only: Collection[int] | None) -> Answered:
    posted: list[int] = []
    waiting = carried_out = discarded = 0
    for item in question.items:
        if not confirming.is_waiting(item):
            continue
        if not yes or (only is not None and item.id not in only):
            item.answer = "no"
            confirming.discard(item, by)
            discarded += 1
            continue
        item.answer = "yes"
        if item.hold_id is None:
            confirming.carry_out(item)
            carried_out += 1
            continue
        sender = confirming.sender_of(item)
        post = confirming.publish(item, by)
        posted += [post.id] if post is not None else []
        waiting += post is None
        _offer_address(by, sender)
    return Answered(yes, tuple(posted), waiting, carried_out, discarded)


def _offer_address(person: PersonRow, email: str) -> None:
    """A mail that is theirs came from an address that is nobody's: offer to add it, once."""
    if not email or service.find_by_email(email) is not None or _last(person, QuestionKind.ADDRESS, email) is not None:
        return
    _write_letter(_new(person, QuestionKind.ADDRESS, email, []), dt.timedelta(0))


def _wants_address(question: QuestionRow, by: PersonRow, yes: bool, _only: Collection[int] | None) -> Answered:
    """The person wants the address: now it is asked itself, for only its reader can say so."""
    if yes:
        _write_letter(_new(by, QuestionKind.PROOF, question.address, []), dt.timedelta(0))
    return Answered(yes)


def _proves_address(question: QuestionRow, by: PersonRow, yes: bool, _only: Collection[int] | None) -> Answered:
    if not yes:
        return Answered(yes)
    service.add_address(by, question.address)
    claiming.claim(by)
    letters.write("address-added", person=by, new_address=question.address)
    return Answered(yes, address=question.address)


def _releases(question: QuestionRow, by: PersonRow, yes: bool, _only: Collection[int] | None) -> Answered:
    """The moderator means it; a no leaves it waiting."""
    if is_too_late(question):
        raise AnswerTooLate(hours=int(DECIDING.total_seconds() // 3600))
    released = [holds.release(holds.get(item.hold_id or 0), by) for item in question.items] if yes else []
    return Answered(yes, released=released[0].id if released else None)


_ACTS: dict[QuestionKind, Callable[[QuestionRow, PersonRow, bool, Collection[int] | None], Answered]] = {
    QuestionKind.MINE: _mine,
    QuestionKind.ADDRESS: _wants_address,
    QuestionKind.PROOF: _proves_address,
    QuestionKind.RELEASE: _releases,
}
