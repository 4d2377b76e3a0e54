"""A question of ours answered in the browser: the link shows, only the button answers. # R62"""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from forum.core import site, tokens
from forum.core.db import db, transaction
from forum.moderation import intake, questions
from forum.moderation.contribution import Contribution
from forum.moderation.models import QuestionKind, QuestionRow
from forum.people import service
from forum.people.models import AddressRow
from forum.threads.draft import Draft
from forum.threads.models import BodyFormat, PostRow, Source
from tests.web.conftest import Browser, Cast


def held(people: Cast, title: str, email: str = "anne@rat.example") -> int:
    """A mail that may be Anne's; returns the id of its question."""
    draft = Draft(source=Source.MAIL, body=f"Worte zu {title}", body_format=BodyFormat.PLAIN, content_key=title)
    own = email == "anne@rat.example"
    contribution = Contribution(
        draft=draft, person_id=people.anne if own else None, name="", email=email, title=title, topics=("finanzen",),
    )  # fmt: skip
    with transaction():
        outcome = intake.submit(contribution, cause="unproven" if own else "other-sender")
        assert isinstance(outcome, intake.Held)
        person = service.find(people.anne)
        assert person is not None
        return questions.ask_about_hold(person, "anne@rat.example" if own else "", outcome.hold_id).id




def path(app: Flask, question_id: int, person_id: int, kind: str = "f", epoch: int = 0) -> str:
    with app.app_context():
        return f"/frage/{tokens.write(tokens.Token(kind, person_id, question_id, epoch), site.keyring())}"


def titles(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(sa.select(PostRow.body).order_by(PostRow.id)))


def test_looking_changes_nothing_and_yes_publishes(app: Flask, people: Cast, dora: Browser) -> None:
    with app.app_context():
        link = path(app, held(people, "Umlage"), people.anne)
    for _ in range(3):
        assert "Worte zu Umlage" in dora.page(link)
    dora.client.head(link)
    assert titles(app) == []
    assert "erschienen" in dora.post(link, {"antwort": "ja"}).text
    assert titles(app) == ["Worte zu Umlage"]
    assert "schon beantwortet" in dora.page(link)
    assert dora.post(link, {"antwort": "ja"}).status_code == 409


def test_no_discards(app: Flask, people: Cast, dora: Browser) -> None:
    with app.app_context():
        link = path(app, held(people, "Umlage"), people.anne)
    assert "verworfen" in dora.post(link, {"antwort": "nein"}).text
    assert titles(app) == []


def test_of_several_only_the_ticked_ones_are_published(app: Flask, people: Cast, dora: Browser) -> None:
    with app.app_context():
        number = [held(people, title) for title in ("Eins", "Zwei", "Drei")][-1]
        link = path(app, number, people.anne)
        items = [item.id for item in db.session.get_one(QuestionRow, number).items]
    dora.post(link, {"antwort": "ja", "mail": [str(items[0]), str(items[2]), "4711", "x"]})
    assert titles(app) == ["Worte zu Eins", "Worte zu Drei"]


def test_nothing_ticked_is_a_no(app: Flask, people: Cast, dora: Browser) -> None:
    with app.app_context():
        link = path(app, [held(people, title) for title in ("Eins", "Zwei")][-1], people.anne)
    dora.post(link, {"antwort": "ja"})
    assert titles(app) == []


def test_a_link_that_is_not_ours_leads_nowhere(app: Flask, people: Cast, dora: Browser) -> None:
    with app.app_context():
        number = held(people, "Umlage")
    good = path(app, number, people.anne)
    wrong = [
        path(app, number, people.birol), path(app, number, people.anne, epoch=5), path(app, number, people.anne, kind="a"),
        path(app, number + 1, people.anne), good[:-1] + ("a" if good[-1] != "a" else "b"), "/frage/x",
    ]  # fmt: skip
    for link in wrong:
        assert dora.get(link).status_code == 404, link
        assert dora.post(link, {"antwort": "ja"}).status_code == 404, link
    assert titles(app) == []
    assert dora.client.post(good, data={"antwort": "ja"}).status_code == 400, "a form without its proof"


def test_an_address_needs_its_owner_and_then_its_reader(app: Flask, people: Cast, dora: Browser, anne: Browser) -> None:
    with app.app_context():
        link = path(app, held(people, "Diktiert", "buero@kanzlei.example"), people.anne)
    dora.post(link, {"antwort": "ja"})
    with app.app_context():
        [offer] = db.session.scalars(sa.select(QuestionRow).where(QuestionRow.kind == QuestionKind.ADDRESS))
        offer_link = path(app, offer.id, people.anne)
    assert dora.get(offer_link).status_code == 302
    assert dora.post(offer_link, {"antwort": "ja"}).status_code == 302
    assert "buero@kanzlei.example" in anne.page(offer_link)
    assert anne.post(offer_link, {"antwort": "ja"}).status_code == 200
    with app.app_context():
        [proof] = db.session.scalars(sa.select(QuestionRow).where(QuestionRow.kind == QuestionKind.PROOF))
        proof_link = path(app, proof.id, people.anne)
        assert db.session.scalar(sa.select(AddressRow).where(AddressRow.email == proof.address)) is None
    assert "gehört jetzt zum Konto" in dora.post(proof_link, {"antwort": "ja"}).text
    with app.app_context():
        query = sa.select(AddressRow.person_id).where(AddressRow.email == "buero@kanzlei.example")
        assert db.session.scalar(query) == people.anne


def test_the_moderators_see_it_without_a_button_to_publish(app: Flask, people: Cast, emil: Browser) -> None:
    with app.app_context():
        held(people, "Umlage")
    page = emil.page("/moderation")
    assert "Worte zu Umlage" in page
    assert "/freigeben" not in page
    assert emil.post("/moderation/1/freigeben").status_code == 409
    assert titles(app) == []


def test_a_release_needs_its_moderator_logged_in(app: Flask, people: Cast, dora: Browser, anne: Browser, emil: Browser) -> None:
    draft = Draft(source=Source.MAIL, body="Worte zu Umlage", body_format=BodyFormat.PLAIN)
    with app.app_context(), transaction():
        outcome = intake.submit(
            Contribution(draft=draft, person_id=people.anne, title="Umlage", topics=("finanzen",)), cause="guest"
        )
        assert isinstance(outcome, intake.Held)
        moderator = service.get_by_email("emil@rat.example")
        link = path(app, questions.ask_release(moderator, outcome.hold_id).id, moderator.id)
    for other in (dora, anne):
        assert other.get(link).status_code == 302
        assert other.post(link, {"antwort": "ja"}).status_code == 302
    assert "Soll das erscheinen?" in emil.page(link)
    assert titles(app) == []
    assert "Der Beitrag ist erschienen." in emil.post(link, {"antwort": "ja"}).text
    assert titles(app) == ["Worte zu Umlage"]
    assert "schon beantwortet" in emil.page(link)
