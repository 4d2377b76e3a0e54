"""From a post to the copies in people's post boxes (no sockets: a transport that keeps what it gets)."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests import cast
from tests.cast import BIROL, CARLA, Cast
from tests.mailbridge.outbound import office


@pytest.fixture
def people(store: Session) -> Cast:
    return cast.enter()


def test_a_post_reaches_everyone_who_follows_once(people: Cast) -> None:
    cast.follows(people.birol, "finanzen", "bottrop", "finanzen.bottrop")
    cast.follows(people.carla, "nrw")
    office.start(people.anne)
    sent = office.deliver().sent
    assert [copy.recipient for copy in sent] == [BIROL, CARLA]
    assert office.deliver().sent == []
