"""Mandates and competences: who sits where, since when, and who confirmed it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from forum.core import clock
from forum.core.db import session
from forum.core.refusals import BadInput
from forum.people.models import MandateRow, PersonCompetenceRow, PersonRow
from forum.places import catalogue
from forum.places.models import Body, Competence, MandateKind, MandateStatus, Region


@dataclass(frozen=True, slots=True)
class Mandate:
    """A mandate as shown: "Rat Bottrop"."""

    title: str
    body: str
    region: str
    status: str
    starts_on: dt.date | None
    ends_on: dt.date | None
    confirmed: bool


def add(
    person: PersonRow,
    kind: str,
    *,
    body: str | None = None,
    region: str | None = None,
    status: str = "keine",
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> MandateRow:
    """Note a mandate, unconfirmed. `kind`, `body`, `region` and `status` are slugs; raises BadInput for unknown ones."""
    kind_row = session().scalar(sa.select(MandateKind).where(MandateKind.slug == kind))
    if kind_row is None:
        raise BadInput(field="Mandat", value=kind)
    if session().scalar(sa.select(MandateStatus.slug).where(MandateStatus.slug == status)) is None:
        raise BadInput(field="Status", value=status)
    if starts_on and ends_on and ends_on < starts_on:
        raise BadInput(field="Ende", value=ends_on.isoformat())
    row = MandateRow(
        kind_id=kind_row.id,
        body_id=_id_of(Body, body, "Gremium") or kind_row.body_id,
        region_id=_id_of(Region, region, "Region"),
        status=status,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    person.mandates.append(row)
    session().flush()
    return row


COUNCIL_OF = {
    "stadt": "ratsmitglied",
    "gemeinde": "ratsmitglied",
    "kreisfreie_stadt": "ratsmitglied",
    "kreis": "kreistagsmitglied",
    "staedteregion": "staedteregionstagsmitglied",
    "landschaftsverband": "landschaftsversammlung",
    "regionalverband": "ruhrparlament",
    "regierungsbezirk": "regionalrat",
    "land": "interessiert",
}
"""The mandate that is meant when only a region is named, by the region's kind; the Land's own parliament is not ours."""


def enter(person: PersonRow, *, region: str | None = None, kind: str | None = None, body: str | None = None) -> MandateRow:
    """Note a mandate, unconfirmed; one they have already is returned. Slugs; without `kind` the region's council is meant.

    Raises UnknownBoard, BadInput.
    """
    places = catalogue.get()
    place = places.region(region) if region else None
    if kind is None and place is None:
        raise BadInput(field="Mandat", value="")
    slug = kind or COUNCIL_OF[place.kind if place else ""]
    info = next((one for one in places.mandate_kinds if one.slug == slug), None)
    found = places.body_of(info, place.id if place else None) if info and body is None else None
    body = body or (found.slug if found else None)
    for row in person.mandates:
        if (info and info.id, _id_of(Body, body, "Gremium"), place and place.id) == (row.kind_id, row.body_id, row.region_id):
            return row
    return add(person, slug, body=body, region=region)


def _id_of(table: type[Body] | type[Region], slug: str | None, field: str) -> int | None:
    if not slug:
        return None
    found = session().scalar(sa.select(table.id).where(table.slug == slug))
    if found is None:
        raise BadInput(field=field, value=slug)
    return found


def confirm(mandate: MandateRow, by: PersonRow) -> None:
    """A moderator vouches for a mandate; only then is it shown in mails and opens a body's group."""
    mandate.confirmed_by_id, mandate.confirmed_at = by.id, clock.now()


def holds_today(today: dt.date) -> sa.ColumnElement[bool]:
    """Condition on MandateRow: confirmed and between its dates."""
    return sa.and_(
        MandateRow.confirmed_at.is_not(None),
        sa.or_(MandateRow.starts_on.is_(None), MandateRow.starts_on <= today),
        sa.or_(MandateRow.ends_on.is_(None), MandateRow.ends_on >= today),
    )


def shown_for(person: PersonRow) -> str:
    """The mandate beside the name ("Rat Bottrop"): the first confirmed, visible one of today; "" for none."""
    row = session().scalar(
        sa.select(MandateRow)
        .where(MandateRow.person_id == person.id, MandateRow.visible, holds_today(clock.now().date()))
        .order_by(MandateRow.id)
    )
    return short_title(row) if row else ""


def short_title(row: MandateRow) -> str:
    """Body and region as people say it: "Rat Bottrop", "Kreistag Kreis Unna"; the kind's title where there is no body."""
    body = session().get(Body, row.body_id) if row.body_id else None
    kind = session().get_one(MandateKind, row.kind_id)
    region = catalogue.get().region_by_id(row.region_id).label if row.region_id else ""
    return " ".join(part for part in (body.short if body else kind.title, region) if part)


def of(person: PersonRow) -> list[Mandate]:
    """All mandates of a person, as shown on the profile."""
    regions = catalogue.get()
    return [
        Mandate(
            title=session().get_one(MandateKind, row.kind_id).title,
            body=short_title(row),
            region=regions.region_by_id(row.region_id).label if row.region_id else "",
            status=row.status,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            confirmed=row.confirmed_at is not None,
        )
        for row in person.mandates
    ]


def set_competences(person: PersonRow, slugs: Iterable[str]) -> None:
    """Replace a person's competences. Raises BadInput for an unknown slug."""
    wanted = {slug: session().scalar(sa.select(Competence.id).where(Competence.slug == slug)) for slug in slugs}
    for slug, found in wanted.items():
        if found is None:
            raise BadInput(field="Kompetenz", value=slug)
    session().execute(sa.delete(PersonCompetenceRow).where(PersonCompetenceRow.person_id == person.id))
    session().add_all(PersonCompetenceRow(person_id=person.id, competence_id=found) for found in wanted.values() if found)


def competences_of(person: PersonRow) -> list[str]:
    """The titles of a person's competences."""
    query = sa.select(Competence.title).join(PersonCompetenceRow, PersonCompetenceRow.competence_id == Competence.id)
    return list(session().scalars(query.where(PersonCompetenceRow.person_id == person.id).order_by(Competence.id)))


def competence_slugs(person: PersonRow) -> list[str]:
    """The slugs of a person's competences."""
    query = sa.select(Competence.slug).join(PersonCompetenceRow, PersonCompetenceRow.competence_id == Competence.id)
    return list(session().scalars(query.where(PersonCompetenceRow.person_id == person.id).order_by(Competence.id)))
