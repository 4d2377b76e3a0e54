"""Imported posts and posts of guests become somebody's own once their address is proved."""

from __future__ import annotations

import sqlalchemy as sa

from forum.core.db import session
from forum.people import bylines
from forum.people.models import BylineRow, PersonRow
from forum.threads.models import PostRow


def claim(person: PersonRow) -> int:
    """Give a person the posts whose bylines carry one of their proved addresses: they may withdraw them, and hear of answers.

    Returns how many posts changed hands. Called whenever somebody has just proved an address.
    """
    bylines.claim(person)
    own = sa.select(BylineRow.id).where(BylineRow.person_id == person.id)
    result = session().execute(
        sa.update(PostRow).where(PostRow.person_id.is_(None), PostRow.byline_id.in_(own)).values(person_id=person.id)
    )
    return int(getattr(result, "rowcount", 0))
