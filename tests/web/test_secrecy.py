"""A group's thread is seen by nobody else, wherever they look (R93)."""

from __future__ import annotations

import io

import pytest
from flask import Flask

from forum.core.db import transaction
from forum.people import groups, service
from forum.places import boards
from tests.web.conftest import Browser, Cast
from tests.web.test_composer import start
from tests.web.test_guards import routes

CANARY = "Kanarienvogel"


@pytest.fixture
def secret(app: Flask, people: Cast, anne: Browser, carla: Browser) -> str:
    """A thread of a group of Anne's and Carla's with a file, an edit, a lock; Carla moderates its board."""
    with app.app_context(), transaction():
        group = groups.add("werkstatt", "Werkstatt")
        for person_id in (people.anne, people.carla):
            person = service.find(person_id)
            assert person is not None
            groups.join(group, person)
    file = (io.BytesIO(CANARY.encode()), f"{CANARY}.txt")
    path = start(anne, titel=CANARY, text=CANARY, gruppe="werkstatt", dateien=file)
    anne.post("/beitrag/1/bearbeiten", {"text": f"{CANARY} geändert"})
    assert carla.post(f"{path}/schliessen", {"grund": f"{CANARY} reicht"}).status_code == 303
    return path


def test_members_of_the_group_see_it(secret: str, anne: Browser, carla: Browser) -> None:
    for browser in (anne, carla):
        assert CANARY in browser.page(secret)
        assert CANARY in browser.page("/brett/finanzen")
        assert browser.get(f"/anhang/1/{CANARY}.txt").data == CANARY.encode()
    assert CANARY in carla.page("/moderation")


def test_nobody_else_sees_it_on_any_page(secret: str, app: Flask, birol: Browser, emil: Browser, dora: Browser) -> None:
    for path, _guard in routes(app, "GET"):
        for browser in (birol, emil, dora):
            answer = browser.get(path.replace("a.txt", f"{CANARY}.txt"))
            assert CANARY not in answer.text.replace(f"/anhang/1/{CANARY}", ""), path
    for path in ("/faden/1", "/beitrag/1", f"/anhang/1/{CANARY}.txt", "/beitrag/1/fassungen", "/beitrag/1/antworten"):
        assert birol.get(path).status_code == 404
    assert "Fäden <span class=\"count\">0" in birol.page("/brett/finanzen.kreis-unna")


def test_nobody_else_can_act_on_it(secret: str, birol: Browser, emil: Browser) -> None:
    for browser in (birol, emil):
        assert browser.post("/beitrag/1/antworten", {"text": "ich auch"}).status_code == 404
        assert browser.post(f"{secret}/wunsch", {"wunsch": "folgen"}).status_code == 404
        assert browser.post(f"{secret}/oeffnen").status_code == 404


def test_what_waits_in_a_group_is_no_business_of_moderators_outside(
    app: Flask, people: Cast, anne: Browser, carla: Browser, emil: Browser
) -> None:
    with app.app_context(), transaction():
        person = service.find(people.anne)
        assert person is not None
        groups.join(groups.add("runde", "Runde"), person)
        boards.configure(boards.get("kreis-unna"), guests=None, first_posts_held=None, held=True)
    held = anne.post("/neu", {"titel": CANARY, "text": CANARY, "brett": "kreis-unna", "gruppe": "runde", "nonce": "z" * 24})
    assert "Dein Beitrag wartet" in held.text
    for browser in (carla, emil):
        assert CANARY not in browser.page("/moderation")
        assert browser.post("/moderation/1/freigeben").status_code == 404
