"""The link in a mail that ends such mails: a GET shows a button, a POST needs neither cookie nor proof (RFC 8058)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from forum.core import site, tokens
from forum.core.db import session, transaction
from forum.core.tokens import Token
from forum.mailroom import deliveries
from forum.mailroom.models import DeliveryRow, LetterRow
from forum.people import service
from forum.places import boards
from forum.subscriptions import recipients
from forum.subscriptions import service as subscriptions
from forum.threads.models import PostRow
from tests.web.conftest import Browser, Cast
from tests.web.test_composer import start


@dataclass(frozen=True, slots=True)
class Mailed:
    """The link in Birol's copy, and one that was made up."""

    path: str
    forged: str


@pytest.fixture
def mailed(app: Flask, people: Cast, anne: Browser, birol: Browser) -> Mailed:
    """Birol follows two boards and got Anne's post by mail."""
    birol.post("/brett/finanzen/abo")
    birol.post("/brett/kreis-unna/abo")
    start(anne)
    with app.app_context(), transaction():
        letter = session().scalars(sa.select(LetterRow).where(LetterRow.kind == "post")).one()
        wanted = recipients.of(session().get_one(PostRow, 1))
        deliveries.create(letter, [(recipient.person_id, recipient.why) for recipient in wanted])
        copy = session().scalars(sa.select(DeliveryRow).where(DeliveryRow.person_id == people.birol)).one()
        token = tokens.write(Token("abo", people.birol, copy.id, 0), site.keyring())
        other = tokens.write(Token("a", people.birol, copy.id, 0), site.keyring())
    return Mailed(f"/abo/{token}", f"/abo/{other}")


def follows(app: Flask, person_id: int) -> list[str]:
    with app.app_context():
        person = service.find(person_id)
        assert person is not None
        return [follow.board.slug for follow in subscriptions.of(person)]


def test_following_the_link_changes_nothing(mailed: Mailed, dora: Browser, app: Flask, people: Cast) -> None:
    for _ in range(3):
        assert "Ja, abbestellen" in dora.page(mailed.path)
    assert follows(app, people.birol) == ["finanzen", "kreis-unna"]


def test_one_click_ends_every_follow_that_led_to_the_mail(
    mailed: Mailed, dora: Browser, birol: Browser, app: Flask, people: Cast, look: Session
) -> None:
    answer = dora.client.post(mailed.path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert follows(app, people.birol) == []
    assert "Stumm:" in birol.page("/faden/1")
    letters = look.scalars(sa.select(LetterRow).where(LetterRow.kind == "subscription")).all()
    assert [(row.person_id, row.facts["did"], sorted(row.facts["boards"])) for row in letters] == [
        (people.birol, "left", ["finanzen", "kreis-unna"])
    ]


def test_a_second_click_is_the_first(mailed: Mailed, dora: Browser, look: Session) -> None:
    for _ in range(2):
        assert dora.client.post(mailed.path).status_code == 200
    assert look.scalar(sa.select(sa.func.count()).where(LetterRow.kind == "subscription")) == 1


def test_a_forged_or_ended_link_is_not_found(mailed: Mailed, dora: Browser, app: Flask, people: Cast) -> None:
    for path in (mailed.forged, "/abo/unsinn", mailed.path[:-2]):
        assert dora.get(path).status_code == 404
        assert dora.client.post(path).status_code == 404
    with app.app_context(), transaction():
        person = service.find(people.birol)
        assert person is not None
        service.reset_tokens(person)
        assert boards.find("finanzen") is not None
    assert dora.client.post(mailed.path).status_code == 404
