"""All routes × roles × states of objects: each word of the world is read by exactly those whom DESIGN names (R92, R93, R102).

A route whose variables have no filler here fails, and so does a form without plausible fields: nothing new escapes.
"""

from __future__ import annotations

import itertools
import logging
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from forum.core import site, tokens
from forum.core.db import transaction
from forum.people import mandates
from forum.threads import access
from tests.houses import Houses
from tests.stores import Stores
from tests.web import canary_world
from tests.web.canary_words import MAY_READ, OUTSIDE, ROLES, WORDS, heard
from tests.web.canary_world import World, browser, everything
from tests.web.conftest import TOKEN, Browser

MISSING = 987_654
Found = dict[str, set[str]]
WRITING = ("composer.blank_answer", "posts.edit_form", "posts.withdraw_form", "threads.post", "assets.file", "one_click.ask")
_ECHO = re.compile(r"weiter=[^\s\"&]*")

FIELDS: dict[str, dict[str, Any]] = {
    "boards.follow": {}, "boards.unfollow": {}, "composer.start": {"titel": "T", "text": "x", "brett": "finanzen"},
    "composer.answer": {"text": "Ich auch.", "nonce": "n" * 20}, "inbox.discard": {"grund": "x"}, "inbox.raw": {},
    "inbox.retry": {}, "language.switch": {"sprache": "de"}, "login.by_password": {"email": "x@y.example", "passwort": "x"},
    "login.leave": {}, "login.leave_everywhere": {}, "login.send_link": {"email": "x@y.example"}, "login.use_link": {},
    "moderation.reject": {"grund": "x"}, "moderation.release": {}, "moderation.undo": {}, "one_click.leave": {},
    "people.confirm": {}, "posts.edit": {"text": "Neu."}, "posts.withdraw": {}, "profile.add_mandate": {"art": "ratsmitglied"},
    "profile.deliver_to": {"adresse": "1"}, "profile.drop_mandate": {}, "profile.save": {"name": "Neu", "sprache": "de"},
    "profile.set_password": {"passwort": "kurz"}, "questions.answer": {"antwort": "ja"},
    "subscriptions.add": {"brett": "finanzen"}, "subscriptions.remove": {"brett": "finanzen"},
    "subscriptions.set_mode": {"brett": "finanzen", "modus": "each"}, "threads.lock": {"grund": "x"}, "threads.unlock": {},
    "threads.wish": {"wunsch": "folgen"},
}  # fmt: skip
"""What each form sends; a form that is missing here fails the test."""


@pytest.fixture(scope="module")
def world(stores: Stores, houses: Houses, _data: Path) -> Iterator[World]:
    with canary_world.opened(stores, houses, _data) as world:
        yield world


@pytest.fixture(scope="module")
def browsers(world: World) -> dict[str, Browser]:
    return {role: browser(world, role) for role in ROLES}


def fillers(world: World) -> dict[str, list[Any]]:
    """For each variable of a route all its values, and one that leads nowhere."""
    with world.app.app_context():
        stolen = [tokens.write(tokens.Token(kind, world.person["birol"], 1, 0), site.keyring()) for kind in ("f", "abo", "a")]
    return {
        "thread_id": [*dict.fromkeys(world.thread.values()), MISSING],
        "post_id": [*world.post.values(), MISSING],
        "attachment_id": [*(number for number, _ in world.file.values()), MISSING],
        "filename": ["x.txt"],
        "hold_id": [*world.hold.values(), MISSING],
        "entry_id": [*world.entry.values(), MISSING],
        "inbound_id": [*world.mail.values(), MISSING],
        "person_id": [*world.person.values(), MISSING],
        "mandate_id": [*world.mandate.values(), MISSING],
        "slug": ["finanzen.kreis-unna", "gibt-es-nicht"],
        "name": ["ratspost.css", "gibt-es-nicht.css"],
        "secret": ["x"],
        "token": ["x", *stolen],
    }


QUERIES = {
    "composer.blank": [f"?gruppe={WORDS['group.slug']}", "?brett=finanzen.kreis-unna"],
    "inbox.page": ["?zustand=held", "?zustand=stuck"],
    "start.page": ["?seite=2"], "login.ask": ["?weiter=/faden/1"], "boards.page": ["?seite=2"],
}  # fmt: skip


def paths(world: World, method: str) -> Iterator[tuple[Rule, dict[str, Any], str]]:
    """(rule, values, path) for every route that takes this method, with every value of its variables."""
    known = fillers(world)
    for rule in world.app.url_map.iter_rules():
        assert rule.methods is not None
        if method not in rule.methods:
            continue
        missing = rule.arguments - set(known)
        assert not missing, f"{rule.rule}: no filler for {missing}; add the objects to the world"
        names = sorted(rule.arguments)
        for values in itertools.product(*(known[name] for name in names)):
            chosen = dict(zip(names, values, strict=True))
            built = rule.build(chosen, append_unknown=False)
            assert built
            yield rule, chosen, built[1]


