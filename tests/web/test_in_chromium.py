"""The pages in a real browser without JavaScript: nothing sticks out at 390 px, nothing foreign is asked for or blocked."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from forum.core.db import db, transaction
from forum.people import login
from forum.people.models import PersonRow
from tests.web.conftest import Cast
from tests.web.test_composer import NEW

pytestmark = [pytest.mark.socket, pytest.mark.debian("chromium"), pytest.mark.proof]
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PATHS = ("/", "/themen", "/regionen", "/brett/finanzen.kreis-unna", "/faden/1", "/neu", "/beitrag/1/antworten", "/ich",
         "/ich/abos", "/person/1", "/hilfe", "/gibt-es-nicht")  # fmt: skip


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The address of a server that runs for one test."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def chromium() -> Iterator[Chromium]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


def enter(page: Page, app: Flask, site: str, person_id: int) -> None:
    """Log in by a link and start a thread, as a person does."""
    with app.app_context(), transaction():
        secret = login.make_link(db.session.get_one(PersonRow, person_id))
    page.goto(f"{site}/anmelden/{secret}")
    page.get_by_role("button", name="Jetzt anmelden").click()
    page.goto(f"{site}/neu?brett=finanzen.kreis-unna")
    page.get_by_label("Titel").fill(str(NEW["titel"]))
    page.get_by_label("Text").fill("Ein langes Wort: " + "Grundsteuerhebesatzdifferenzierung" * 4)
    page.get_by_role("button", name="Abschicken").click()
    assert page.url.endswith("/faden/1#b1")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_and_asks_for_nothing_foreign(
    app: Flask, people: Cast, site: str, chromium: Chromium, width: int, scheme: str
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light", locale="de-DE",
        java_script_enabled=False,
    )  # fmt: skip
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    enter(page, app, site, people.anne)
    for path in PATHS:
        page.goto(site + path)
        assert max(child["width"] + child["x"] for child in boxes(page)) <= width, path
    assert {address for address in asked if not address.startswith((f"{site}/", "data:"))} == set()
    assert [text for text in said if "404" not in text] == []
    context.close()


def boxes(page: Page) -> list[dict[str, float]]:
    """Where header, content and footer are, and what is widest in them."""
    found = []
    for part in page.locator("header.site, main, footer.site, main > *, main form, .post, .tiles").all():
        box = part.bounding_box()
        if box is not None:
            found.append({"x": box["x"], "width": box["width"]})
    return found
