"""The trust table of DESIGN §5 row by row, and what a token is worth in every state it can be in. # R53 R54 R55"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from flask import current_app
from sqlalchemy.orm import Session

from forum.core import site, tokens
from forum.core.db import transaction
from forum.mailroom.models import InboundState
from forum.people import service
from forum.people.models import Standing
from mailbridge.inbound import evidence, identify, parse
from mailbridge.inbound.evidence import Evidence
from mailbridge.inbound.proof import lookup
from tests import cast
from tests.cast import ANNE, BIROL, DORA, Cast, mail
from tests.mailbridge.inbound.desk import DNS, FINANZEN, SETTINGS, arrive, at, mx, proved, questions, token
from tests.mailbridge.inbound.proof.signing import record, signed, zone


@pytest.fixture
def settings() -> dict[str, str]:
    return SETTINGS


@pytest.fixture
def people(store: Session, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(lookup, "texts", DNS)
    return cast.enter()


PASS = Evidence("mta", "pass", "unknown", "rat.example")
EASY, FAILED = Evidence("own", "none", "none", "rat.example"), Evidence("mta", "fail", "none", "rat.example")
STRICT, SILENT = Evidence("own", "none", "reject", "rat.example"), Evidence("mta", "none", "unknown", "rat.example")
QUARANTINE, NOTHING = Evidence("own", "fail", "quarantine", "rat.example"), evidence.NOTHING

TABLE: list[tuple[str, str, Evidence, str, str | None, str]] = [
    # token of, from, evidence → row, waits as, who is asked
    ("anne", ANNE, PASS, "token", None, ""),
    ("anne", ANNE, EASY, "token", None, ""),
    ("anne", ANNE, FAILED, "token", None, ""),
    ("anne", ANNE, STRICT, "token-alone", "unproven", "anne"),
    ("anne", ANNE, QUARANTINE, "token-alone", "unproven", "anne"),
    ("anne", ANNE, SILENT, "token-alone", "unproven", "anne"),
    ("anne", ANNE, NOTHING, "token-alone", "unproven", "anne"),
    ("anne", BIROL, PASS, "other-sender", "other-sender", "anne"),
    ("anne", DORA, PASS, "other-sender", "other-sender", "anne"),
    ("anne", DORA, NOTHING, "other-sender", "other-sender", "anne"),
    ("ended", ANNE, PASS, "other-sender", "other-sender", ""),
    ("", ANNE, PASS, "proved", None, ""),
    ("", ANNE, EASY, "unproven", "unproven", "anne"),
    ("", ANNE, FAILED, "unproven", "unproven", "anne"),
    ("", ANNE, STRICT, "unproven", "unproven", "anne"),
    ("", ANNE, NOTHING, "unproven", "unproven", "anne"),
    ("", DORA, PASS, "guest", "guest", ""),
    ("", DORA, EASY, "stranger", "stranger", ""),
    ("", DORA, NOTHING, "stranger", "stranger", ""),
    ("anne", f"{ANNE}, {DORA}", PASS, "from-unclear", "from-unclear", ""),
    ("", "", PASS, "from-unclear", "from-unclear", ""),
]


def judged(people: Cast, owner: str, sender: str, found: Evidence) -> identify.Sender:
    read = tokens.Token("a", people.anne, 1, 0) if owner == "anne" else None
    return identify.sender(parse.read(mail(sender, FINANZEN)), read, has_token=owner != "", found=found)


def test_the_table(store: Session, people: Cast) -> None:
    for owner, sender, found, row, cause, asked in TABLE:
        verdict = judged(people, owner, sender, found)
        assert (verdict.row, verdict.cause) == (row, cause), (owner, sender, found)
        assert (verdict.asks.id if verdict.asks else None) == (people.anne if asked else None), (owner, sender, found)
        assert verdict.may_act is (cause is None)
        assert verdict.authenticated is (found.aligned == "pass")


def test_without_any_source_a_token_is_enough(store: Session, people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "is_configured", lambda: False)
    assert judged(people, "anne", ANNE, NOTHING).row == "token"
    assert judged(people, "", ANNE, NOTHING).row == "unproven"


def test_trust_from_posts_but_is_no_real_evidence(store: Session, people: Cast) -> None:
    current_app.config["RATSPOST"] = dataclasses.replace(site.config(), trust_from=True)
    for owner in ("anne", ""):
        verdict = judged(people, owner, ANNE, NOTHING)
        assert (verdict.may_act, verdict.authenticated) == (True, False)


@pytest.mark.parametrize("standing", [Standing.LOCKED, Standing.LEFT, Standing.WAITING])
def test_whoever_is_no_member_is_a_stranger(store: Session, people: Cast, standing: Standing) -> None:
    with transaction():
        service.set_standing(cast.person(people.anne), standing)
    assert judged(people, "", ANNE, PASS).row == "guest"
    assert judged(people, "anne", ANNE, PASS).row == "other-sender"
    assert judged(people, "anne", ANNE, PASS).asks is None


def local(address: str, change: Callable[[str], str]) -> str:
    word, _, domain = address.partition("@")
    return f"{change(word)}@{domain}"


STATES: dict[str, tuple[Callable[[str], str], str]] = {
    "as it is": (lambda address: address, "posted"),
    "upper-cased": (str.upper, "posted"),
    "mixed case": (str.title, "posted"),
    "in brackets, with a name": (lambda address: f'"Ratspost" <{address}>', "posted"),
    "folded into the next line": (lambda address: f"=?utf-8?q?R=C3=A4te?=\r\n <{address}>", "posted"),
    "beside its thread": (lambda address: f"{address}, faden-1@ratspost.localhost", "posted"),
    "beside a board": (lambda address: f"{address}, {FINANZEN}", "posted"),
    "twice": (lambda address: f"{address}, {address}", "posted"),
    "cut short": (lambda address: local(address, lambda word: word[:-3]), "held"),
    "one letter changed": (lambda address: local(address, lambda word: word[:-1] + ("b" if word[-1] == "a" else "a")), "held"),
    "one letter more": (lambda address: local(address, lambda word: word + "a"), "held"),
    "another kind": (lambda address: address.replace("a+", "p+"), "held"),
    "quoted": (lambda address: local(address, lambda word: f'"{word}"'), "held"),
    "as quoted-printable": (lambda address: address.replace("a+", "a=2B"), "held"),
    "a letter that looks alike": (lambda address: local(address, lambda word: word.replace("a+c", "a+с")), "held"),
}


def test_a_token_in_all_the_states_it_can_arrive_in(store: Session, people: Cast) -> None:
    start = arrive(proved(mail(ANNE, FINANZEN, "Haushalt")), FINANZEN)
    address = token("a", people.birol, start.post_id or 0)
    wrong = {}
    for number, (name, (change, expected)) in enumerate(STATES.items()):
        to = change(address)
        row = arrive(mx(mail(BIROL, to, "Re", f"Antwort {number}.")), "undisclosed@ratspost.localhost", sender=BIROL)
        if row.state.value != expected:
            wrong[name] = (row.state.value, row.outcome)
    assert wrong == {}


def test_two_tokens(store: Session, people: Cast) -> None:
    first = arrive(proved(mail(ANNE, FINANZEN, "Eins")), FINANZEN).post_id or 0
    second = arrive(proved(mail(ANNE, FINANZEN, "Zwei")), FINANZEN).post_id or 0
    birol = token("a", people.birol, first)
    table = {
        "of two threads": (f"{birol}, {token('a', people.birol, second)}", "two-threads"),
        "of two people": (f"{birol}, {token('a', people.anne, first)}", "two-threads"),
        "for all and in private": (f"{birol}, {token('p', people.birol, people.anne)}", "two-threads"),
        "of a post that never was": (token("a", people.birol, 4_711), "no-target"),
    }
    for name, (to, outcome) in table.items():
        raw = proved(mail(BIROL, to, "Re", name), "kreis.example")
        row = arrive(raw, "undisclosed@ratspost.localhost", sender=BIROL)
        assert (row.state, row.outcome) == (InboundState.HELD, outcome), name
    assert questions() == []


def test_rotated_keys_read_lost_keys_do_not(store: Session, people: Cast) -> None:
    start = arrive(proved(mail(ANNE, FINANZEN, "Haushalt")), FINANZEN)
    old = token("a", people.birol, start.post_id or 0)
    keys = site.config().secret_keys
    for place, (secrets, outcome) in enumerate(((("n" * 40, *keys), "posted"), (("n" * 40,), "unproven"))):
        current_app.config["RATSPOST"] = dataclasses.replace(site.config(), secret_keys=secrets)
        assert arrive(mx(mail(BIROL, old, "Re", f"Nummer {place}")), old, sender=BIROL).outcome == outcome


@pytest.mark.parametrize(
    "end",
    [
        service.reset_tokens,
        lambda person: service.set_standing(person, Standing.LOCKED),
        lambda person: service.set_standing(person, Standing.LEFT),
    ],
    ids=["reset", "locked", "left"],
)
def test_tokens_that_have_ended_ask_nobody(store: Session, people: Cast, end: Callable[..., None]) -> None:
    start = arrive(proved(mail(ANNE, FINANZEN, "Haushalt")), FINANZEN)
    to = token("a", people.birol, start.post_id or 0)
    with transaction():
        end(cast.person(people.birol))
    row = arrive(mx(mail(BIROL, to, "Re", "Zu spät.")), to, sender=BIROL)
    assert (row.state, row.outcome) == (InboundState.HELD, "other-sender")
    assert questions() == []


JOERG = "jörg@bücher.example"
HIS_DNS = zone({"s._domainkey.xn--bcher-kva.example": record("buch"), "_dmarc.xn--bcher-kva.example": b"v=DMARC1; p=reject"})


WRITTEN = (JOERG, "jörg@xn--bcher-kva.example", "JÖRG@BÜCHER.EXAMPLE", "Jörg <jo\u0308rg@bu\u0308cher.example>")


@pytest.mark.parametrize("sender", WRITTEN)
def test_an_international_address_has_one_form(store: Session, monkeypatch: pytest.MonkeyPatch, sender: str) -> None:
    """# R74"""
    monkeypatch.setattr(lookup, "texts", HIS_DNS)
    with transaction():
        joerg = service.add("Jörg Buch", JOERG).id
    raw = signed(mail(sender, FINANZEN, "Bücherei"), "xn--bcher-kva.example", name="buch", headers=("From", "To", "Subject"))
    row = arrive(mx(raw), FINANZEN, sender=JOERG)
    assert row.outcome == "posted"
    told = proved(mail(sender, at("faden-1"), "Bücherei"), "xn--bcher-kva.example")
    assert arrive(told, at("faden-1"), sender=JOERG).outcome == "posted"
    assert cast.person(joerg).addresses[0].email == "jörg@xn--bcher-kva.example"
