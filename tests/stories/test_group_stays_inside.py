"""What a group writes never reaches anybody outside it: not by mail, not by page, not by what the doors say."""

from __future__ import annotations

import pytest

from forum.core.db import transaction
from forum.people import groups
from forum.people.models import GroupMemberRow
from mailbridge.outbound import fanout
from tests import cast
from tests.cast import ANNE, BIROL, CARLA
from tests.stories.town import Spot, Town, at

pytestmark = pytest.mark.socket
SECRET = "Kandidatenliste"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_TRUST_FROM": "1"}


@pytest.fixture
def opening(town: Town) -> Spot:
    """Anne wrote to the group of Anne and Carla; Birol follows all there is."""
    with town.looking(), transaction():
        group = groups.add("vorstand", "Vorstand")
        for member in (town.people.anne, town.people.carla):
            groups.join(group, cast.person(member))
    town.follows(BIROL, "nrw", "finanzen")
    town.follows(CARLA, "nrw")
    return town.writes_in_browser(ANNE, "", SECRET, f"Die {SECRET} bleibt unter uns.", gruppe="vorstand")


def everything_about(town: Town, email: str) -> str:
    return "".join(letter.raw.decode() for letter in town.box_of(email))


def test_members_get_it_and_answer_by_mail(town: Town, opening: Spot) -> None:
    (letter,) = town.box_of(CARLA)
    assert "Nur für die Gruppe „Vorstand“." in letter.text
    assert town.answers_by_mail(letter, "Einverstanden.").code == 250
    assert [shown.text for shown in town.browser_of(ANNE).thread(opening.thread)][1:] == ["Einverstanden."]
    assert [mail.author for mail in town.box_of(ANNE)] == ["Carla Probe"]
    assert town.mails(ANNE, at("gruppe-vorstand"), "Noch eins").code == 250
    assert [mail.author for mail in town.box_of(CARLA)] == ["Anne Muster", "Anne Muster"]
    assert everything_about(town, BIROL) == ""


def test_nobody_else_sees_it_on_any_page(town: Town, opening: Spot) -> None:
    birol = town.browser_of(BIROL)
    post_id = town.browser_of(ANNE).thread(opening.thread)[0].post_id
    for page in (f"faden/{opening.thread}", *(f"beitrag/{post_id}{more}" for more in ("", "/antworten", "/fassungen"))):
        assert birol.open(f"/{page}").status == 404
    for path in ("/", "/brett/nrw", "/brett/allgemein", f"/person/{town.people.anne}"):
        assert SECRET not in birol.open(path).text
    assert SECRET not in town.strange_browser().page("/brett/nrw")


@pytest.mark.parametrize("way", ["thread address", "references", "group address", "token"])
def test_mail_from_outside_waits_and_learns_nothing(town: Town, opening: Spot, way: str) -> None:
    (letter,) = town.box_of(CARLA)
    to = {"references": at("finanzen.bottrop"), "group address": at("gruppe-vorstand"), "token": letter.reply_to}
    raw = cast.mail(BIROL, to.get(way, at(f"faden-{opening.thread}")), "Was läuft da?", in_reply_to=letter.id)
    town.hand_in(BIROL, [to.get(way, at(f"faden-{opening.thread}"))], raw)
    assert town.inbound_counts() == {"held": 1}
    assert len(town.browser_of(ANNE).thread(opening.thread)) == 1
    heard = everything_about(town, BIROL) + town.browser_of(BIROL).page("/")
    assert SECRET not in heard
    assert "Vorstand" not in heard


def test_following_or_muting_it_by_mail_does_nothing(town: Town, opening: Spot) -> None:
    for command in ("abo", "stumm"):
        town.mails(BIROL, at(f"faden-{opening.thread}-{command}"), "")
    town.answers_in_browser(CARLA, opening, "Nur wir.")
    assert everything_about(town, BIROL) == ""


def test_who_left_the_group_between_writing_and_sending_gets_nothing(town: Town, opening: Spot) -> None:
    opening_id = town.browser_of(ANNE).thread(opening.thread)[0].post_id
    with town.looking() as session:
        cast.post_by(town.people.anne, body="Zweiter Teil", answers=opening_id)
        assert fanout.step()
        with transaction():
            group = groups.find("vorstand")
            assert group is not None
            session.delete(session.get_one(GroupMemberRow, (group.id, town.people.carla)))
    town.settle()
    assert [letter.text.splitlines()[2] for letter in town.box_of(CARLA)] == [f"Die {SECRET} bleibt unter uns."]
