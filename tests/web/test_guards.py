"""Every route × (stranger, member, moderator, admin); a route without a guard stops the start; proofs, headers, GET."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from forum.core.db import Base
from forum.people.models import LoginSessionRow
from forum.web import guards
from tests.web.conftest import Browser, Browsers, Cast
from tests.web.test_composer import start

VALUES = {"thread_id": 1, "post_id": 1, "person_id": 1, "slug": "finanzen", "secret": "x", "token": "x", "attachment_id": 1,
          "filename": "a.txt", "name": "ratspost.css", "hold_id": 1, "entry_id": 1, "inbound_id": 1, "mandate_id": 1}  # fmt: skip
INSIDE = {"member": ("member", "moderator", "admin"), "moderator": ("moderator", "admin"), "admin": ("admin",)}


def routes(app: Flask, method: str) -> list[tuple[str, str]]:
    """(path, guard) of every route that takes this method."""
    found = []
    for rule in app.url_map.iter_rules():
        assert rule.methods is not None
        if method in rule.methods:
            path = rule.build(VALUES, append_unknown=False)
            assert path
            found.append((path[1], getattr(app.view_functions[rule.endpoint], "guard")))  # noqa: B009
    return found


def test_a_route_without_a_guard_stops_the_start(own_app: Flask) -> None:
    guards.check_all(own_app)
    own_app.add_url_rule("/offen", "offen", lambda: "")
    with pytest.raises(RuntimeError, match="/offen"):
        guards.check_all(own_app)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_each_route_opens_for_whom_its_guard_says(
    app: Flask, anne: Browser, carla: Browser, emil: Browser, dora: Browser, method: str
) -> None:
    who = {"stranger": dora, "member": anne, "moderator": carla, "admin": emil}
    for path, guard in routes(app, method):
        if path.startswith("/abmelden"):
            continue
        for role, browser in who.items():
            answer = browser.get(path) if method == "GET" else browser.post(path)
            to_login = answer.status_code == 302 and answer.headers["Location"].startswith("/anmelden")
            if guard in ("public", "peer") or role in INSIDE[guard]:
                assert not to_login, (path, role)
            elif role == "stranger":
                assert to_login, (path, role)
            else:
                assert answer.status_code == 403, (path, role)
            assert answer.status_code != 500, (path, role)


def test_no_form_is_taken_without_its_proof(app: Flask, anne: Browser) -> None:
    for path, _guard in routes(app, "POST"):
        if path.startswith("/abo/"):
            continue
        answer = anne.client.post(path)
        assert answer.status_code == 400, path
        assert "Das Formular ist nicht mehr gültig" in answer.text


def test_a_get_changes_nothing(app: Flask, anne: Browser, emil: Browser, look: Session) -> None:
    start(anne)
    before = everything(look)
    for path, _guard in routes(app, "GET"):
        for browser in (anne, emil):
            browser.get(path)
            browser.client.head(path)
    assert everything(look) == before


def everything(store: Session) -> dict[str, object]:
    """What is in every table."""
    return {table.name: store.execute(sa.select(table)).all() for table in Base.metadata.sorted_tables}


def test_every_answer_carries_the_headers(app: Flask, dora: Browser, anne: Browser) -> None:
    for browser in (dora, anne):
        for path in ("/", "/brett/finanzen", "/gibt-es-nicht", "/static/ratspost.css", "/healthz"):
            headers = browser.get(path).headers
            assert headers["Content-Security-Policy"].startswith("default-src 'none'; img-src 'self' data:")
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "same-origin"
    assert anne.get("/").headers["Cache-Control"] == "private, no-cache"


def test_a_locked_person_is_a_stranger_at_once(anne: Browser, browsers: Browsers, people: Cast, app: Flask) -> None:
    from forum.core.db import transaction
    from forum.people import service
    from forum.people.models import Standing

    assert anne.get("/ich").status_code == 200
    with app.app_context(), transaction():
        person = service.find(people.anne)
        assert person is not None
        service.set_standing(person, Standing.LOCKED)
    assert anne.get("/ich").status_code == 302


def test_an_unexpected_error_shows_a_page_that_asks_nothing_of_the_store(
    app: Flask, anne: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("geheim")

    monkeypatch.setattr("forum.web.start.lists.newest", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = anne.get("/")
    assert answer.status_code == 500
    assert "Es liegt nicht an dir." in answer.text
    assert "geheim" not in answer.text


def test_too_much_is_refused_by_name(app: Flask, anne: Browser) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 2_000
    answer = anne.post("/neu", {"text": "x" * 5_000})
    assert answer.status_code == 413
    assert "Das ist zu groß" in answer.text


def test_sessions_are_rows(anne: Browser, look: Session) -> None:
    assert look.scalar(sa.select(sa.func.count()).select_from(LoginSessionRow)) == 1
