"""What leaves by mail, and what the mail doors say: each word of the world reaches exactly whom DESIGN names (R93, R97, R62)."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from forum.core import site, tokens
from forum.core.db import session, transaction
from forum.mailroom import letters
from forum.mailroom.letters import KINDS
from forum.mailroom.models import DeliveryRow, DeliveryState, LetterRow
from forum.people.models import AddressRow, GroupMemberRow
from forum.threads.models import PostRow
from mailbridge.inbound import door
from mailbridge.known_names import current as known_names
from mailbridge.outbound import checks
from tests.houses import Houses
from tests.mailbridge.outbound import office, samples
from tests.mailbridge.outbound.office import Keeper, Sent
from tests.stores import Stores
from tests.web import canary_world
from tests.web.canary_words import ANNE, DECIDERS, MAY_READ, NOBODY, WORDS, heard
from tests.web.canary_world import World, browser, everything, person, receive_mail

AT = "ratspost.localhost"
GROUP = frozenset({"greta"})
FOLLOWERS = frozenset({"birol", "greta", "marta", "carla", "emil", "rolf"})
"""All but the author of everything; Rolf has lost a session, not his mail; Frida is locked."""

MAY_HEAR: dict[str, frozenset[str]] = {
    "open.title": FOLLOWERS, "open.body": FOLLOWERS, "open.filename": FOLLOWERS, "open.file": FOLLOWERS,
    "edited.new": FOLLOWERS, "locked.title": FOLLOWERS, "mail.subject": FOLLOWERS, "mail.body": FOLLOWERS,
    # a group's thread goes to the group
    "group.title": GROUP | ANNE, "group.body": GROUP, "group.filename": GROUP, "group.file": GROUP, "group.name": GROUP,
    "group.slug": GROUP,
    "groupmail.subject": GROUP, "groupmail.body": GROUP, "moved.body": GROUP,
    # the author is told that something waits or was declined, and why; moderators what waits for them, to decide by mail
    "held.title": DECIDERS | ANNE, "heldmail.subject": DECIDERS | ANNE, "heldgroup.title": ANNE, "stranger.address": DECIDERS,
    "held.body": DECIDERS, "held.filename": DECIDERS, "heldmail.body": DECIDERS, "stranger.body": DECIDERS,
    "rejected.title": ANNE, "rejected.reason": ANNE, "asked.title": ANNE, "asked.body": ANNE,
    # what is one's own
    "private.text": ANNE, "person.address": ANNE,
}  # fmt: skip
"""Who gets a word by mail; what is not named here goes to nobody."""
LINK = re.compile(r"https?://[^\s<>\"]+")


@pytest.fixture(scope="module")
def world(stores: Stores, houses: Houses, _data: Path) -> Iterator[World]:
    with canary_world.opened(stores, houses, _data) as world:
        yield world


@pytest.fixture(scope="module")
def names(world: World) -> dict[str, str]:
    """Whose address it is."""
    roles = {number: name for name, number in world.person.items()}
    with world.app.app_context():
        return {row.email: roles[row.person_id] for row in session().scalars(sa.select(AddressRow))}


@pytest.fixture(scope="module")
def first(world: World) -> list[Sent]:
    """All that the world had to mail."""
    with world.app.app_context():
        return office.deliver().sent


@cache
def words_of(sent: Sent) -> str:
    """Everything a mail says: envelope, headers and all parts, decoded."""
    parts = [part.get_content() for part in sent.mail.walk() if not part.is_multipart()]
    texts = [part.decode(errors="replace") if isinstance(part, bytes) else str(part) for part in parts]
    fields = [f"{name}: {value}" for name, value in (*sent.mail.items(), *_fields_of_parts(sent))]
    return "\n".join((sent.sender, sent.recipient, *fields, *texts))


def _fields_of_parts(sent: Sent) -> list[tuple[str, str]]:
    return [field for part in sent.mail.walk() for field in part.items()]


def heard_by(mails: list[Sent], names: dict[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for sent in mails:
        for key in heard(words_of(sent)):
            found[key].add(names[sent.recipient])
    return found


def test_each_word_goes_to_exactly_whom_the_table_names(world: World, first: list[Sent], names: dict[str, str]) -> None:  # R93
    found = heard_by(first, names)
    wrong = {key: found[key] for key in MAY_READ if found[key] != MAY_HEAR.get(key, NOBODY)}
    assert not wrong, "\n".join(f"{key}: {sorted(MAY_HEAR.get(key, NOBODY))} ≠ {sorted(did)}" for key, did in wrong.items())
    with world.app.app_context():
        dropped = session().scalars(sa.select(DeliveryRow.person_id).where(DeliveryRow.state == DeliveryState.DROPPED)).all()
        assert world.person["frida"] in dropped, "her login link was written before she was locked"


def test_the_test_can_fail(world: World, first: list[Sent], names: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With fan-out and last look broken, Birol gets the group's mail."""
    everyone = set(world.person.values())
    monkeypatch.setitem(checks.STILL, "post", lambda _letter, ids: set(ids))
    monkeypatch.setattr("forum.subscriptions.recipients._reachable", lambda _thread, _post, among=None: everyone)
    with world.app.app_context():
        with transaction() as store:
            letter = store.scalars(sa.select(LetterRow).where(LetterRow.post_id == world.post["group"])).one()
            store.execute(sa.delete(DeliveryRow).where(DeliveryRow.letter_id == letter.id))
            letter.fanned_out_at = None
        assert "birol" in heard_by(office.deliver().sent, names)["group.body"]


