"""The whole original: readers of a post see all that its mail said, without answer addresses and without anybody's address."""

from __future__ import annotations

import pytest
from flask import Flask

from forum.core.db import db, transaction
from forum.mailroom import ledger
from forum.people import groups
from forum.people.models import PersonRow
from forum.threads import service
from forum.threads.models import PostRow
from mailbridge.inbound import parse, receive
from mailbridge.known_names import current as known_names
from tests.cast import mail
from tests.web.conftest import Browser, Cast

TEXT = "Mein Satz.\n\nAm 2. November 2026 schrieb Gerd <gerd@geheim.example>:\n> Deine Frage.\n> Noch eine."


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_TRUST_FROM": "1"}


def posted(app: Flask, people: Cast, to: str) -> int:
    """The id of the post that Anne's mail becomes."""
    with app.app_context():
        sender = db.session.get_one(PersonRow, people.anne).addresses[0].email
        with transaction():
            inbound_id = ledger.keep(mail(sender, to, "AW: Frage", TEXT), envelope_from=sender, envelope_to=[to], peer="").id
        receive.process(inbound_id, parse.read, known_names)
        post_id = ledger.get(inbound_id).post_id
        assert post_id is not None
        return post_id


def test_a_reader_sees_all_but_no_address(app: Flask, people: Cast, birol: Browser) -> None:
    post_id = posted(app, people, "finanzen@ratspost.localhost")
    page = birol.page(f"/beitrag/{post_id}/original")
    assert "Mein Satz." in page
    assert "> Deine Frage." in page
    assert "gerd@geheim.example" not in page + birol.get(f"/beitrag/{post_id}", follow_redirects=True).text


def test_nobody_sees_it_who_may_not_read_the_post_or_after_it_was_withdrawn(
    app: Flask, people: Cast, anne: Browser, birol: Browser
) -> None:
    with app.app_context(), transaction() as session:
        groups.join(groups.add("kreis", "Kreis"), session.get_one(PersonRow, people.anne))
    post_id = posted(app, people, "gruppe-kreis@ratspost.localhost")
    assert anne.get(f"/beitrag/{post_id}/original").status_code == 200
    assert birol.get(f"/beitrag/{post_id}/original").status_code == 404
    with app.app_context(), transaction() as session:
        service.withdraw(session.get_one(PostRow, post_id))
    assert anne.get(f"/beitrag/{post_id}/original").status_code == 404
