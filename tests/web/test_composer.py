"""Writing in the browser: start, preview, answer, the same form twice."""

from __future__ import annotations

import io
import re

from tests.web.conftest import Browser

NEW = {"titel": "Hebesätze 2027", "text": "Was plant ihr **vor Ort**?", "brett": "finanzen.kreis-unna", "nonce": "n" * 24}


def start(browser: Browser, **more: object) -> str:
    """Start a thread; returns the path of its page."""
    answer = browser.post("/neu", {**NEW, **more}, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"]).partition("#")[0]


def test_anne_starts_a_thread_and_birol_answers_it(anne: Browser, birol: Browser) -> None:
    path = start(anne)
    page = birol.page(path)
    assert "Hebesätze 2027" in page
    assert "<strong>vor Ort</strong>" in page
    assert "Anne Beispiel" in page
    answer = birol.post("/beitrag/1/antworten", {"text": "Bei uns bleibt alles.", "nonce": "m" * 24})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("#b2")
    assert "Bei uns bleibt alles." in anne.page(path)


def test_the_thread_stands_on_its_board_and_the_boards_above(anne: Browser) -> None:
    start(anne)
    for board in ("finanzen.kreis-unna", "finanzen", "kreis-unna", "rb-arnsberg", "nrw", "finanzen.nrw"):
        assert "Hebesätze 2027" in anne.page(f"/brett/{board}"), board
    assert "Hebesätze 2027" not in anne.page("/brett/koeln")


def test_a_preview_posts_nothing_and_keeps_text_place_and_file(anne: Browser) -> None:
    file = (io.BytesIO(b"a;b"), "tabelle.csv")
    shown = anne.post("/neu", {**NEW, "vorschau": "1", "dateien": file}, content_type="multipart/form-data")
    assert shown.status_code == 200
    assert "<strong>vor Ort</strong>" in shown.text
    assert "tabelle.csv" in shown.text
    assert "Finanzen · Kreis Unna" in shown.text
    assert "Hebesätze" not in anne.page("/brett/finanzen")
    word = re.search(r'name="datei-da" value="([^"]+)"', shown.text)
    assert word
    path = start(anne, **{"datei-da": word[1]})
    assert "tabelle.csv" in anne.page(path)


def test_a_kept_file_is_good_for_its_uploader_only(anne: Browser, birol: Browser) -> None:
    file = (io.BytesIO(b"a;b"), "tabelle.csv")
    shown = anne.post("/neu", {**NEW, "vorschau": "1", "dateien": file}, content_type="multipart/form-data")
    word = re.search(r'name="datei-da" value="([^"]+)"', shown.text)
    assert word
    assert "tabelle.csv" not in birol.page(start(birol, **{"datei-da": word[1]}))


def test_the_same_form_twice_is_one_post(anne: Browser) -> None:
    assert start(anne) == start(anne)
    assert anne.page("/brett/finanzen").count("Hebesätze 2027") == 1


def test_what_is_missing_is_said_and_the_text_is_still_there(anne: Browser) -> None:
    answer = anne.post("/neu", {**NEW, "titel": " "})
    assert answer.status_code == 400
    assert "Ein neuer Faden braucht einen Titel." in answer.text
    assert "Was plant ihr **vor Ort**?" in answer.text
    answer = anne.post("/neu", {**NEW, "brett": "fianzen"})
    assert answer.status_code == 404
    assert "fianzen" in answer.text


def test_topics_and_regions_can_be_chosen_by_name(anne: Browser) -> None:
    path = start(anne, brett="", thema=["verkehr", "haushalt"], region=["Kreis Unna", "HAM"])
    page = anne.page(path)
    for board in ("Verkehr · Kreis Unna", "Verkehr · Hamm", "Haushalt · Hamm"):
        assert board in page


def test_a_file_that_could_be_a_program_waits(anne: Browser, emil: Browser) -> None:
    file = (io.BytesIO(b"MZ"), "rechner.exe")
    held = anne.post("/neu", {**NEW, "dateien": file}, content_type="multipart/form-data")
    assert held.status_code == 200
    assert "Dein Beitrag wartet" in held.text
    assert "einen Typ, den wir nicht weitergeben" in held.text
    assert "rechner.exe" in emil.page("/moderation")
