"""The demo's post boxes: only in the demo, only at home (DESIGN §9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from forum.app import create_app
from forum.config import Config
from forum.core import site
from forum.core.db import db
from forum.core.ports import LocalMail
from forum.core.refusals import BadInput, NotFound
from tests.web.conftest import Browser, Cast

MAIL = LocalMail(
    "k1", "[Finanzen] Hallo", "Anne <f@x.example>", "faden-1@x.example", "heute", "Text\n> alt", "a+x@x.example", "<1@x>"
)


class Boxes:
    """One box with one mail; remembers what was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, ...]] = []

    def owners(self) -> list[str]:
        return ["anne@rat.example"]

    def mails(self, owner: str) -> list[LocalMail]:
        return [MAIL]

    def mail(self, owner: str, key: str) -> LocalMail:
        if key != MAIL.key:
            raise NotFound()
        return MAIL

    def answer(self, owner: str, key: str, text: str) -> str:
        self.sent.append((owner, key, text))
        return "250 Danke"

    def write(self, owner: str, to: str, subject: str, text: str) -> str:
        if "@" not in to:
            raise BadInput(field="An", value=to)
        self.sent.append((owner, to, subject, text))
        return "250 Danke"


@pytest.fixture
def boxes() -> Boxes:
    return Boxes()


@pytest.fixture
def demo(config: Config, app: Flask, boxes: Boxes) -> Iterator[Browser]:
    """A stranger's browser in a forum with post boxes."""
    with app.app_context():
        ports = replace(site.ports(), postboxes=boxes)
    made = create_app(config, ports)
    yield Browser(made.test_client())
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


def test_outside_the_demo_there_are_none(dora: Browser) -> None:
    assert dora.get("/postfach/").status_code == 404


def test_a_mail_is_read_and_answered(demo: Browser, boxes: Boxes) -> None:
    assert "anne@rat.example" in demo.page("/postfach/")
    assert "[Finanzen] Hallo" in demo.page("/postfach/anne@rat.example")
    assert "<blockquote>" in demo.page("/postfach/anne@rat.example/k1")
    answer = demo.post("/postfach/anne@rat.example/k1", {"text": "Ja."})
    assert answer.status_code == 303
    assert "250 Danke" in demo.page(answer.headers["Location"])
    assert boxes.sent == [("anne@rat.example", "k1", "Ja.")]
    assert demo.get("/postfach/anne@rat.example/k2").status_code == 404
    assert demo.get("/postfach/nora@rat.example").status_code == 404


def test_whoever_takes_part_has_a_box_before_the_first_mail(demo: Browser, people: Cast, boxes: Boxes) -> None:
    assert "Birol Beispiel" in demo.page("/postfach/")
    assert "Noch keine Mail." in demo.page("/postfach/birol@rat.example")
    assert demo.post("/postfach/birol@rat.example", {"an": "hamm@x.example", "text": "Hallo"}).status_code == 303
    assert demo.post("/postfach/nora@rat.example", {"an": "hamm@x.example", "text": "Hallo"}).status_code == 404
    assert "Birol Beispiel" in demo.page("/anmelden")
    assert "Birol Beispiel" not in demo.get("/anmelden", headers={"Host": "forum.example"}).text


def test_a_new_mail_is_written_and_a_refusal_shown(demo: Browser, boxes: Boxes) -> None:
    fields = {"an": "finanzen@x.example", "betreff": "Neu", "text": "Hallo"}
    assert demo.post("/postfach/anne@rat.example", fields).status_code == 303
    wrong = demo.post("/postfach/anne@rat.example", {**fields, "an": "finanzen"})
    assert wrong.status_code == 400
    assert "Hallo" in wrong.text
    assert len(boxes.sent) == 1


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"])
def test_through_a_proxy_there_are_none(demo: Browser, header: str) -> None:
    assert demo.get("/postfach/", headers={header: "for=1.2.3.4"}).status_code == 404


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost:8000", 200), ("127.0.0.1", 200), ("[::1]:8000", 200), ("forum.example", 404), ("192.0.2.1:80", 404), ("", 404)],
)
def test_only_this_machine_may_ask(demo: Browser, host: str, status: int) -> None:
    assert demo.get("/postfach/", headers={"Host": host}).status_code == status


def test_each_of_its_routes_is_closed_to_whoever_is_not_at_home(demo: Browser, boxes: Boxes) -> None:
    closed = 0
    for rule in demo.client.application.url_map.iter_rules():
        if rule.rule.startswith("/postfach"):
            built = rule.build({"owner": "anne@rat.example", "key": "k1"}, append_unknown=False)
            assert built
            for headers in ({"X-Forwarded-For": "192.0.2.1"}, {"Host": "forum.example"}):
                assert demo.get(built[1], headers=headers).status_code == 404
                assert demo.post(built[1], {"an": "a@b.example", "text": "x"}, headers=headers).status_code in (400, 404, 405)
                closed += 1
    assert closed == 10
    assert boxes.sent == []
