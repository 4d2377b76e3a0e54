"""Logging in is braked by address and by place, counted in the store, alike for whoever is known and unknown (R65, R101)."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from forum.core import clock
from forum.core.db import db, transaction
from forum.mailroom.models import LetterRow
from forum.people import login, service
from forum.people.models import LoginAttemptRow, LoginLinkRow, Standing
from tests.web.conftest import Browser, Browsers, Cast

ANNE, NORA = "anne@rat.example", "nora@rat.example"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_LOGIN_TRIES": "3"}


def by_password(browser: Browser, email: str, peer: str = "198.51.100.7", **headers: str) -> int:
    """The status of a try with a wrong password."""
    fields = {"email": email, "passwort": "falsch"}
    return browser.post("/anmelden/passwort", fields, environ_overrides={"REMOTE_ADDR": peer}, headers=headers).status_code


@pytest.mark.parametrize("email", [ANNE, NORA, "keine Adresse"])
def test_after_three_tries_comes_a_pause(dora: Browser, people: Cast, email: str) -> None:
    assert [by_password(dora, email) for _ in range(5)] == [403, 403, 403, 429, 429]
    refused = dora.post("/anmelden", {"email": email}, environ_overrides={"REMOTE_ADDR": "198.51.100.7"})
    assert refused.status_code == 429
    assert "Bitte warte 15 Minuten" in refused.text
    with clock.stopped_at(clock.now() + dt.timedelta(minutes=16)):
        assert by_password(dora, email) == 403


def test_another_place_still_has_its_tries_until_the_address_is_used_up(dora: Browser, people: Cast) -> None:
    codes = [by_password(dora, ANNE, f"198.51.100.{place}") for place in range(5) for _ in range(3)]
    assert codes == [403] * 15
    assert by_password(dora, ANNE, "203.0.113.9") == 429
    assert by_password(dora, NORA, "203.0.113.9") == 403


def test_one_place_cannot_try_all_addresses(dora: Browser, people: Cast) -> None:
    codes = [by_password(dora, f"nr{number}@rat.example", f"2001:db8::{number}") for number in range(16)]
    assert codes == [403] * 15 + [429]


def test_behind_our_proxy_the_place_is_whom_it_names(dora: Browser, people: Cast) -> None:
    for number in range(15):
        assert by_password(dora, f"nr{number}@rat.example", "127.0.0.1", **{"X-Forwarded-For": "1.2.3.4, 198.51.100.7"}) == 403
    assert by_password(dora, NORA, "127.0.0.1", **{"X-Forwarded-For": "198.51.100.7"}) == 429
    assert by_password(dora, NORA, "127.0.0.1", **{"X-Forwarded-For": "198.51.100.8"}) == 403
    assert by_password(dora, NORA, "198.51.100.7", **{"X-Forwarded-For": "198.51.100.8"}) == 429, "a stranger's header is nothing"


@pytest.mark.parametrize("settings", [{"RATSPOST_LOGIN_TRIES": "1", "RATSPOST_BRAKES": "off"}])
def test_without_brakes_nothing_is_refused(dora: Browser, people: Cast) -> None:
    assert [by_password(dora, ANNE) for _ in range(3)] == [403] * 3


def test_the_store_keeps_no_address_and_forgets(dora: Browser, people: Cast, look: Session) -> None:
    by_password(dora, ANNE)
    assert not [key for key in look.scalars(sa.select(LoginAttemptRow.key)) if "anne" in key or "198" in key]
    with clock.stopped_at(clock.now() + dt.timedelta(minutes=16)):
        by_password(dora, NORA)
    assert len(look.scalars(sa.select(LoginAttemptRow.id)).all()) == 3


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The statements that the requests inside send, as shapes without values."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_known_address_costs_the_same_statements_as_an_unknown_one(  # R65
    app: Flask, people: Cast, browsers: Browsers, look: Session
) -> None:
    with app.app_context(), transaction():
        birol = service.find(people.birol)
        assert birol is not None
        service.set_standing(birol, Standing.LOCKED)
    work = {}
    for email in (NORA, ANNE, "birol@rat.example"):
        browser = browsers.stranger()
        browser.token()
        with statements(app) as seen:
            browser.post("/anmelden", {"email": email})
        work[email] = [statement for statement in seen if "SAVEPOINT" not in statement]
        assert sum("SAVEPOINT" in statement for statement in seen) == 2
    assert work[NORA] == work[ANNE] == work["birol@rat.example"]
    assert [letter.person_id for letter in look.scalars(sa.select(LetterRow))] == [people.anne]
    assert [link.person_id for link in look.scalars(sa.select(LoginLinkRow))] == [people.anne]


def test_a_wrong_password_costs_the_same_whoever_it_is(
    app: Flask, people: Cast, browsers: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:  # R65
    with app.app_context(), transaction():
        anne = service.find(people.anne)
        assert anne is not None
        login.set_password(anne, "lang und gut genug")
    hashed: list[str] = []
    real = login._hasher

    class Counting:
        def verify(self, known: str, password: str) -> bool:
            hashed.append(password)
            return real.verify(known, password)

    monkeypatch.setattr(login, "_hasher", Counting())
    work = []
    for email in (NORA, ANNE, "birol@rat.example"):
        browser = browsers.stranger()
        browser.token()
        with statements(app) as seen:
            assert by_password(browser, email) == 403
        work.append(seen)
    assert work[0] == work[1] == work[2]
    assert len(hashed) == 3


def test_what_is_written_at_the_login_stands_in_no_log(dora: Browser, people: Cast, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for _ in range(4):
        by_password(dora, ANNE)
    assert "falsch" not in caplog.text
    assert ANNE not in caplog.text
