"""Asked again at the moment of sending: who of these may still have this letter, and where does it go (R34)?

The table STILL says for each kind what has to hold; kinds that are not named need only a person who takes part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from forum.core.db import session
from forum.mailroom import letters
from forum.mailroom.deliveries import Claimed
from forum.mailroom.models import LetterRow
from forum.moderation import holds, questions
from forum.moderation.models import HoldRow, HoldState, QuestionRow
from forum.people import service as people
from forum.people.models import AddressRow, PersonRow, Standing
from forum.subscriptions import recipients
from forum.threads.models import PostRow
from mailbridge.outbound.personal import Addressee

PersonIds = Collection[int]


@dataclass(frozen=True, slots=True)
class Sorted:
    """Copies to be sent, letters by id, and the deliveries that have no reader any more."""

    addressees: list[Addressee]
    letters: dict[int, LetterRow]
    dropped: list[int]


def sort(claimed: Sequence[Claimed]) -> Sorted:
    """Look at a batch once: a fixed number of statements for each letter in it."""
    rows = session().scalars(sa.select(LetterRow).where(LetterRow.id.in_({copy.letter_id for copy in claimed})))
    found = {letter.id: letter for letter in rows}
    by_letter: dict[int, list[Claimed]] = defaultdict(list)
    for copy in claimed:
        by_letter[copy.letter_id].append(copy)
    sorted_: list[Addressee] = []
    for letter_id, copies in by_letter.items():
        sorted_.extend(_addressees(found[letter_id], copies))
    kept = {to.delivery_id for to in sorted_}
    return Sorted(sorted_, found, [copy.id for copy in claimed if copy.id not in kept])


def _addressees(letter: LetterRow, copies: Sequence[Claimed]) -> list[Addressee]:
    ids = {copy.person_id for copy in copies}
    wanted = STILL.get(letter.kind, _takes_part)(letter, ids)
    reached = {row.id: row for row in session().execute(_where_to(letter, wanted))}
    return [
        Addressee(
            delivery_id=copy.id,
            letter_id=letter.id,
            person_id=copy.person_id,
            epoch=reached[copy.person_id].epoch,
            email=letter.address or reached[copy.person_id].email,
            locale=reached[copy.person_id].locale,
        )
        for copy in copies
        if copy.person_id in reached
    ]


def _where_to(letter: LetterRow, ids: PersonIds) -> sa.Select[int, int, str, str]:
    """Id, epoch, language and address of these people; a letter to an address that is still to be proved needs no other."""
    chosen = sa.select(PersonRow.id, PersonRow.epoch, PersonRow.locale, AddressRow.email).where(PersonRow.id.in_(ids))
    return chosen.join(AddressRow, sa.and_(AddressRow.person_id == PersonRow.id, _usable(letter)), isouter=bool(letter.address))


def _usable(letter: LetterRow) -> sa.ColumnElement[bool]:
    # Whoever asks for a login link is waiting at the box: one more try at an address that bounced harms nobody.
    return sa.and_(AddressRow.delivers, AddressRow.verified_at.is_not(None)) if letter.kind == "login" else people.works()


def _takes_part(_letter: LetterRow, ids: PersonIds) -> PersonIds:
    standing = PersonRow.standing.in_((Standing.APPROVED, Standing.WAITING))
    return set(session().scalars(sa.select(PersonRow.id).where(PersonRow.id.in_(ids), standing)))


def _still_readers(letter: LetterRow, ids: PersonIds) -> PersonIds:
    if not letters.is_still_wanted(letter):
        return set()
    return recipients.still(session().get_one(PostRow, letter.post_id), ids)


def _still_deciders(letter: LetterRow, ids: PersonIds) -> PersonIds:
    hold = session().get(HoldRow, letter.facts["hold"])
    if hold is None or hold.state is not HoldState.WAITING:
        return set()
    rows = session().scalars(sa.select(PersonRow).where(PersonRow.id.in_(ids)))
    return {person.id for person in rows if holds.may_decide(hold, person)}


def _still_asked(letter: LetterRow, ids: PersonIds) -> PersonIds:
    question = session().get(QuestionRow, letter.facts["question"])
    return _takes_part(letter, ids) if question is not None and questions.is_open(question) else set()


STILL: dict[str, Callable[[LetterRow, PersonIds], PersonIds]] = {
    "post": _still_readers,
    "case": _still_deciders,
    "question": _still_asked,
    "address-question": _still_asked,
    "address-proof": _still_asked,
}
