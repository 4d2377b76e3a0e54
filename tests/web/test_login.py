"""Logging in by a mailed link or a password, and out again."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from forum.core import clock
from forum.core.db import transaction
from forum.mailroom.models import LetterRow
from forum.people import login, service
from forum.web.paths import local_path
from tests.web.conftest import Browser, Browsers, Cast


def link_of(store: Session) -> str:
    """The path in the latest login mail."""
    letter = store.scalars(sa.select(LetterRow).where(LetterRow.kind == "login").order_by(LetterRow.id.desc())).first()
    assert letter is not None
    return str(letter.facts["url"]).removeprefix("http://127.0.0.1:8000")


def test_the_mailed_link_shows_a_button_and_logs_in_once(dora: Browser, browsers: Browsers, people: Cast, look: Session) -> None:
    browser = browsers.stranger()
    assert browser.get("/ich").headers["Location"] == "/anmelden?weiter=/ich"
    browser.post("/anmelden", {"email": "Anne@RAT.example", "weiter": "/ich"})
    path = link_of(look)
    for _ in range(3):
        assert "Jetzt anmelden" in browser.page(path)
    answer = browser.post(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/ich")
    assert "Anne Beispiel" in browser.page("/ich")
    again = dora.post(path)
    assert again.status_code == 410
    assert "abgelaufen oder wurde schon benutzt" in again.text


def test_a_link_lives_a_quarter_of_an_hour(dora: Browser, people: Cast, look: Session) -> None:
    dora.post("/anmelden", {"email": "anne@rat.example"})
    path = link_of(look)
    with clock.stopped_at(clock.now() + dt.timedelta(minutes=16)):
        assert dora.post(path).status_code == 410


def test_known_and_unknown_addresses_get_the_same_answer(dora: Browser, people: Cast) -> None:
    known = dora.post("/anmelden", {"email": "anne@rat.example"})
    unknown = dora.post("/anmelden", {"email": "nora@rat.example"})
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace("anne@", "…") == unknown.text.replace("nora@", "…")


def test_a_password_works_too_and_ends_other_sessions(anne: Browser, browsers: Browsers, people: Cast) -> None:
    other = browsers.of(people.anne)
    assert anne.post("/ich/passwort", {"passwort": "kurz"}).status_code == 400
    assert anne.post("/ich/passwort", {"passwort": "lang und gut genug"}).status_code == 303
    assert anne.get("/ich").status_code == 200
    assert other.get("/ich").status_code == 302
    wrong = other.post("/anmelden/passwort", {"email": "anne@rat.example", "passwort": "falsch"})
    assert wrong.status_code == 403
    assert "Adresse oder Passwort stimmen nicht." in wrong.text
    fields = {"email": "anne@rat.example", "passwort": "lang und gut genug", "weiter": "/ich/abos"}
    right = other.post("/anmelden/passwort", fields)
    assert right.headers["Location"] == "/ich/abos"


def test_logging_out_here_and_everywhere(anne: Browser, browsers: Browsers, people: Cast) -> None:
    other = browsers.of(people.anne)
    assert anne.post("/abmelden/ueberall").status_code == 303
    assert other.get("/ich").status_code == 302
    assert anne.get("/ich").status_code == 200
    kept = anne.client.get_cookie("ratspost")
    assert kept is not None
    assert anne.post("/abmelden").status_code == 303
    assert anne.get("/ich").status_code == 302
    anne.client.set_cookie("ratspost", kept.value)
    assert anne.get("/ich").status_code == 302, "the session's row has ended, not only the cookie"


def test_a_session_ends_after_a_fortnight(anne: Browser) -> None:
    with clock.stopped_at(clock.now() + dt.timedelta(days=15)):
        assert anne.get("/ich").status_code == 302


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "javascript:x", "", "/a\nb", "ich", "/" * 3001],
)
def test_only_local_paths_are_followed(path: str) -> None:
    assert local_path(path) is None


def test_where_to_survives_the_mail_and_never_leads_away(dora: Browser, people: Cast, look: Session) -> None:
    dora.post("/anmelden", {"email": "anne@rat.example", "weiter": "//evil.example"})
    assert dora.post(link_of(look)).headers["Location"] == "/"


def test_cookies_are_strict(app: Flask, people: Cast, browsers: Browsers) -> None:
    with app.app_context(), transaction():
        person = service.find(people.anne)
        assert person is not None
        secret = login.make_link(person)
    browser = browsers.stranger()
    cookie = browser.post(f"/anmelden/{secret}").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("settings", [{"RATSPOST_BASE_URL": "https://forum.example"}])
def test_over_https_the_cookie_belongs_to_this_host_alone(dora: Browser) -> None:
    cookie = dora.client.get("/anmelden", base_url="https://forum.example").headers["Set-Cookie"]
    assert cookie.startswith("__Host-ratspost=")
    assert "Secure" in cookie
    assert "Path=/" in cookie


@pytest.mark.parametrize("settings", [{"RATSPOST_BASE_URL": "https://forum.example"}])
def test_behind_a_proxy_that_ends_tls_every_cookie_is_secure(dora: Browser) -> None:
    proof = dora.client.get("/anmelden", base_url="https://forum.example").text.partition('name="csrf_token" value="')[2]
    answer = dora.client.post(
        "/sprache",
        data={"sprache": "en", "csrf_token": proof.partition('"')[0]},
        base_url="https://forum.example",
        environ_overrides={"wsgi.url_scheme": "http"},
    )
    assert answer.status_code == 302, answer.text
    assert [cookie for cookie in answer.headers.getlist("Set-Cookie") if "Secure" not in cookie] == []
    assert "sprache=en" in "".join(answer.headers.getlist("Set-Cookie"))
