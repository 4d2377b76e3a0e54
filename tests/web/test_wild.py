"""Input that no form of ours sends: huge numbers, NUL, endless names, broken encodings. Never an error page of the 500s."""

from __future__ import annotations

import pytest

from tests.web.conftest import Browser
from tests.web.test_composer import NEW, start

HUGE = "9" * 30
PATHS = (
    f"/faden/{HUGE}", f"/beitrag/{HUGE}", f"/anhang/{HUGE}/x", f"/person/{HUGE}", "/faden/2147483648", "/faden/-1", "/faden/0",
    f"/brett/finanzen?seite={HUGE}", "/brett/finanzen?seite=-3", "/brett/finanzen?seite=x", "/brett/finanzen?seite=²",
    f"/faden/1?seite={HUGE}", "/brett/" + "a" * 3000, "/brett/a%00b", "/brett/%ff%fe", "/brett/..", "/brett/.",
    "/brett/finanzen.finanzen",
    "/static/..%2fconfig.py", "/static/%00", "/anmelden/%00", "/abo/%00", "/anmelden?weiter=%00", "/neu?brett=%00&gruppe=%00",
    "/brett/%F0%9F%98%80",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_strange_addresses_are_not_found_or_read_kindly(anne: Browser, path: str) -> None:
    assert anne.get(path).status_code in (200, 302, 308, 404)


@pytest.mark.parametrize(
    ("path", "field"), [("/neu", "titel"), ("/neu", "text"), ("/ich", "ueber"), ("/ich/abos", "brett"), ("/anmelden", "email")]
)
def test_nul_is_refused(anne: Browser, path: str, field: str) -> None:
    answer = anne.post(path, {**NEW, "name": "Anne", "sprache": "de", field: "a\x00b"})
    assert answer.status_code == 400
    assert "NUL" in answer.text


def test_strange_forms_are_refused_by_name(anne: Browser) -> None:
    start(anne)
    assert anne.post("/ich/zustellung", {"adresse": HUGE}).status_code == 404
    assert anne.post("/neu", {**NEW, "nonce": "m" * 24, "text": "x" * 300_000}).status_code == 413
    assert anne.post("/neu", {**NEW, "nonce": "m" * 24, "titel": "x" * 201}).status_code == 413
    assert anne.post("/neu", {**NEW, "nonce": "m" * 24, "region": "Atlantis"}).status_code == 404
    assert anne.post("/neu", {**NEW, "nonce": "'; drop table", "datei-da": "erfunden"}).status_code == 303
    assert anne.post("/beitrag/1/antworten", {}).status_code == 400
    assert anne.post("/sprache", {"sprache": "tlh", "weiter": "https://evil.example"}).headers["Location"] == "/"


def test_markup_of_a_person_stays_text(anne: Browser, birol: Browser) -> None:
    evil = '<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1))'
    anne.post("/ich", {"name": "<b>Anne</b>", "sprache": "de", "ueber": evil})
    path = start(anne, titel=evil, text=evil)
    for page in (birol.get(path).text, birol.get("/brett/finanzen").text, birol.get("/person/1").text):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript:' not in page
        assert "<b>Anne</b>" not in page
