"""Lists of people. The directory that members search comes with a later issue; its fields have their own visibility."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from forum.core.db import session
from forum.people.models import PersonRow, Standing


def approved(*, limit: int = 200) -> list[PersonRow]:
    """Everyone who takes part, by name, with roles and addresses; for the demo's login page."""
    query = sa.select(PersonRow).where(PersonRow.standing == Standing.APPROVED).order_by(PersonRow.name).limit(limit)
    return list(session().scalars(query.options(selectinload(PersonRow.addresses), selectinload(PersonRow.roles))))
