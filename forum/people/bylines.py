"""Bylines: the name and mandate under a post, as they were when it was made."""

from __future__ import annotations

import sqlalchemy as sa

from forum.core.db import session
from forum.people import mandates
from forum.people.emails import find_canonical
from forum.people.models import BylineRow, PersonRow


def of(person: PersonRow) -> BylineRow:
    """The byline of a person as of now; the same one as long as name and mandate stay."""
    return _same_or_new(name=person.name, mandate=mandates.shown_for(person), email=None, person_id=person.id)


def of_stranger(name: str, email: str, mandate: str = "") -> BylineRow:
    """A byline without a person: an imported author or a guest. Proving the address connects it later.

    `mandate` is only given for a post that comes back from our own archive.
    """
    shown = " ".join(name.split())[:120] or email.partition("@")[0] or "?"
    return _same_or_new(name=shown, mandate=mandate, email=find_canonical(email), person_id=None)


def claim(person: PersonRow) -> None:
    """Connect all bylines that carry one of this person's proved addresses; their posts follow in `threads.claiming`."""
    proved = [address.email for address in person.addresses if address.verified_at]
    session().execute(
        sa.update(BylineRow).where(BylineRow.email.in_(proved), BylineRow.person_id.is_(None)).values(person_id=person.id)
    )


def _same_or_new(*, name: str, mandate: str, email: str | None, person_id: int | None) -> BylineRow:
    same = sa.select(BylineRow).where(
        BylineRow.name == name,
        BylineRow.mandate == mandate,
        BylineRow.email.is_(email) if email is None else BylineRow.email == email,
        BylineRow.person_id.is_(None) if person_id is None else BylineRow.person_id == person_id,
    )
    known = session().scalar(same)
    if known is None:
        known = BylineRow(name=name, mandate=mandate, email=email, person_id=person_id)
        session().add(known)
        session().flush()
    return known
