"""The browser as a test sees it, and the known people: Anne, Birol and Carla are members, Emil is admin, Dora a stranger."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from forum.core.db import db, transaction
from forum.people import login, service
from forum.people.models import PersonRow, RoleKind
from forum.places import boards

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(slots=True)
class Browser:
    """One person's browser: cookies, and forms that carry their proof."""

    client: FlaskClient
    proof: str = ""

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def page(self, path: str) -> str:
        """The page as text, entities resolved; it must be there."""
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.headers.get("Location"))
        return html.unescape(answer.text)

    def post(self, path: str, fields: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Send a form as a page of ours would."""
        data = {"csrf_token": self.token(), **(fields or {})}
        if path.startswith(("/anmelden", "/abmelden")):
            self.proof = ""  # a new session has a new one
        return self.client.post(path, data=data, **more)

    def token(self) -> str:
        """The proof that any page's forms carry; one for the whole session."""
        if not self.proof:
            found = TOKEN.search(self.client.get("/impressum").text)
            assert found
            self.proof = found[1]
        return self.proof


@dataclass(frozen=True, slots=True)
class Cast:
    """Ids of the known people."""

    anne: int
    birol: int
    carla: int
    emil: int


@pytest.fixture
def people(app: Flask) -> Cast:
    """Anne and Birol are members, Carla moderates everything in the district of Unna, Emil is an admin."""
    with app.app_context(), transaction():
        anne = service.add("Anne Beispiel", "anne@rat.example")
        birol = service.add("Birol Beispiel", "birol@rat.example")
        carla = service.add("Carla Beispiel", "carla@rat.example")
        emil = service.add("Emil Beispiel", "emil@rat.example")
        service.grant(carla, RoleKind.MODERATOR, [boards.get("kreis-unna")])
        service.grant(emil, RoleKind.ADMIN)
        return Cast(anne.id, birol.id, carla.id, emil.id)


class Browsers:
    """Opens browsers, logged in or not."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def stranger(self) -> Browser:
        return Browser(self.app.test_client())

    def of(self, person_id: int) -> Browser:
        """A browser in which this person is logged in; test_login.py goes the whole way."""
        with self.app.app_context(), transaction():
            key = login.open_session(db.session.get_one(PersonRow, person_id))
        browser = self.stranger()
        with browser.client.session_transaction() as cookie:
            cookie["_user_id"] = key
        return browser


@pytest.fixture
def browsers(app: Flask) -> Browsers:
    return Browsers(app)


@pytest.fixture
def dora(browsers: Browsers) -> Browser:
    return browsers.stranger()


@pytest.fixture
def anne(browsers: Browsers, people: Cast) -> Browser:
    return browsers.of(people.anne)


@pytest.fixture
def birol(browsers: Browsers, people: Cast) -> Browser:
    return browsers.of(people.birol)


@pytest.fixture
def carla(browsers: Browsers, people: Cast) -> Browser:
    return browsers.of(people.carla)


@pytest.fixture
def emil(browsers: Browsers, people: Cast) -> Browser:
    return browsers.of(people.emil)


@pytest.fixture
def look(app: Flask) -> Iterator[Session]:
    """The store, to look behind the pages; on its own connection, for an open context would be that of the requests."""
    engine = sa.create_engine(app.config["SQLALCHEMY_DATABASE_URI"], isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with Session(engine) as session:
        yield session
    engine.dispose()
