"""Whole mails as they leave the house, beside golden files: a change of one octet is a decision, not an accident (DESIGN §7).

A case without its file writes it and fails: look at the file, then run again. `golden/` holds the mails with LF line ends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from forum.core import clock
from forum.core.db import transaction
from forum.people import groups, mandates, service
from forum.threads import files
from tests import cast
from tests.cast import BIROL, Cast
from tests.mailbridge.outbound import office, samples

GOLDEN = Path(__file__).parent / "golden"
NOON = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_MAIL_DOMAIN": "post.example", "RATSPOST_BASE_URL": "https://forum.example", "RATSPOST_ATTACH": "1"}


@pytest.fixture(autouse=True)
def _nothing_by_chance(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The hour and the random part of ids stand still."""
    monkeypatch.setattr("forum.threads.message_ids.secrets.token_hex", lambda octets: "ab" * octets)
    with clock.stopped_at(NOON):
        yield


def opening(people: Cast) -> None:
    body = "Wer erhöht **2027**?\n\n- Grundsteuer B\n- Gewerbesteuer\n\nUnser [Haushalt](https://bottrop.example/haushalt) steht."
    office.start(people.anne, body=body)


def answer_to_an_older_post(people: Cast) -> None:
    first = office.start(people.anne)
    second = office.reply(people.carla, first, "Wir nicht.")
    office.reply(people.anne, second, "Danke!")
    office.reply(people.carla, first, "Noch etwas: Die Kreisumlage steigt.")


def born_in_a_mail(people: Cast) -> None:
    first = office.start(people.anne, message_id="<anfrage-1@rat.example>")
    office.reply(
        people.carla, first, "Siehe unten.\n\n> Wer erhöht?\n\nNiemand.\n.\nFrom hier an.", message_id="<x.1@forum.example>"
    )


def of_a_group(people: Cast) -> None:
    with transaction():
        circle = groups.add("haushalt", "Haushaltskreis")
        for member in (people.anne, people.birol):
            groups.join(circle, cast.person(member))
    office.start(people.anne, title="Unter uns", group="haushalt")


def umlauts(people: Cast) -> None:
    with transaction():
        joerg = service.add('Jörg "Jo" Müßig-Großenbrink', "joerg@rat.example")
        mandates.confirm(mandates.add(joerg, "ratsmitglied", region="bergisch-gladbach"), cast.person(people.carla))
        joerg_id = joerg.id
    title = "Übergänge für Fußgänger: größere Ampelphasen an Straßenübergängen in der Nähe von Schulen und Kitas"
    office.start(joerg_id, title=title, topics=("finanzen",), regions=("bergisch-gladbach",))


def with_files(people: Cast) -> None:
    with transaction():
        small = files.keep("Antrag.txt", "text/plain", b"Beschlussvorschlag: ja.\n")
        big = files.keep("Haushaltsplan Übersicht.pdf", "application/pdf", b"%PDF-1.7 " * 160_000)
        tiny = files.keep("ja.txt", "text/plain", b"ja\n")
    office.start(people.anne, body="Siehe Anlagen.", files=(small, big, tiny))


CASES: dict[str, Callable[[Cast], None]] = {
    "opening": opening,
    "answer-to-an-older-post": answer_to_an_older_post,
    "born-in-a-mail": born_in_a_mail,
    "group": of_a_group,
    "umlauts": umlauts,
    "files": with_files,
}


@pytest.mark.parametrize("name", CASES)
def test_a_post_leaves_as_its_golden_mail(people: Cast, name: str) -> None:
    CASES[name](people)
    compare(name, office.deliver().to(BIROL)[-1])


@pytest.mark.parametrize("name", ["answer-to-an-older-post", "group", "files"])
def test_an_english_reader_gets_the_same_in_english(people: Cast, name: str) -> None:
    with transaction():
        cast.person(people.birol).locale = "en"
    CASES[name](people)
    compare(f"{name}-en", office.deliver().to(BIROL)[-1])


def compare(name: str, sent: office.Sent) -> None:
    assert sent.message.isascii()
    assert sent.message.count(b"\n") == sent.message.count(b"\r\n") == sent.message.count(b"\r")
    assert max(map(len, sent.message.split(b"\r\n"))) <= 998
    assert all(part.defects == [] for part in sent.mail.walk())
    golden = GOLDEN / f"{name}.eml"
    mail = sent.message.replace(b"\r\n", b"\n")
    if not golden.exists():
        golden.write_bytes(mail)
        pytest.fail(f"{golden.name} was not there; it is now: read it")
    assert mail.decode() == golden.read_text("ascii")


NEED_A_ROW = {"case", "question", "address-question", "address-proof"}
"""Kinds that go out only while their hold or question waits."""


@pytest.mark.parametrize("kind", sorted(set(samples.FACTS) - NEED_A_ROW))
def test_a_letter_leaves_as_its_golden_mail(people: Cast, kind: str) -> None:
    post_id = office.start(people.anne, message_id="<anfrage-1@rat.example>")
    office.deliver()
    with transaction():
        samples.write(kind, people.birol, post_id, samples.FACTS[kind][0])
    compare(f"letter-{kind}", office.deliver().to(BIROL)[-1])
