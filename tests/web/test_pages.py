"""Every page opens for whom it should, in both languages, and says what it must."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from forum.core.db import transaction
from forum.people import bylines, groups, mandates, service
from forum.threads import placing
from forum.threads import service as threads
from forum.threads.draft import Draft
from forum.threads.models import BodyFormat, Source
from tests.web.conftest import Browser, Browsers, Cast
from tests.web.test_composer import NEW, start

OPEN = ("/", "/themen", "/regionen", "/brett/finanzen", "/anmelden", "/anmelden/geheim", "/hilfe", "/impressum", "/datenschutz",
        "/healthz")  # fmt: skip
INSIDE = ("/ich", "/ich/abos", "/neu", "/faden/1", "/beitrag/1/antworten", "/beitrag/1/bearbeiten", "/beitrag/1/zurueckziehen",
          "/beitrag/1/fassungen", "/person/1", "/")  # fmt: skip


@pytest.mark.parametrize("path", OPEN)
def test_a_stranger_sees_the_open_pages(dora: Browser, path: str) -> None:
    assert dora.get(path).status_code == 200


def test_each_inner_page_renders_in_both_languages(anne: Browser) -> None:
    start(anne)
    german = [anne.page(path) for path in INSIDE]
    assert anne.post("/sprache", {"sprache": "en", "weiter": "/ich"}).headers["Location"] == "/ich"
    for path, before in zip(INSIDE, german, strict=True):
        page = anne.page(path)
        assert '<html lang="en">' in page
        assert page != before


def test_a_stranger_is_spoken_to_in_the_language_of_the_browser(dora: Browser) -> None:
    assert '<html lang="de">' in dora.get("/").text
    assert '<html lang="de">' in dora.get("/", headers={"Accept-Language": "fr,it"}).text
    assert '<html lang="en">' in dora.get("/", headers={"Accept-Language": "en-GB,en;q=0.9"}).text
    dora.post("/sprache", {"sprache": "en"})
    assert '<html lang="en">' in dora.get("/").text


def test_the_start_page_greets_a_stranger_and_shows_no_thread(anne: Browser, dora: Browser) -> None:
    start(anne)
    page = dora.page("/")
    assert "zwei Türen" in page
    assert "Hebesätze" not in page
    assert page.count('class="plate"') == 53


def test_the_start_page_shows_what_anne_follows_first(anne: Browser, birol: Browser) -> None:
    start(birol, titel="Kreisthema", brett="kreis-unna")
    start(birol, titel="Anderes", brett="koeln", nonce="o" * 24)
    anne.post("/brett/kreis-unna/abo")
    mine, others = anne.page("/").split("Neu auf anderen Brettern")
    assert "Kreisthema" in mine
    assert "Anderes" in others
    assert "Kreisthema" not in others


def test_a_board_has_one_address_and_all_its_names_lead_there(anne: Browser) -> None:
    for name in ("kreis-unna.finanzen", "Finanzen+UN", "un.finanzen"):
        answer = anne.get(f"/brett/{name}")
        assert (answer.status_code, answer.headers["Location"]) == (308, "/brett/finanzen.kreis-unna")
    assert anne.get("/brett/gibt-es-nicht").status_code == 404


def test_a_board_shows_its_mail_address_its_neighbours_and_what_is_around(dora: Browser) -> None:
    page = dora.page("/brett/finanzen.kreis-unna")
    assert "finanzen.kreis-unna@ratspost.localhost" in page
    for other in ("finanzen.hamm", "finanzen", "kreis-unna", "haushalt.kreis-unna", "finanzen.luenen", "finanzen.rvr"):
        assert f'href="/brett/{other}"' in page, other


def test_a_long_board_is_paged(anne: Browser, app: Flask, people: Cast) -> None:
    with app.app_context(), transaction():
        byline = bylines.of_stranger("Nora", "nora@archiv.example")
        for number in range(33):
            draft = Draft(source=Source.ARCHIVE, body="Text", body_format=BodyFormat.PLAIN)
            threads.start(f"Faden {number}", placing.resolve(("finanzen",), ()), byline, draft)
    first, second = anne.page("/brett/finanzen"), anne.page("/brett/finanzen?seite=2")
    assert first.count('class="title"') == 30
    assert second.count('class="title"') == 3
    assert "Seite 2 von 2" in second


def test_a_profile_shows_mandates_and_never_an_address(anne: Browser, birol: Browser, app: Flask, people: Cast) -> None:
    with app.app_context(), transaction():
        person = service.find(people.anne)
        assert person is not None
        mandates.confirm(mandates.add(person, "ratsmitglied", body="rat", region="bottrop", status="einzel"), person)
    page = birol.page(f"/person/{people.anne}")
    assert "Rat Bottrop" in page
    assert "anne@" not in page
    assert birol.get("/person/999").status_code == 404
    start(anne)
    thread = birol.page("/faden/1")
    assert "Rat Bottrop" in thread
    assert "anne@" not in thread


def test_anne_changes_her_profile(anne: Browser, people: Cast) -> None:
    fields: dict[str, object] = {"name": "Anne Neu", "sprache": "de", "ueber": "Ich rechne gern.", "eigene": "1"}
    fields |= {"kompetenz": ["finanzen", "verkehr"]}
    assert anne.post("/ich", fields).status_code == 303
    page = anne.page(f"/person/{people.anne}")
    assert "Ich rechne gern." in page
    assert "Finanzen und Haushalt" in page
    assert anne.post("/ich", {**fields, "name": "a@b"}).status_code == 400
    assert anne.post("/ich", {**fields, "kompetenz": "unsinn"}).status_code == 400
    anne.post("/ich/mandat", {"art": "kreistagsmitglied", "region": "Kreis Unna", "status": "einzel"})
    assert "noch nicht bestätigt" in anne.page("/ich")
    found = re.search(r"/ich/mandat/\d+/loeschen", anne.page("/ich"))
    assert found
    anne.post(found[0])
    assert "noch nicht bestätigt" not in anne.page("/ich")


def test_mail_goes_to_one_of_her_own_addresses_only(anne: Browser, app: Flask, people: Cast) -> None:
    with app.app_context(), transaction():
        person = service.find(people.anne)
        assert person is not None
        second = service.add_address(person, "anne@zweit.example").id
        birol = service.find(people.birol)
        assert birol is not None
        theirs = birol.addresses[0].id
    assert anne.post("/ich/zustellung", {"adresse": second}).status_code == 303
    assert anne.post("/ich/zustellung", {"adresse": theirs}).status_code == 404
    with app.app_context():
        person = service.find(people.anne)
        assert person is not None
        assert service.delivery_email(person) == "anne@zweit.example"


def test_follows_are_added_changed_and_ended(anne: Browser) -> None:
    anne.post("/ich/abos", {"brett": "finanzen.un"})
    page = anne.page("/ich/abos")
    assert "Finanzen · Kreis Unna" in page
    assert anne.post("/ich/abos/modus", {"brett": "finanzen.kreis-unna", "modus": "new-threads"}).status_code == 303
    assert '<option value="new-threads" selected>' in anne.page("/ich/abos")
    assert anne.post("/ich/abos/modus", {"brett": "finanzen.kreis-unna", "modus": "web"}).status_code == 303
    assert anne.post("/ich/abos/modus", {"brett": "finanzen.kreis-unna", "modus": "daily"}).status_code == 400
    assert "Ohne Mails" in anne.page("/brett/finanzen.kreis-unna")
    answer = anne.post("/ich/abos", {"brett": "fianzen"})
    assert answer.status_code == 404
    anne.post("/ich/abos/ende", {"brett": "finanzen.kreis-unna"})
    assert "Du folgst noch keinem Brett." in anne.page("/ich/abos")


def test_a_thread_can_be_followed_and_muted(anne: Browser, birol: Browser) -> None:
    start(anne)
    assert "weil du mitgeschrieben hast" in anne.page("/faden/1")
    assert "Diesem Faden folgen" in birol.page("/faden/1")
    birol.post("/faden/1/wunsch", {"wunsch": "folgen"})
    assert "Du folgst diesem Faden." in birol.page("/faden/1")
    birol.post("/faden/1/wunsch", {"wunsch": "stumm"})
    assert "Stumm:" in birol.page("/faden/1")
    assert birol.post("/faden/1/wunsch", {"wunsch": "unsinn"}).status_code == 400


def test_posts_are_edited_with_revisions_and_withdrawn(anne: Browser, birol: Browser) -> None:
    start(anne)
    preview = anne.post("/beitrag/1/bearbeiten", {"text": "Neu *gedacht*", "vorschau": "1"})
    assert "<em>gedacht</em>" in preview.text
    assert "gedacht" not in birol.page("/faden/1")
    anne.post("/beitrag/1/bearbeiten", {"text": "Neu *gedacht*"})
    assert "bearbeitet" in birol.page("/faden/1")
    assert "vor Ort" in birol.page("/beitrag/1/fassungen")
    for path in ("/beitrag/1/bearbeiten", "/beitrag/1/zurueckziehen"):
        assert birol.get(path).status_code == 403
        assert birol.post(path, {"text": "x"}).status_code == 403
    anne.post("/beitrag/1/zurueckziehen")
    page = birol.page("/faden/1")
    assert "Dieser Beitrag wurde zurückgezogen." in page
    assert "gedacht" not in page + birol.page("/beitrag/1/fassungen")
    assert anne.get("/beitrag/1/bearbeiten").status_code == 409


def test_a_permalink_leads_to_the_post(anne: Browser, browsers: Browsers) -> None:
    start(anne)
    assert anne.get("/beitrag/1").headers["Location"] == "/faden/1#b1"
    assert anne.get("/beitrag/77").status_code == 404


def test_a_group_can_be_chosen_by_its_members(anne: Browser, birol: Browser, app: Flask, people: Cast) -> None:
    with app.app_context(), transaction():
        person = service.find(people.anne)
        assert person is not None
        groups.join(groups.add("werkstatt", "Werkstatt"), person)
    assert "gruppe-werkstatt@" in anne.page("/neu?gruppe=werkstatt")
    assert "werkstatt" not in birol.page("/neu")
    path = start(anne, gruppe="werkstatt")
    assert anne.get(path).status_code == 200
    assert birol.get(path).status_code == 404
    assert birol.post("/neu", {**NEW, "gruppe": "werkstatt", "nonce": "q" * 24}).status_code == 404
