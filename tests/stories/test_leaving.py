"""The ways out of mail: one click in the mail program, a mail to a command address; each is confirmed, and can be undone."""

from __future__ import annotations

import pytest

from tests import cast
from tests.cast import ANNE, BIROL, CARLA
from tests.stories.town import Spot, Town, at

pytestmark = pytest.mark.socket


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_TRUST_FROM": "1"}


@pytest.fixture
def opening(town: Town) -> Spot:
    town.follows(BIROL, "finanzen", "bottrop")
    return town.writes_in_browser(ANNE, "finanzen.bottrop", "Hebesätze 2027")


def subjects(town: Town, email: str) -> list[str]:
    return [letter.subject for letter in town.box_of(email)]


def writes_more(town: Town, opening: Spot) -> None:
    """An answer in the same thread, and another thread on the same board."""
    town.answers_in_browser(CARLA, opening, "Eine Antwort")
    town.writes_in_browser(CARLA, "finanzen.bottrop", "Ein neuer Faden")


def test_one_click_ends_what_led_to_the_mail(town: Town, opening: Spot) -> None:
    (letter,) = town.box_of(BIROL)
    assert letter.header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    program, path = town.strange_browser(), letter.link("abo/")
    assert program.open(path).status == 200
    assert len(town.box_of(BIROL)) == 1  # opening the link changed nothing
    for _ in range(2):  # a second click is the first
        assert program.send_bare(path, **{"List-Unsubscribe": "One-Click"}).status == 200
    town.settle()
    (confirmation,) = town.box_of(BIROL)[1:]
    assert "Hebesätze 2027" in confirmation.text
    assert at("finanzen-abo") in confirmation.text
    writes_more(town, opening)
    assert len(town.box_of(BIROL)) == 2


def test_unsubscribing_by_mail_does_the_same(town: Town, opening: Spot) -> None:
    (letter,) = town.box_of(BIROL)
    mailto = letter.header("List-Unsubscribe").partition("<mailto:")[2].rstrip(">")
    assert town.mails(BIROL, mailto, "unsubscribe", "").code == 250
    writes_more(town, opening)
    assert len(town.box_of(BIROL)) == 2
    assert town.inbound_counts() == {"command": 1}


def test_a_thread_is_muted_by_the_address_in_its_footer(town: Town, opening: Spot) -> None:
    address = at(f"faden-{opening.thread}-stumm")
    assert address in town.box_of(BIROL)[0].text
    assert town.mails(BIROL, address, "", "").code == 250
    writes_more(town, opening)
    assert subjects(town, BIROL)[2:] == ["[Finanzen · Bottrop] Ein neuer Faden"]
    town.mails(BIROL, at(f"faden-{opening.thread}-abo"), "", "")
    town.answers_in_browser(CARLA, opening, "Noch eine Antwort")
    assert subjects(town, BIROL)[-1] == "[Finanzen · Bottrop] Hebesätze 2027"


def test_a_board_is_followed_and_left_by_mail(town: Town, opening: Spot) -> None:
    assert town.mails(CARLA, at("verkehr.hamm-abo"), "", "").code == 250
    assert "Verkehr · Hamm" in town.box_of(CARLA)[0].text
    town.writes_in_browser(ANNE, "verkehr.hamm", "Radweg")
    assert subjects(town, CARLA)[1:] == ["[Verkehr · Hamm] Radweg"]
    town.mails(CARLA, at("verkehr.hamm-unsubscribe"), "", "")
    town.writes_in_browser(ANNE, "verkehr.hamm", "Ampel")
    assert "[Verkehr · Hamm] Ampel" not in subjects(town, CARLA)


def test_a_vacation_answer_to_a_mail_changes_nothing(town: Town, opening: Spot) -> None:
    (letter,) = town.box_of(BIROL)
    raw = cast.mail(BIROL, letter.reply_to, f"Automatische Antwort: {letter.subject}", "Bin weg.", auto_submitted="auto-replied")
    assert town.hand_in("", [letter.reply_to], raw).code in (250, 550)
    assert len(town.browser_of(ANNE).thread(opening.thread)) == 1
    assert len(town.box_of(BIROL)) == 1
