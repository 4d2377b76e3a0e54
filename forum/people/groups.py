"""Groups: closed audiences. Who belongs is answered here, as a query, for reading and for mailing alike."""

from __future__ import annotations

import sqlalchemy as sa

from forum.core import clock, journal
from forum.core.db import session
from forum.core.refusals import BadInput, UnknownBoard
from forum.people.mandates import holds_today
from forum.people.models import GroupMemberRow, GroupRow, MandateRow, PersonRow, Standing


def member_ids(group_id: int | sa.ColumnElement[int]) -> sa.Select[int]:
    """Ids of everyone in a group now: the named list, or the confirmed holders of a mandate in its body today."""
    return sa.select(PersonRow.id).where(PersonRow.standing == Standing.APPROVED, sa.or_(
        PersonRow.id.in_(sa.select(GroupMemberRow.person_id).where(GroupMemberRow.group_id == group_id)),
        PersonRow.id.in_(
            sa.select(MandateRow.person_id)
            .join(GroupRow, GroupRow.body_id == MandateRow.body_id)
            .where(GroupRow.id == group_id, holds_today(clock.now().date()),
                   sa.or_(GroupRow.region_id.is_(None), GroupRow.region_id == MandateRow.region_id))
        ),
    ))  # fmt: skip


def ids_of(person_id: int) -> sa.Select[int]:
    """Ids of the groups a person belongs to now."""
    by_name = sa.select(GroupMemberRow.group_id).where(GroupMemberRow.person_id == person_id)
    by_mandate = (
        sa.select(GroupRow.id)
        .join(MandateRow, MandateRow.body_id == GroupRow.body_id)
        .where(
            MandateRow.person_id == person_id,
            holds_today(clock.now().date()),
            sa.or_(GroupRow.region_id.is_(None), GroupRow.region_id == MandateRow.region_id),
        )
    )
    return sa.select(GroupRow.id).where(sa.or_(GroupRow.id.in_(by_name), GroupRow.id.in_(by_mandate)))


def find(slug: str) -> GroupRow | None:
    """The group with this slug, or None."""
    return session().scalar(sa.select(GroupRow).where(GroupRow.slug == slug))


def get(slug: str) -> GroupRow:
    """The group with this slug; raises UnknownBoard."""
    group = find(slug)
    if group is None:
        raise UnknownBoard(board=f"gruppe-{slug}", hint="")
    return group


def everyone() -> list[GroupRow]:
    """All groups of the house, by slug; for its operator."""
    return list(session().scalars(sa.select(GroupRow).order_by(GroupRow.slug)))


def members(group: GroupRow) -> list[PersonRow]:
    """Everyone in a group now, by name."""
    query = sa.select(PersonRow).where(PersonRow.id.in_(member_ids(group.id)))
    return list(session().scalars(query.order_by(PersonRow.name, PersonRow.id)))


def of(person: PersonRow) -> list[GroupRow]:
    """The groups a person belongs to, by title."""
    return list(session().scalars(sa.select(GroupRow).where(GroupRow.id.in_(ids_of(person.id))).order_by(GroupRow.title)))


def add(slug: str, title: str, *, body_id: int | None = None, region_id: int | None = None) -> GroupRow:
    """A new group, `gruppe-<slug>@`. Raises BadInput for a slug that is taken or no address part."""
    if not slug.replace("-", "").isalnum() or not slug.isascii() or slug != slug.lower() or find(slug):
        raise BadInput(field="Gruppe", value=slug)
    group = GroupRow(slug=slug, title=title, body_id=body_id, region_id=region_id)
    session().add(group)
    session().flush()
    return group


def join(group: GroupRow, person: PersonRow) -> None:
    """Put a person on the named list; twice is once."""
    if session().get(GroupMemberRow, (group.id, person.id)) is not None:
        return
    session().add(GroupMemberRow(group_id=group.id, person_id=person.id))
    session().flush()
    journal.record("group.joined", group=group.id, person=person.id)


def leave(group: GroupRow, person: PersonRow) -> bool:
    """Take a person off the named list, False when they were not on it; a mandate in the group's body still counts."""
    row = session().get(GroupMemberRow, (group.id, person.id))
    if row is None:
        return False
    session().delete(row)
    session().flush()
    journal.record("group.left", group=group.id, person=person.id)
    return True


def contains(group_id: int, person_id: int) -> bool:
    """Whether this person is in this group now."""
    return bool(session().scalar(sa.select(sa.literal(person_id).in_(member_ids(group_id)))))
