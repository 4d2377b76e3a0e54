"""Rights beyond reading, on one page: who is a member, an admin, a moderator of what."""

from __future__ import annotations

from collections.abc import Collection

from forum.core.refusals import NotAllowed, NotApproved
from forum.people.models import PersonRow, RoleKind, Standing
from forum.places import catalogue


def is_member(person: PersonRow | None) -> bool:
    """Approved, so may read what is open to members."""
    return person is not None and person.standing is Standing.APPROVED


def is_admin(person: PersonRow | None) -> bool:
    return is_member(person) and person is not None and any(role.kind is RoleKind.ADMIN for role in person.roles)


def is_moderator(person: PersonRow | None) -> bool:
    """A moderator of anything, or an admin."""
    return is_member(person) and person is not None and bool(person.roles)


def may_moderate(person: PersonRow | None, topic_ids: Collection[int], region_ids: Collection[int]) -> bool:
    """Whether one of this person's roles covers one of the (topic, region) pairs; a role for a parent covers its parts."""
    if person is None or not is_member(person):
        return False
    places = catalogue.get()
    topics = {ancestor for topic in topic_ids for ancestor in places.topic_ancestors(topic)}
    regions = {ancestor for region in region_ids for ancestor in places.region_ancestors(region)}
    return any(
        role.kind is RoleKind.ADMIN
        or ((role.topic_id is None or role.topic_id in topics) and (role.region_id is None or role.region_id in regions))
        for role in person.roles
    )


def require_member(person: PersonRow | None) -> PersonRow:
    """The person, or NotApproved."""
    if person is None or not is_member(person):
        raise NotApproved()
    return person


def require_admin(person: PersonRow | None) -> PersonRow:
    """The person, or NotAllowed."""
    if person is None or not is_admin(person):
        raise NotAllowed()
    return person
