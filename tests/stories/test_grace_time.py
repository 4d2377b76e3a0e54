"""Between writing and mailing lies a short grace time: a typo fix travels in the first mail, a withdrawn post in none."""

from __future__ import annotations

import datetime as dt

import pytest

from forum.core import clock
from tests.cast import ANNE, BIROL
from tests.stories.town import Spot, Town

pytestmark = pytest.mark.socket


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_GRACE": "120"}


@pytest.fixture
def opening(town: Town) -> Spot:
    town.follows(BIROL, "nrw")
    return town.writes_in_browser(ANNE, "finanzen.bottrop", "Hebesätze 2027", "Wer erhöt?")


def wait(town: Town, seconds: int) -> None:
    """Let the clock stand so many seconds from now while the worker works."""
    with clock.stopped_at(clock.now() + dt.timedelta(seconds=seconds)):
        town.settle()


def change(town: Town, opening: Spot, act: str, **form: str) -> None:
    anne = town.browser_of(ANNE)
    post = anne.thread(opening.thread)[opening.number - 1]
    assert anne.send(f"/beitrag/{post.post_id}/{act}", **form).status == 303


def test_nothing_is_mailed_before_it_is_over(town: Town, opening: Spot) -> None:
    wait(town, 110)
    assert town.box_of(BIROL) == []
    wait(town, 125)
    assert len(town.box_of(BIROL)) == 1


def test_an_edit_in_time_travels_in_the_first_mail(town: Town, opening: Spot) -> None:
    change(town, opening, "bearbeiten", text="Wer erhöht?")
    wait(town, 125)
    (letter,) = town.box_of(BIROL)
    assert "Wer erhöht?" in letter.text
    assert "erhöt?" not in letter.raw.decode()


def test_a_post_withdrawn_in_time_is_never_mailed(town: Town, opening: Spot) -> None:
    change(town, opening, "zurueckziehen")
    wait(town, 125)
    assert town.box_of(BIROL) == []
    assert "zurückgezogen" in town.browser_of(BIROL).page(f"/faden/{opening.thread}")


def test_a_late_edit_is_on_the_page_and_sends_no_second_mail(town: Town, opening: Spot) -> None:
    wait(town, 125)
    change(town, opening, "bearbeiten", text="Wer erhöht?")
    wait(town, 300)
    assert len(town.box_of(BIROL)) == 1
    assert town.browser_of(BIROL).thread(opening.thread)[0].text == "Wer erhöht?"
