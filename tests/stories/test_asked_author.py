"""Whoever cannot be proved to have written a mail is asked, at their own address; only a yes posts it."""

from __future__ import annotations

import pytest

from tests.cast import ANNE, BIROL, DORA
from tests.stories.post import Letter
from tests.stories.town import Town, at

pytestmark = pytest.mark.socket


@pytest.fixture
def question(town: Town) -> Letter:
    """A mail in Anne's name came, without proof; the question in her post box."""
    town.follows(BIROL, "nrw")
    assert town.mails(ANNE, at("finanzen.bottrop"), "Hebesätze 2027", "Wer erhöht?").code == 250
    assert town.inbound_counts() == {"held": 1}
    (letter,) = town.box_of(ANNE)
    assert "Ist das von dir?" in letter.text
    assert "Wer erhöht?" in letter.text
    return letter


def test_a_yes_by_mail_posts_it(town: Town, question: Letter) -> None:
    assert town.answers_by_mail(question, "Ja, das ist von mir.").code == 250
    assert town.inbound_counts() == {"posted": 1, "answered": 1}
    assert [letter.author for letter in town.box_of(BIROL)] == ["Anne Muster"]
    assert [shown.text for shown in town.browser_of(BIROL).thread(1)] == ["Wer erhöht?"]


def test_a_no_discards_it(town: Town, question: Letter) -> None:
    assert town.answers_by_mail(question, "Nein").code == 250
    assert town.inbound_counts() == {"discarded": 1, "answered": 1}
    assert town.box_of(BIROL) == []


def test_anything_else_is_asked_once_more(town: Town, question: Letter) -> None:
    town.answers_by_mail(question, "Worum geht es?")
    assert town.inbound_counts() == {"held": 1, "answered": 1}
    assert "Ja oder Nein" in town.box_of(ANNE)[-1].text
    town.answers_by_mail(town.box_of(ANNE)[-1], "Ja")
    assert len(town.box_of(BIROL)) == 1


def test_somebody_else_cannot_say_yes(town: Town, question: Letter) -> None:
    stolen = Letter(DORA, question.raw, question.mail)
    town.answers_by_mail(stolen, "Ja")
    assert town.box_of(BIROL) == []
    assert "posted" not in town.inbound_counts()


def test_a_button_in_the_browser_says_it_too(town: Town, question: Letter) -> None:
    path, anne = question.link("frage/"), town.browser_of(ANNE)
    assert "Wer erhöht?" in anne.page(path)
    assert town.box_of(BIROL) == []
    assert anne.send(path, antwort="ja").status == 200
    town.settle()
    assert [letter.author for letter in town.box_of(BIROL)] == ["Anne Muster"]
