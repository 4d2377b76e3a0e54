"""A thread of 200 posts is one quick page; a longer one is cut into pages, and permalinks find theirs."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.core.db import db, session, transaction
from forum.people import bylines, service
from forum.threads import service as threads
from forum.threads.draft import Draft
from forum.threads.models import BodyFormat, PostRow, Source
from tests.web.conftest import Browser, Cast
from tests.web.test_composer import start

TEXT = "Ein Absatz mit **Wort** und https://rat.example/vorlage, der etwas länger ist.\n\n> Zitat\n\nUnd noch einer.\n"


def grow(app: Flask, people: Cast, posts: int) -> None:
    """Let Anne and Birol fill thread 1 in turn."""
    with app.app_context(), transaction():
        authors = [person for person_id in (people.anne, people.birol) if (person := service.find(person_id))]
        parent = session().get_one(PostRow, 1)
        for number in range(2, posts + 1):
            draft = Draft(source=Source.WEB, body=TEXT, body_format=BodyFormat.MARKDOWN)
            post = threads.reply(parent, bylines.of(authors[number % 2]), draft)
            parent = post if number % 3 else parent


@pytest.fixture
def statements(app: Flask) -> list[str]:
    """What is asked of the store from now on."""
    asked: list[str] = []
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    return asked


@pytest.mark.proof
def test_two_hundred_posts_are_one_quick_page(anne: Browser, app: Flask, people: Cast, statements: list[str]) -> None:
    path = start(anne)
    grow(app, people, 200)
    anne.page(path)  # templates are compiled
    statements.clear()
    began = time.process_time()
    page = anne.page(path)
    took = time.process_time() - began
    assert page.count('<article class="post') == 200
    assert "Seite 1" not in page
    assert len(statements) <= 22, statements
    assert took < 0.2, "seconds of this process, however busy the machine is"


def test_the_number_of_statements_does_not_grow(anne: Browser, app: Flask, people: Cast, statements: list[str]) -> None:
    path = start(anne)
    counts = []
    for posts in (3, 12):
        grow(app, people, posts)
        statements.clear()
        anne.page(path)
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.proof
def test_a_longer_thread_is_cut_and_a_permalink_finds_its_page(anne: Browser, app: Flask, people: Cast) -> None:
    path = start(anne)
    grow(app, people, 203)
    first, second = anne.page(path), anne.page(f"{path}?seite=2")
    assert (first.count('<article class="post'), second.count('<article class="post')) == (200, 3)
    assert anne.get("/beitrag/202").headers["Location"] == f"{path}?seite=2#b202"
    assert 'href="/beitrag/' in second
    assert anne.get(f"{path}?seite=9").status_code == 404
