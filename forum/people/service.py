"""Persons and their addresses: found, added, approved, locked. Both doors and the CLI come here; nothing commits."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import sqlalchemy as sa

from forum.core import clock, journal
from forum.core.db import session
from forum.core.refusals import AddressTaken, BadInput, UnknownPerson
from forum.people.display_names import deception
from forum.people.emails import canonical, find_canonical
from forum.people.models import AddressRow, LoginLinkRow, LoginSessionRow, PersonRow, RoleKind, RoleRow, Standing
from forum.places.boards import Board

_AT_SIGNS = frozenset("@＠﹫")


def find(person_id: int) -> PersonRow | None:
    """The person with this id, or None."""
    return session().get(PersonRow, person_id)


def first() -> PersonRow | None:
    """Whoever was entered first; None in an empty house."""
    return session().scalar(sa.select(PersonRow).order_by(PersonRow.id).limit(1))


def find_by_email(email: str) -> PersonRow | None:
    """Whoever has proved this address, in whatever way it is written; None for nobody."""
    key = find_canonical(email)
    if key is None:
        return None
    return session().scalar(
        sa.select(PersonRow)
        .join(AddressRow, AddressRow.person_id == PersonRow.id)
        .where(AddressRow.email == key, AddressRow.verified_at.is_not(None))
    )


def is_proved(email: str) -> bool:
    """Whether somebody has proved this address, which is canonical already; cheaper than the person."""
    return session().connection().execute(_PROVED, {"email": email}).first() is not None


_ADDRESS = AddressRow.__table__.c
_PROVED = sa.select(_ADDRESS.id).where(_ADDRESS.email == sa.bindparam("email"), _ADDRESS.verified_at.is_not(None))


def get_by_email(email: str) -> PersonRow:
    """Like `find_by_email`; raises UnknownPerson."""
    person = find_by_email(email)
    if person is None:
        raise UnknownPerson(email=email)
    return person


def admins() -> list[PersonRow]:
    """Everyone with the role of an admin who takes part, the first one entered first."""
    having = sa.select(RoleRow.person_id).where(RoleRow.kind == RoleKind.ADMIN)
    query = sa.select(PersonRow).where(PersonRow.id.in_(having), PersonRow.standing == Standing.APPROVED)
    return list(session().scalars(query.order_by(PersonRow.id)))


def add(name: str, email: str, *, locale: str = "de") -> PersonRow:
    """A new approved person whose address counts as verified. Raises BadAddress, AddressTaken, BadInput."""
    key, now = canonical(email), clock.now()
    if session().scalar(sa.select(AddressRow.id).where(AddressRow.email == key)) is not None:
        raise AddressTaken(email=key)
    address = AddressRow(email=key, verified_at=now, delivers=True)
    person = PersonRow(name=clean_name(name), locale=locale, created_at=now, addresses=[address])
    session().add(person)
    session().flush()
    journal.record("person.added", person=person.id)
    return person


def add_address(person: PersonRow, email: str) -> AddressRow:
    """Give a person one more verified address; one they already have is returned. Raises BadAddress, AddressTaken."""
    key = canonical(email)
    known = session().scalar(sa.select(AddressRow).where(AddressRow.email == key))
    if known is not None and known.person_id != person.id:
        raise AddressTaken(email=key)
    if known is None:
        known = AddressRow(person_id=person.id, email=key)
        session().add(known)
    known.verified_at = known.verified_at or clock.now()
    session().flush()
    return known


def rename(person: PersonRow, name: str) -> None:
    """Set the name that future posts show; past bylines stay as they are."""
    person.name = clean_name(name)


def clean_name(name: str) -> str:
    """A display name in NFC without surplus white space; raises BadInput for none, an over-long one, or one that may deceive."""
    text = unicodedata.normalize("NFC", " ".join(name.split()))
    if not text or len(text) > 120 or _AT_SIGNS & set(text) or not text.isprintable() or deception(text) is not None:
        raise BadInput(field="Name", value="".join(sign for sign in name[:80] if sign.isprintable()))
    return text


def delivery_email(person: PersonRow) -> str | None:
    """Where this person's mail goes; None when no working address is left."""
    return session().scalar(sa.select(AddressRow.email).where(AddressRow.person_id == person.id, works()))


def works() -> sa.ColumnElement[bool]:
    """Condition on AddressRow: mail goes there, it was proved, and it is not known to be dead."""
    return sa.and_(AddressRow.delivers, AddressRow.verified_at.is_not(None), AddressRow.dead_since.is_(None))


def grant(person: PersonRow, kind: RoleKind, boards: Iterable[Board] = ()) -> None:
    """Give a role, for these boards or (none named) everywhere; a role they have is not doubled."""
    places = [(b.topic.id if b.topic else None, b.region.id if b.region else None) for b in boards] or [(None, None)]
    known = {(role.kind, role.topic_id, role.region_id) for role in person.roles}
    for topic_id, region_id in places:
        if (kind, topic_id, region_id) not in known:
            person.roles.append(RoleRow(kind=kind, topic_id=topic_id, region_id=region_id))
    session().flush()


def set_standing(person: PersonRow, standing: Standing) -> None:
    """Approve, lock or let leave; anything but approved ends all answer tokens, sessions and login links at once (R96)."""
    if standing is not Standing.APPROVED:
        person.epoch += 1
        end_logins(person)
    person.standing = standing
    journal.record("person.standing", person=person.id, standing=standing.value)


def end_logins(person: PersonRow) -> None:
    """Log a person out everywhere, and let no login link that was mailed work any more."""
    for row, ended in ((LoginSessionRow, LoginSessionRow.ended_at), (LoginLinkRow, LoginLinkRow.used_at)):
        session().execute(sa.update(row).where(row.person_id == person.id, ended.is_(None)).values({ended: clock.now()}))


def reset_tokens(person: PersonRow) -> None:
    """End every answer address this person was ever given; the next mails bring new ones."""
    person.epoch += 1
    journal.record("person.tokens", person=person.id)
