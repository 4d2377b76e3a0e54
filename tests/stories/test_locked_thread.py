"""A locked thread takes no answer, at either door, and says so at once, with the way to read it."""

from __future__ import annotations

import pytest

from forum.moderation.causes import CAUSES
from mailbridge import replies
from tests.cast import ANNE, BIROL, CARLA
from tests.stories import post
from tests.stories.town import Spot, Town, at

pytestmark = pytest.mark.socket


@pytest.fixture
def opening(town: Town) -> Spot:
    town.follows(BIROL, "nrw")
    return town.writes_in_browser(ANNE, "finanzen.bottrop", "Hebesätze 2027")


def lock(town: Town, opening: Spot) -> None:
    assert town.browser_of(CARLA).send(f"/faden/{opening.thread}/schliessen", grund="Alles gesagt.").status == 303


def test_a_late_answer_is_refused_in_the_session_with_the_link(town: Town, opening: Spot) -> None:
    lock(town, opening)
    reply = town.answers_by_mail(town.box_of(BIROL)[0], "Noch etwas!")
    assert reply.code == 550
    for sentence in (replies.LOCKED.german, replies.LOCKED.english):
        assert sentence.partition("{")[0].strip() in reply.words
    assert f"http://127.0.0.1:8000/faden/{opening.thread}" in reply.words
    assert town.mails(BIROL, at(f"faden-{opening.thread}"), "Noch etwas").code == 550
    assert town.accepted() == []


def test_the_page_says_why_and_offers_no_answer(town: Town, opening: Spot) -> None:
    lock(town, opening)
    birol = town.browser_of(BIROL)
    page = birol.page(f"/faden/{opening.thread}")
    assert "Alles gesagt." in page
    assert "/antworten" not in page
    post_id = birol.thread(opening.thread)[0].post_id
    refused = birol.send(f"/beitrag/{post_id}/antworten", text="Doch!")
    assert refused.status == 409
    assert "Doch!" in refused.text
    assert len(birol.thread(opening.thread)) == 1


def test_an_answer_that_came_just_before_the_lock_waits(town: Town, opening: Spot) -> None:
    letter = town.box_of(BIROL)[0]
    assert town.drop(BIROL, [letter.reply_to], post.answer(letter, "Gerade noch.")).code == 250
    lock(town, opening)
    town.settle()
    assert town.inbound_counts() == {"held": 1}
    assert CAUSES["thread-locked"].de in " ".join(town.box_of(BIROL)[-1].text.split())


def test_an_unlocked_thread_takes_answers_again(town: Town, opening: Spot) -> None:
    lock(town, opening)
    town.browser_of(CARLA).send(f"/faden/{opening.thread}/oeffnen")
    assert town.answers_by_mail(town.box_of(BIROL)[0], "Endlich.").code == 250
    assert [shown.text for shown in town.browser_of(BIROL).thread(opening.thread)][1:] == ["Endlich."]
