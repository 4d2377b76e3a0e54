"""A person's own profile: what they say about themselves, where their mail goes. Nothing commits."""

from __future__ import annotations

import sqlalchemy as sa

from forum.core.db import session
from forum.core.refusals import BadInput, NotAllowed, NotFound
from forum.core.texts import LOCALES
from forum.people import mandates, service
from forum.people.access import is_admin, is_member, may_moderate
from forum.people.models import AddressRow, MandateRow, PersonCompetenceRow, PersonRow

LONGEST_ABOUT = 4_000


def describe(person: PersonRow, *, name: str, locale: str, about: str, gets_own_posts: bool) -> None:
    """Set what a person says about themselves. Raises BadInput."""
    if locale not in LOCALES:
        raise BadInput(field="Sprache", value=locale[:20])
    if len(about) > LONGEST_ABOUT:
        raise BadInput(field="Über mich", value=f"> {LONGEST_ABOUT}")
    service.rename(person, name)
    person.locale, person.about, person.gets_own_posts = locale, about.strip(), gets_own_posts


def deliver_to(person: PersonRow, address_id: int) -> None:
    """Send this person's mail to one of their own verified addresses. Raises NotFound for any other."""
    address = session().get(AddressRow, address_id)
    if address is None or address.person_id != person.id or address.verified_at is None:
        raise NotFound()
    for other in person.addresses:
        other.delivers = False
    session().flush()  # one of a person's addresses at a time, says the index
    address.delivers = True


def drop_mandate(person: PersonRow, mandate_id: int) -> None:
    """Take a mandate off the profile. Raises NotFound if it is not theirs."""
    mandate = session().get(MandateRow, mandate_id)
    if mandate is None or mandate.person_id != person.id:
        raise NotFound()
    session().delete(mandate)
    session().flush()
    session().expire(person, ["mandates"])


def may_confirm(mandate: MandateRow, by: PersonRow) -> bool:
    """A moderator of the mandate's region, or an admin; nobody vouches for themselves but an admin."""
    if mandate.person_id == by.id and not is_admin(by):
        return False
    return mandate.confirmed_at is None and may_moderate(by, (), (mandate.region_id,) if mandate.region_id else ())


def confirm_mandate(person: PersonRow, mandate_id: int, by: PersonRow) -> MandateRow:
    """Vouch for one of a person's mandates. Raises NotFound for one that is not theirs, NotAllowed."""
    mandate = session().get(MandateRow, mandate_id)
    if mandate is None or mandate.person_id != person.id:
        raise NotFound()
    if not may_confirm(mandate, by):
        raise NotAllowed()
    mandates.confirm(mandate, by)
    return mandate


def competence_ids(person: PersonRow) -> set[int]:
    """Ids of the competences a person named."""
    return set(session().scalars(sa.select(PersonCompetenceRow.competence_id).where(PersonCompetenceRow.person_id == person.id)))


def get_member(person_id: int) -> PersonRow:
    """A person whose profile members may read: approved ones. Raises NotFound."""
    person = service.find(person_id)
    if person is None or not is_member(person):
        raise NotFound()
    return person
