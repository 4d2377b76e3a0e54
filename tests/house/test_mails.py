"""Every mail of the house has its three templates and renders in both languages; every link in it leads somewhere."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from forum.core import texts
from forum.core.db import session, transaction
from forum.core.files import find
from forum.mailroom.letters import KINDS
from forum.mailroom.models import LetterRow
from mailbridge.outbound import compose, notices, wording
from tests import cast
from tests.cast import Cast
from tests.mailbridge.outbound import office, samples

WORD = re.compile(r"[A-Za-zäöüÄÖÜß]{4,}")
LINK = re.compile(r"https?://[^\s<>\"]+")


@pytest.fixture
def people(store: Session) -> Cast:
    return cast.enter()


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_BASE_URL": "https://forum.example"}


def letters_of(people: Cast, kind: str) -> list[LetterRow]:
    """A letter for each sample of this kind."""
    post_id = office.start(people.anne)
    with transaction():
        ids = []
        for number, facts in enumerate(samples.FACTS[kind]):
            letter = samples.write(kind, people.birol, post_id, facts)
            letter.message_id = f"<{number}@post.example>"
            ids.append(letter.id)
    return [session().get_one(LetterRow, letter_id) for letter_id in ids]


def test_every_kind_has_its_three_templates_and_no_other_has_any() -> None:
    folder = find("templates") / "mail"
    found = {(path.parent.name, path.name) for path in folder.glob("*/*")}
    assert found == {(kind, name) for kind in KINDS for name in wording.FILES}


def test_every_kind_has_a_sample() -> None:
    assert set(samples.FACTS) == set(KINDS) - {"post"}


@pytest.mark.parametrize("locale", texts.LOCALES)
@pytest.mark.parametrize("kind", samples.FACTS)
def test_every_letter_renders_and_html_says_what_the_text_says(people: Cast, kind: str, locale: str) -> None:
    for letter in letters_of(people, kind):
        words = wording.render(kind, locale, notices.facts(letter))
        assert words.subject
        for text in (words.text, words.html):
            assert not any(leftover in text for leftover in ("{", "None", "%("))
        assert "\n\n\n" not in words.text
        assert not any(tag in words.html for tag in ("<script>", "<b>", "<hierher>", "<2027>"))
        body = words.html.partition("<body>")[2]
        assert [word for word in WORD.findall(words.text) if word not in body] == []


@pytest.mark.parametrize("kind", samples.FACTS)
def test_the_languages_differ(people: Cast, kind: str) -> None:
    for letter in letters_of(people, kind):
        german, english = (wording.render(kind, locale, notices.facts(letter)) for locale in texts.LOCALES)
        assert german.text != english.text
        assert german.html != english.html


@pytest.mark.parametrize("kind", samples.FACTS)
def test_every_link_in_a_letter_is_a_page(app: Flask, people: Cast, kind: str) -> None:
    for letter in letters_of(people, kind):
        _links_lead_somewhere(app, wording.render(kind, "de", notices.facts(letter)))


def test_every_link_in_a_post_is_a_page(app: Flask, people: Cast) -> None:
    cast.follows(people.birol, "finanzen")
    office.start(people.anne)
    sent = office.deliver().sent[-1]
    _links_lead_somewhere(app, wording.Wording("", sent.text, sent.html))
    for name in ("Archived-At", "List-Archive", "List-Unsubscribe"):
        _links_lead_somewhere(app, wording.Wording("", sent.header(name), ""))


def _links_lead_somewhere(app: Flask, words: wording.Wording) -> None:
    ways = app.url_map.bind("forum.example")
    links: set[Any] = {link.rstrip(".,>") for link in LINK.findall(words.text + words.html)}
    for link in links:
        assert link.startswith("https://forum.example")
        assert ways.test(urlsplit(link).path or "/", "GET"), link


def test_a_kind_is_automatic_or_says_why_not() -> None:
    assert {kind.name for kind in KINDS.values() if not kind.notice} == {"post", "private"}
    assert compose.LOOP == "X-Ratspost-Loop"