def test_nobody_sees_who_else_gets_it(first: list[Sent], names: dict[str, str]) -> None:  # R97
    for sent in first:
        said = words_of(sent)
        others = [email for email in names if email != sent.recipient and email in said]
        assert not others, (sent.recipient, sent.mail["Subject"])


def test_no_mail_carries_the_token_of_another(world: World, first: list[Sent], names: dict[str, str]) -> None:  # R56
    with world.app.app_context():
        ring = site.keyring()
    for sent in first:
        for shape in set(re.findall(tokens.SHAPE, words_of(sent))):
            owners = [token.person_id for kind in tokens.KINDS if (token := tokens.read(shape, ring, kind))]
            assert owners == [world.person[names[sent.recipient]]], sent.mail["Subject"]
    logins = [sent for sent in first if world.secrets[0] in words_of(sent)]
    assert [names[sent.recipient] for sent in logins] == ["anne"]
    assert not [sent for sent in first if world.secrets[1] in words_of(sent)]


def attempts(world: World) -> list[tuple[str, dict[str, str]]]:
    """What somebody outside may try: (address, headers)."""
    group, moved = world.thread["group"], world.thread["moved"]
    with world.app.app_context():
        known = session().get_one(PostRow, world.post["group"]).message_id
        stolen = {
            kind: tokens.write(tokens.Token(kind, world.person["greta"], world.post["group"], 0), site.keyring())
            for kind in ("a", "p", "abo")
        }
    return [
        *((f"faden-{number}{word}@{AT}", {}) for number in (group, moved) for word in ("", "-abo", "-ab", "-stumm")),
        (f"gruppe-{WORDS['group.slug']}@{AT}", {}), (f"finanzen@{AT}", {"in_reply_to": known, "references": known}),
        (f"a+{stolen['a']}@{AT}", {}), (f"p+{stolen['p']}@{AT}", {}), (f"a+{stolen['a'][:-1]}b@{AT}", {}),
        (f"hilfe@{AT}", {}), (f"moderation@{AT}", {}), (f"finanzen-abo@{AT}", {}), (f"finanzen-hilfe@{AT}", {}),
    ]  # fmt: skip