def all_said(answer: TestResponse, path: str) -> str:
    """Everything an answer carries, without the echo of what was asked."""
    head = f"{answer.status}\n{answer.headers}"
    return _ECHO.sub("", f"{head}\n{answer.get_data().decode(errors='replace')}".replace(path, ""))


def assert_safe(answer: TestResponse, path: str) -> None:
    """Nothing foreign is loaded or framed, nothing is kept by a proxy, no script reads a cookie (R81, R100)."""
    headers = answer.headers
    assert "default-src 'none'" in headers["Content-Security-Policy"], path
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "same-origin"), path
    assert path.startswith("/static/") or headers["Cache-Control"] == "private, no-cache", path
    for cookie in headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie, path
        assert "SameSite=Lax" in cookie, path


def gather(found: Found, role: str, answer: TestResponse, path: str) -> None:
    assert answer.status_code < 500, (role, path)
    assert_safe(answer, path)
    for key in heard(all_said(answer, path)):
        found[key].add(role)


def all_pages(world: World) -> list[tuple[str, str]]:
    """(path, endpoint) of every page with every object, with queries, and of every file by its name."""
    pages = [(path, rule.endpoint) for rule, _, path in paths(world, "GET")]
    pages += [(path + query, name) for path, name in pages for query in QUERIES.get(name, [])]
    return pages + [(f"/anhang/{number}/{name}", "downloads.attachment") for number, name in world.file.values()]


def look_everywhere(world: World, browsers: Mapping[str, Browser]) -> Found:
    """Open every page, download every file, ask for every raw mail; who found which word.

    Frida and Rolf, whose browsers are a stranger's by now, look at one object of each kind; at forms, so do some others.
    """
    found: Found = defaultdict(set)
    pages = all_pages(world)
    for role in ROLES:
        one, tried = browsers[role], set()
        for path, endpoint in pages:
            if endpoint in tried and (role in ("frida", "rolf") or (endpoint in WRITING and role in ("greta", "marta", "emil"))):
                continue
            tried.add(endpoint)
            gather(found, role, one.get(path), path)
        for number in world.mail.values():
            path = f"/mail/{number}/roh"
            gather(found, role, one.post(path), path)
    return found


def test_each_word_is_read_by_exactly_whom_the_table_names(
    world: World, browsers: dict[str, Browser], caplog: pytest.LogCaptureFixture
) -> None:  # R92 R93
    for name in ("forum", "mailbridge"):
        caplog.set_level(logging.INFO, logger=name)
    found = look_everywhere(world, browsers)
    wrong = {key: (set(may), found[key]) for key, may in MAY_READ.items() if found[key] != set(may)}
    assert not wrong, "\n".join(f"{key}: may {sorted(may)}, did {sorted(did)}" for key, (may, did) in wrong.items())
    assert heard(caplog.text) == set()
    assert not [secret for secret in (*world.secrets, *world.keys.values()) if secret in caplog.text]


