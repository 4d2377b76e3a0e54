"""Holding, releasing, rejecting, locking and undoing in the browser; the ledger for admins."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from forum.core.db import transaction
from forum.mailroom import ledger
from forum.mailroom.models import InboundState, LetterRow
from forum.moderation.models import ModerationRow
from forum.places import boards
from tests.web.conftest import Browser, Cast
from tests.web.test_composer import NEW, start


@pytest.fixture
def held(app: Flask, people: Cast, anne: Browser) -> None:
    """A thread of Anne's that waits on the board of the district of Unna."""
    with app.app_context(), transaction():
        boards.configure(boards.get("kreis-unna"), guests=None, first_posts_held=None, held=True)
    answer = anne.post("/neu", NEW)
    assert "schaut zuerst eine Moderatorin oder ein Moderator" in answer.text
    assert "Hebesätze" not in anne.page("/brett/finanzen")


def test_the_start_page_tells_moderators_what_waits(held: None, app: Flask, anne: Browser, carla: Browser) -> None:  # R13
    with app.app_context(), transaction():
        row = ledger.keep(b"Subject: x\r\n\r\n", envelope_from="", envelope_to=["finanzen@x"], peer="127.0.0.1")
        ledger.settle(row, InboundState.STUCK, "error")
    assert all(words in carla.page("/") for words in ("1 Beitrag wartet auf eine Entscheidung.", "1 Mail steckt fest."))
    assert not any(words in anne.page("/") for words in ("wartet auf eine Entscheidung", "steckt fest"))


def test_carla_releases_what_waits(held: None, anne: Browser, carla: Browser, look: Session) -> None:
    page = carla.page("/moderation")
    assert "Hebesätze 2027" in page
    assert "<strong>vor Ort</strong>" in page
    assert carla.post("/moderation/1/freigeben").status_code == 303
    assert "Hebesätze 2027" in anne.page("/brett/finanzen")
    late = carla.post("/moderation/1/freigeben")
    assert late.status_code == 409
    assert "schon erledigt, von Carla" in late.text
    assert "released" in kinds(look)


def test_carla_rejects_with_a_reason_and_takes_it_back(held: None, carla: Browser, look: Session) -> None:
    assert carla.post("/moderation/1/ablehnen", {"grund": " "}).status_code == 400
    assert carla.post("/moderation/1/ablehnen", {"grund": "Gehört nach Hamm."}).status_code == 303
    page = carla.page("/moderation")
    assert "Alles erledigt" in page
    assert "Gehört nach Hamm." in page
    assert "rejected" in kinds(look)
    assert carla.post("/moderation/protokoll/1/zurueck").status_code == 303
    page = carla.page("/moderation")
    assert "zurückgenommen" in page
    assert "Freigeben" in page
    assert carla.post("/moderation/protokoll/1/zurueck").status_code == 409


def kinds(store: Session) -> list[str]:
    return list(store.scalars(sa.select(LetterRow.kind)))


def test_a_thread_is_closed_for_everyone_and_opened_again(anne: Browser, birol: Browser, carla: Browser) -> None:
    path = start(anne)
    assert "Faden schließen" not in birol.page(path)
    assert birol.post(f"{path}/schliessen", {"grund": "so"}).status_code == 403
    assert carla.post(f"{path}/schliessen", {"grund": ""}).status_code == 400
    assert carla.post(f"{path}/schliessen", {"grund": "Alles gesagt."}).status_code == 303
    page = birol.page(path)
    assert "Grund: Alles gesagt." in page
    assert "Antworten" not in page
    late = birol.post("/beitrag/1/antworten", {"text": "Doch noch was", "nonce": "k" * 24})
    assert late.status_code == 409
    assert "Doch noch was" in late.text, "the text is not lost"
    assert carla.post("/moderation/protokoll/1/zurueck").status_code == 303
    assert "Antworten" in birol.page(path)


def test_a_moderator_of_elsewhere_has_no_tools(anne: Browser, carla: Browser) -> None:
    path = start(anne, brett="finanzen.koeln")
    assert "Faden schließen" not in carla.page(path)
    assert carla.post(f"{path}/schliessen", {"grund": "x"}).status_code == 403


@pytest.fixture
def stuck(app: Flask, people: Cast) -> int:
    """A mail that the worker could not read."""
    with app.app_context(), transaction():
        row = ledger.keep(b"Subject: Kaputt\r\n\r\nx", envelope_from="a@b.example", envelope_to=["finanzen@x"], peer="::1")
        row.subject, row.sender = "Kaputt", "a@b.example"
        ledger.settle(row, InboundState.STUCK, "error", detail="Traceback: ValueError")
        return row.id


def test_emil_finds_a_stuck_mail_and_tries_again(stuck: int, emil: Browser, carla: Browser, app: Flask) -> None:
    assert "1 Mail steckt fest." in emil.page("/moderation")
    assert "Kaputt" in emil.page("/moderation/posteingang?zustand=stuck")
    assert "Traceback: ValueError" in emil.page(f"/moderation/posteingang/{stuck}")
    assert carla.get("/moderation/posteingang").status_code == 403
    assert emil.post(f"/moderation/posteingang/{stuck}/nochmal").status_code == 303
    with app.app_context():
        assert ledger.get(stuck).state is InboundState.WAITING
    assert emil.post(f"/moderation/posteingang/{stuck}/verwerfen").status_code == 409


def test_emil_discards_a_stuck_mail(stuck: int, emil: Browser, app: Flask) -> None:
    assert emil.post(f"/moderation/posteingang/{stuck}/verwerfen", {"grund": "Werbung"}).status_code == 303
    with app.app_context():
        assert ledger.get(stuck).state is InboundState.DISCARDED
    assert "Werbung" in emil.page("/moderation")


def test_raw_mail_is_for_admins_and_each_look_is_logged(stuck: int, emil: Browser, anne: Browser, look: Session) -> None:
    assert anne.post(f"/mail/{stuck}/roh").status_code == 404
    answer = emil.post(f"/mail/{stuck}/roh")
    assert answer.data == b"Subject: Kaputt\r\n\r\nx"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    acts = list(look.execute(sa.select(ModerationRow.act, ModerationRow.actor_name)))
    assert acts == [("read-raw", "Emil Beispiel")]


def test_carla_vouches_for_a_mandate_of_her_district(anne: Browser, birol: Browser, carla: Browser, people: Cast) -> None:
    anne.post("/ich/mandat", {"art": "kreistagsmitglied", "region": "Kreis Unna", "status": "einzel"})
    anne.post("/ich/mandat", {"art": "ratsmitglied", "region": "Köln", "status": "einzel"})
    page = carla.page(f"/person/{people.anne}")
    assert page.count("Mandat bestätigen") == 1
    assert "Mandat bestätigen" not in birol.page(f"/person/{people.anne}")
    assert carla.post(f"/person/{people.anne}/mandat/2/bestaetigen").status_code == 403
    assert carla.post(f"/person/{people.birol}/mandat/1/bestaetigen").status_code == 404
    assert carla.post(f"/person/{people.anne}/mandat/1/bestaetigen").status_code == 303
    assert "Kreistag Kreis Unna" in birol.page(start(anne))
    assert "Mandat bestätigt" in carla.page("/moderation")
