"""Logging in with a mailed link, from the form to the post box and back: only a click on the button spends it, and only once."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from forum.core import clock
from tests.cast import ANNE, DORA
from tests.stories.town import Town

pytestmark = pytest.mark.socket


def ask(town: Town, email: str) -> str:
    """Ask for a link; what the page says, without the address."""
    page = town.strange_browser().send("/anmelden", email=email)
    assert page.status == 200
    town.settle()
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page.text).replace(email, "…")


def test_looking_spends_nothing_the_button_logs_in_once(town: Town) -> None:
    ask(town, ANNE)
    (letter,) = town.box_of(ANNE)
    path, anne = letter.link("anmelden/"), town.strange_browser()
    for _ in range(3):  # scanners of mail servers look, too
        assert anne.open(path).status == 200
    assert anne.open("/ich").status == 302
    assert anne.send(path).status == 303
    assert "Anne Muster" in anne.page("/ich")
    again = town.strange_browser()
    assert again.send(path).status == 410
    assert again.open("/ich").status == 302


def test_after_a_quarter_of_an_hour_it_is_spent(town: Town) -> None:
    ask(town, ANNE)
    with clock.stopped_at(clock.now() + dt.timedelta(minutes=15, seconds=1)):
        assert town.strange_browser().send(town.box_of(ANNE)[0].link("anmelden/")).status == 410


def test_a_stranger_hears_the_same_and_gets_nothing(town: Town) -> None:
    assert ask(town, DORA) == ask(town, ANNE)
    assert town.box_of(DORA) == []