def test_the_test_can_fail(world: World, browsers: dict[str, Browser], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the one condition broken, Birol reads what the group wrote."""
    for module in ("access", "lists"):
        monkeypatch.setattr(f"forum.threads.{module}.readable", lambda _person: sa.true())
    found: Found = defaultdict(set)
    for path, endpoint in all_pages(world):
        if endpoint in ("threads.page", "posts.revisions", "downloads.attachment", "boards.page"):
            gather(found, "birol", browsers["birol"].get(path), path)
    assert {"group.title", "group.body", "group.old", "group.file", "group.reason", "moved.body"} <= set(found)
    assert access.readable(None).compare(sa.true())


def hidden_from(world: World, role: str) -> dict[str, list[int]]:
    """What this person must not even learn the existence of, by the variable of the route."""
    closed = ("group", "moved", "groupmail")
    own_holds = {"birol": (), "marta": ()}.get(role, ("held", "heldmail", "rejected", "asked", "stranger"))
    mails = {"emil": tuple(world.mail), "carla": ("heldmail", "stranger")}.get(role, ())
    entries = {"carla": ("lock", "rejected"), "emil": ("lock", "rejected"), "marta": ("lock",)}.get(role, ())
    return {
        "thread_id": [world.thread[key] for key in closed],
        "post_id": [world.post[key] for key in closed],
        "attachment_id": [world.file["group"][0]],
        "hold_id": [number for key, number in world.hold.items() if key not in own_holds],
        "entry_id": [number for key, number in world.entry.items() if key not in entries],
        "inbound_id": [number for key, number in world.mail.items() if key not in mails],
        "mandate_id": [world.mandate["anne"]] if role == "birol" else [],
    }


def plain(answer: TestResponse, path: str) -> tuple[int, str]:
    """Status and words of an answer, without what differs from request to request."""
    kept = [f"{name}: {value}" for name, value in answer.headers if name not in ("Set-Cookie", "Content-Length")]
    text = "\n".join((*kept, TOKEN.sub("", answer.get_data().decode(errors="replace"))))
    return answer.status_code, _ECHO.sub("", text.replace(path, ""))


def guard_of(world: World, rule: Rule) -> str:
    return str(vars(world.app.view_functions[rule.endpoint])["guard"])


def send(one: Browser, rule: Rule, method: str, path: str) -> TestResponse:
    return one.get(path) if method == "GET" else one.post(path, FIELDS[rule.endpoint])


@pytest.mark.parametrize("role", ["birol", "marta", "carla", "emil"])
def test_what_is_hidden_answers_as_what_does_not_exist(world: World, browsers: dict[str, Browser], role: str) -> None:  # R93 R102
    hidden, one, before = hidden_from(world, role), browsers[role], everything(world)
    asked = 0
    for method in ("GET", "POST"):
        for rule in world.app.url_map.iter_rules():
            names = [name for name in rule.arguments if name in hidden]
            if len(names) != 1 or rule.methods is None or method not in rule.methods:
                continue
            others = {"filename": "x.txt", "person_id": world.person["anne"]}
            answers = []
            for number in (MISSING, *hidden[names[0]]):
                built = rule.build({**others, names[0]: number}, append_unknown=False)
                assert built
                answers.append(plain(send(one, rule, method, built[1]), built[1]))
            assert answers[0][0] in (403, 404), rule.rule
            assert all(answer == answers[0] for answer in answers), rule.rule
            asked += len(answers)
    assert asked > 60
    assert everything(world) == before


def test_the_group_itself_is_not_told_from_one_that_is_not_there(browsers: dict[str, Browser]) -> None:
    answers = []
    for slug in (WORDS["group.slug"], "gibtesnicht"):
        fields = {"titel": "T", "text": "x", "brett": "finanzen", "gruppe": slug, "nonce": "g" * 20}
        answer = browsers["birol"].post("/neu", fields)
        answers.append((answer.status_code, TOKEN.sub("", answer.text).replace(slug, "")))
        assert WORDS["group.name"] not in answer.text
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


@pytest.mark.parametrize("role", OUTSIDE)
def test_whoever_is_outside_is_led_to_the_login_whatever_they_ask(
    world: World, browsers: dict[str, Browser], role: str
) -> None:  # R96
    one, before = browsers[role], everything(world)
    for rule, _, path in paths(world, "POST"):
        if guard_of(world, rule) == "public":
            continue
        answer = send(one, rule, "POST", path)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/anmelden"), path
    assert everything(world) == before


def test_public_forms_tell_a_stranger_nothing_of_others(world: World, browsers: dict[str, Browser]) -> None:
    found: Found = defaultdict(set)
    for rule, _, path in paths(world, "POST"):
        if guard_of(world, rule) == "public":
            gather(found, "dora", send(browsers["dora"], rule, "POST", path), path)
    assert not found


def test_head_says_what_get_says(world: World, browsers: dict[str, Browser]) -> None:
    for rule, _, path in paths(world, "GET"):
        if rule.arguments <= {"thread_id", "attachment_id", "filename", "secret", "token"}:
            answer = browsers["birol"].client.head(path)
            assert answer.data == b""
            assert answer.status_code == browsers["birol"].get(path).status_code, path
            assert heard(all_said(answer, path)) <= {key for key, may in MAY_READ.items() if "birol" in may}


def test_every_form_has_fields_here(world: World) -> None:
    forms = {rule.endpoint for rule in world.app.url_map.iter_rules() if rule.methods and "POST" in rule.methods}
    assert forms == set(FIELDS)


def test_outside_the_demo_there_are_no_post_boxes(world: World, browsers: dict[str, Browser]) -> None:
    assert not [rule for rule in world.app.url_map.iter_rules() if rule.rule.startswith("/postfach")]
    for role in ("dora", "birol", "emil"):
        for path in ("/postfach/", f"/postfach/{WORDS['person.address']}@rat.example", "/postfach/birol@rat.example/1"):
            assert browsers[role].get(path).status_code == 404


def test_a_mandate_that_is_not_shown_is_not_found(world: World, browsers: dict[str, Browser]) -> None:
    with world.app.app_context(), transaction():
        hidden = mandates.add(canary_world.person(world, "anne"), "ratsmitglied", region="bielefeld", status="einzel")
        hidden.visible = False
    for role in ("birol", "greta", "marta"):
        page = browsers[role].page(f"/person/{world.person['anne']}")
        assert "Köln" in page
        assert "Bielefeld" not in page


def test_what_one_follows_is_nobody_elses_business(world: World, browsers: dict[str, Browser]) -> None:
    assert browsers["greta"].post("/ich/abos", {"brett": "verkehr.bielefeld"}).status_code == 303
    for rule, _, path in paths(world, "GET"):
        if rule.endpoint in ("people.page", "subscriptions.page", "profile.page", "moderation.page"):
            for role in ("birol", "emil"):
                assert "verkehr.bielefeld" not in browsers[role].get(path).text, path
    assert "verkehr.bielefeld" in browsers["greta"].page("/ich/abos")
