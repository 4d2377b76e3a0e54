"""Where a board asks for a look first, a mail waits; it is released or rejected, by page or by command; its author is told."""

from __future__ import annotations

import re

import pytest

from forum.core.db import transaction
from forum.places import boards
from tests.cast import ANNE, BIROL, CARLA
from tests.stories.town import Town, at

pytestmark = pytest.mark.socket


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_TRUST_FROM": "1"}


@pytest.fixture
def hold(town: Town) -> int:
    """On this board each post is looked at; Anne's mail waits, Birol follows. The number of the hold."""
    town.follows(BIROL, "finanzen")
    with town.looking(), transaction():
        boards.configure(boards.get("finanzen.bottrop"), guests=None, first_posts_held=None, held=True)
    assert town.mails(ANNE, at("finanzen.bottrop"), "Hebesätze 2027", "Wer erhöht?").code == 250
    assert town.inbound_counts() == {"held": 1}
    assert town.box_of(BIROL) == []
    assert "noch nicht erschienen" in town.box_of(ANNE)[0].text
    assert "Hebesätze 2027" in town.box_of(CARLA)[0].text
    page = town.browser_of(CARLA).page("/moderation")
    assert "Wer erhöht?" in page
    return int(re.findall(r'action="/moderation/(\d+)/freigeben"', page)[0])


@pytest.mark.parametrize("by", ["page", "command"])
def test_released_it_appears_and_the_author_is_told(town: Town, hold: int, by: str) -> None:
    if by == "page":
        assert town.browser_of(CARLA).send(f"/moderation/{hold}/freigeben").status == 303
        town.settle()
    else:
        done = town.ratspost("inbound", "release", str(town.accepted()[0].id))
        assert done.exit_code == 0, done.stderr
    assert [letter.author for letter in town.box_of(BIROL)] == ["Anne Muster"]
    told = town.box_of(ANNE)[-1].text
    assert "ist erschienen" in told
    assert town.inbound_counts() == {"posted": 1}
    assert [shown.author for shown in town.browser_of(BIROL).thread(1)] == ["Anne Muster"]


@pytest.mark.parametrize("by", ["page", "command"])
def test_rejected_it_does_not_and_the_author_is_told_why(town: Town, hold: int, by: str) -> None:
    if by == "page":
        assert town.browser_of(CARLA).send(f"/moderation/{hold}/ablehnen", grund="Bitte ohne Namen.").status == 303
        town.settle()
    else:
        done = town.ratspost("inbound", "reject", str(town.accepted()[0].id), "--reason", "Bitte ohne Namen.")
        assert done.exit_code == 0, done.stderr
    assert town.box_of(BIROL) == []
    assert "Bitte ohne Namen." in town.box_of(ANNE)[-1].text
    assert town.inbound_counts() == {"discarded": 1}


def test_nobody_rejects_without_a_reason(town: Town, hold: int) -> None:
    assert town.browser_of(CARLA).send(f"/moderation/{hold}/ablehnen", grund=" ").status == 400
    assert town.inbound_counts() == {"held": 1}


def test_the_second_moderator_learns_that_it_is_done(town: Town, hold: int) -> None:
    carla = town.browser_of(CARLA)
    carla.send(f"/moderation/{hold}/freigeben")
    late = carla.send(f"/moderation/{hold}/ablehnen", grund="Zu spät.")
    assert late.status == 409
    assert "Carla Probe" in late.text


def test_a_rejection_can_be_taken_back(town: Town, hold: int) -> None:
    carla = town.browser_of(CARLA)
    carla.send(f"/moderation/{hold}/ablehnen", grund="Ein Irrtum.")
    undo = re.findall(r'action="(/moderation/protokoll/\d+/zurueck)"', carla.page("/moderation"))[0]
    assert carla.send(undo).status == 303
    assert carla.send(f"/moderation/{hold}/freigeben").status == 303
    town.settle()
    assert [letter.author for letter in town.box_of(BIROL)] == ["Anne Muster"]


def test_members_without_that_right_do_not_even_see_it(town: Town, hold: int) -> None:
    birol = town.browser_of(BIROL)
    assert birol.open("/moderation").status == 403
    assert birol.send(f"/moderation/{hold}/freigeben").status == 403
    assert town.inbound_counts() == {"held": 1}