@pytest.mark.parametrize("sender", ["birol@rat.example", "dora@fremd.example"])
def test_trying_by_mail_teaches_nothing(
    world: World, first: list[Sent], names: dict[str, str], sender: str, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("forum", "mailbridge"):
        caplog.set_level(logging.INFO, logger=name)
    keeper, before = Keeper(), len(world.mail)
    with world.app.app_context():
        posts = session().scalars(sa.select(sa.func.count()).select_from(PostRow)).one()
        for number, (to, headers) in enumerate(attempts(world)):
            receive_mail(sender, to, f"Versuch {number}", f"Was steht da, {number}?", **headers)
        office.deliver(keeper)
        in_group = session().scalars(sa.select(PostRow.id).where(PostRow.thread_id == world.thread["group"])).all()
        assert len(in_group) == 2
        assert session().scalars(sa.select(sa.func.count()).select_from(PostRow)).one() <= posts + 1
    assert before == len(world.mail)
    closed = {key for key in MAY_READ if key.startswith(("group", "moved", "held", "withdrawn", "private"))}
    for sent in keeper.sent:
        if names[sent.recipient] in ("birol", "marta"):
            assert not heard(words_of(sent)) & closed, sent.mail["Subject"]
    assert "dora@fremd.example" not in {sent.recipient for sent in keeper.sent}
    assert heard(caplog.text) == set()
    assert not re.search(tokens.SHAPE, caplog.text)


def test_the_door_says_of_the_hidden_what_it_says_of_any(world: World) -> None:
    slug = WORDS["group.slug"]
    with world.app.app_context():
        known = known_names()
        said = {to: door.recipient(to, known) for to, _ in attempts(world)}
        said |= {to: door.recipient(to, known) for to in (f"gruppe-{slug[:-1]}@{AT}", f"{slug}@{AT}", f"runde@{AT}")}
        for word in ("", "-abo", "-stumm"):
            hidden, shown = (door.recipient(f"faden-{world.thread[key]}{word}@{AT}", known) for key in ("groupmail", "open"))
            assert hidden == shown
    for to, answer in said.items():
        assert not heard((answer or "").replace(to, "").replace(to.partition("@")[0], "")), (to, answer)


def test_following_every_link_of_every_letter_changes_nothing(world: World, first: list[Sent]) -> None:  # R62
    with world.app.app_context():
        with transaction():
            anne = person(world, "anne")
            written = set(session().scalars(sa.select(LetterRow.kind)))
            for kind in sorted(set(KINDS) - written):
                facts: dict[str, Any] = dict(samples.FACTS[kind][0])
                facts.update({"question": world.question} if "question" in facts else {})
                letters.write(kind, person=anne, thread_id=world.thread["open"], **facts)
        mails = [*first, *office.deliver().sent]
        sent_kinds = select_kinds()
    assert sent_kinds == set(KINDS)
    links = {link.rstrip(".,>)") for sent in mails for link in LINK.findall(words_of(sent))}
    paths = sorted({link.removeprefix(f"{urlsplit(link).scheme}://{urlsplit(link).netloc}") or "/" for link in links})
    assert {"abo", "frage", "anmelden", "beitrag", "faden"} <= {path.split("/")[1] for path in paths}
    before = everything(world)
    for role, method in (("dora", "GET"), ("dora", "HEAD"), ("anne", "GET")):
        one = browser(world, role)
        for path in paths:
            assert one.client.open(path, method=method).status_code < 500, path
    assert everything(world) == before


def select_kinds() -> set[str]:
    """The kinds of which a copy was really sent."""
    query = sa.select(LetterRow.kind).join(DeliveryRow, DeliveryRow.letter_id == LetterRow.id)
    return set(session().scalars(query.where(DeliveryRow.state == DeliveryState.SENT)))


def test_who_left_the_group_hears_no_title_when_they_unsubscribe(
    world: World, first: list[Sent], names: dict[str, str]
) -> None:  # the last of the file: Greta is no longer in the group
    (copy,) = [sent for sent in first if names[sent.recipient] == "greta" and "groupmail.body" in heard(words_of(sent))]
    address = str(copy.mail["List-Unsubscribe"]).partition("mailto:")[2].rstrip("> ")
    with world.app.app_context():
        with transaction() as store:
            store.execute(sa.delete(GroupMemberRow).where(GroupMemberRow.person_id == world.person["greta"]))
        receive_mail("greta@rat.example", address, "unsubscribe", "")
        answers = [sent for sent in office.deliver().sent if names[sent.recipient] == "greta"]
    assert len(answers) == 1
    assert not {key for key in heard(words_of(answers[0])) if key.startswith("group")}
