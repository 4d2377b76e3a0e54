"""The people whom outgoing mail is tested with."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests import cast
from tests.cast import Cast


@pytest.fixture
def people(store: Session) -> Cast:
    """Birol and Carla follow what Anne writes about."""
    members = cast.enter()
    for follower in (members.birol, members.carla):
        cast.follows(follower, "finanzen")
    return members
