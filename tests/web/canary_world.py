"""A forum in which every text has a word of its own (tests/web/canary_words.py), in all the states that an object can have."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from forum.core.db import Base, session, transaction
from forum.mailroom import ledger, letters, notices
from forum.mailroom.models import InboundState
from forum.moderation import holds, inbox, intake, locks, questions
from forum.moderation.contribution import Contribution
from forum.moderation.models import HoldRow, ModerationRow
from forum.people import groups, login, mandates, service
from forum.people.models import AddressRow, GroupMemberRow, PersonRow, RoleKind, Standing
from forum.places import boards
from forum.subscriptions import service as subscriptions
from forum.threads import files
from forum.threads import service as threads
from forum.threads.draft import Draft, FileRef
from forum.threads.models import AttachmentRow, BodyFormat, PostRow, Source, ThreadRow
from mailbridge.inbound import parse, receive
from mailbridge.inbound.mail import ParsedMail
from mailbridge.known_names import current as known_names
from tests import cast
from tests.conftest import _config
from tests.houses import Houses
from tests.stores import Stores
from tests.web.canary_words import INSIDE, WORDS
from tests.web.conftest import Browser


@dataclass
class World:
    """Ids by name, in the order in which they were made."""

    app: Flask
    person: dict[str, int] = field(default_factory=dict)
    thread: dict[str, int] = field(default_factory=dict)
    post: dict[str, int] = field(default_factory=dict)
    file: dict[str, tuple[int, str]] = field(default_factory=dict)
    hold: dict[str, int] = field(default_factory=dict)
    entry: dict[str, int] = field(default_factory=dict)
    mail: dict[str, int] = field(default_factory=dict)
    mandate: dict[str, int] = field(default_factory=dict)
    question: int = 0
    keys: dict[str, str] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)


@contextmanager
def opened(stores: Stores, houses: Houses, folder: Path) -> Iterator[World]:
    """The world in a store of its own, for all tests of a module; the house is that of other tests with these settings."""
    folder.mkdir()
    config = _config(folder, stores.seeded(folder), {"RATSPOST_TRUST_FROM": "1"})
    with houses.open(config) as app, pytest.MonkeyPatch.context() as patch:
        patch.setattr("mailbridge.plugs.Pool", _ReadHere)
        yield build(app)
    shutil.rmtree(folder)


class _ReadHere:
    """Reads mails in this process; a child for each look at an original would cost more than all the rest."""

    def __init__(self, size: int = 1) -> None:
        self.size = size

    def __enter__(self) -> _ReadHere:
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing runs."""

    def read_anyway(self, raw: bytes) -> ParsedMail:
        return parse.read(raw)


def everything(world: World) -> dict[str, Any]:
    """What is in every table."""
    with world.app.app_context():
        return {table.name: session().execute(sa.select(table)).all() for table in Base.metadata.sorted_tables}


def browser(world: World, role: str) -> Browser:
    """The browser of one of the cast, logged in as long as their session was."""
    found = Browser(world.app.test_client())
    if role in world.keys:
        with found.client.session_transaction() as cookie:
            cookie["_user_id"] = world.keys[role]
    return found


def build(app: Flask) -> World:
    """All objects in all their states; nothing has been mailed yet."""
    world = World(app)
    with app.app_context():
        with transaction() as store:
            _people(world, store)
        _threads(world)
        _group(world)
        _withdrawn(world)
        _waiting(world)
        _mails(world)
        with transaction() as store:
            _leftovers(world, store)
    return world


def person(world: World, name: str) -> PersonRow:
    """One of the cast, read anew."""
    return session().get_one(PersonRow, world.person[name])


def _people(world: World, store: Session) -> None:
    for name in (*INSIDE, "frida", "rolf"):
        email = f"{WORDS['person.address']}@rat.example" if name == "anne" else f"{name}@rat.example"
        row = service.add(WORDS["locked-person.name"].title() if name == "frida" else f"{name.title()} Beispiel", email)
        world.person[name] = row.id
        world.keys[name] = login.open_session(row)
    anne, frida = person(world, "anne"), person(world, "frida")
    anne.about, frida.about = f"Ich mag {WORDS['person.about']}.", WORDS["locked-person.about"]
    store.add(AddressRow(person_id=anne.id, email=f"{WORDS['person.unproved']}@rat.example"))
    service.grant(person(world, "carla"), RoleKind.MODERATOR, [boards.get("kreis-unna")])
    service.grant(person(world, "marta"), RoleKind.MODERATOR, [boards.get("koeln")])
    service.grant(person(world, "emil"), RoleKind.ADMIN)
    world.mandate["anne"] = mandates.add(anne, "ratsmitglied", region="koeln", status="einzel").id
    group = groups.add(WORDS["group.slug"], f"Runde {WORDS['group.name']}")
    for name in ("anne", "greta"):
        groups.join(group, person(world, name))
    for name in world.person:
        subscriptions.follow(person(world, name), boards.get("nrw"))
    boards.configure(boards.get("verkehr.kreis-unna"), guests="hold", first_posts_held=None, held=True)


def _submit(
    world: World, key: str, *, cause: str | None = None, answers: str | None = None, group: bool = False, by: str = "anne",
    title: str | None = None, body: str | None = None,
) -> intake.Outcome:  # fmt: skip
    """A contribution of Anne's about the finances of the district of Unna, with a file if the table knows one."""
    with transaction():
        kept: tuple[FileRef, ...] = ()
        if f"{key}.filename" in WORDS:
            kept = (files.keep(f"{WORDS[f'{key}.filename']}.txt", "text/plain", WORDS[f"{key}.file"].encode()),)
        draft = Draft(source=Source.WEB, body=body or WORDS[f"{key}.body"], body_format=BodyFormat.MARKDOWN, files=kept)
        return intake.submit(
            Contribution(
                draft=draft, person_id=world.person[by], title=title or WORDS.get(f"{key}.title", f"Titel {key}"),
                topics=("finanzen",), regions=("kreis-unna",), group=WORDS["group.slug"] if group else None,
                parent_id=world.post[answers] if answers else None,
            ),
            cause=cause,
        )  # fmt: skip


def _posted(world: World, key: str, **more: object) -> PostRow:
    outcome = _submit(world, key, **more)  # type: ignore[arg-type]
    assert isinstance(outcome, intake.Posted), outcome
    world.post[key], world.thread[key] = outcome.post_id, outcome.thread_id
    file = session().scalar(sa.select(AttachmentRow).where(AttachmentRow.post_id == outcome.post_id))
    if file is not None:
        world.file[key] = file.id, file.filename
    return session().get_one(PostRow, outcome.post_id)


def _held(world: World, key: str, **more: object) -> None:
    outcome = _submit(world, key, **{"cause": "first-post", **more})  # type: ignore[arg-type]
    assert isinstance(outcome, intake.Held), outcome
    world.hold[key] = outcome.hold_id


def _threads(world: World) -> None:
    _posted(world, "open")
    _posted(world, "edited", answers="open", body=WORDS["edited.old"])
    _posted(world, "locked", body="Schluss.", title=WORDS["locked.title"])
    with transaction():
        threads.edit(session().get_one(PostRow, world.post["edited"]), WORDS["edited.new"], person(world, "anne"))
        thread = session().get_one(ThreadRow, world.thread["locked"])
        world.entry["lock"] = locks.lock(thread, person(world, "carla"), WORDS["locked.reason"]).id


def _group(world: World) -> None:
    """A thread of the group that Carla closed while she was in it, and one that was merged into it."""
    _posted(world, "group", group=True, body=WORDS["group.old"])
    _posted(world, "moved")
    with transaction() as store:
        carla, group = person(world, "carla"), groups.find(WORDS["group.slug"])
        assert group is not None
        threads.edit(store.get_one(PostRow, world.post["group"]), WORDS["group.body"], person(world, "anne"))
        groups.join(group, carla)
        store.flush()
        thread = store.get_one(ThreadRow, world.thread["group"])
        world.entry["group"] = locks.lock(thread, carla, WORDS["group.reason"]).id
        store.delete(store.get_one(GroupMemberRow, (group.id, carla.id)))
        moved, thread.post_count = store.get_one(PostRow, world.post["moved"]), 2
        store.get_one(ThreadRow, moved.thread_id).merged_into_id = thread.id
        moved.thread_id, moved.number = thread.id, 2


def _withdrawn(world: World) -> None:
    _posted(world, "withdrawn", answers="open", body=WORDS["withdrawn.old"])
    with transaction():
        post = session().get_one(PostRow, world.post["withdrawn"])
        threads.edit(post, WORDS["withdrawn.body"], person(world, "anne"))
        threads.withdraw(post)


def _waiting(world: World) -> None:
    _held(world, "held")
    _held(world, "heldgroup", group=True)
    _held(world, "heldanswer", answers="moved", cause="blocked-file")
    _held(world, "rejected")
    with transaction() as store:
        carla = person(world, "carla")
        holds.reject(store.get_one(HoldRow, world.hold["rejected"]), carla, WORDS["rejected.reason"])
        world.entry["rejected"] = store.scalars(sa.select(ModerationRow.id).where(ModerationRow.act == "reject")).one()


def receive_mail(sender: str, to: str, subject: str, text: str, **headers: str) -> int:
    """Let a mail in by the worker's way; its number in the ledger."""
    raw = cast.mail(sender, to, subject, text, **headers)
    with transaction():
        number = ledger.keep(raw, envelope_from=sender, envelope_to=[to], peer="127.0.0.1").id
    receive.process(number, parse.read, known_names)
    return number


def _mails(world: World) -> None:
    anne, at = f"{WORDS['person.address']}@rat.example", "ratspost.localhost"
    quoted = f"\n\nAm 2. November 2026 schrieb Gerd <gerd@geheim.example>:\n> {WORDS['mail.quoted']}"
    group = f"gruppe-{WORDS['group.slug']}@{at}"
    first = {
        "mail": (f"finanzen.kreis-unna@{at}", WORDS["mail.subject"], WORDS["mail.body"] + quoted),
        "groupmail": (group, WORDS["groupmail.subject"], WORDS["groupmail.body"]),
        "heldmail": (f"verkehr.kreis-unna@{at}", WORDS["heldmail.subject"], WORDS["heldmail.body"]),
        "withdrawnmail": (f"faden-{world.thread['open']}@{at}", WORDS["withdrawnmail.subject"], WORDS["withdrawnmail.body"]),
    }  # fmt: skip
    for key, (to, subject, text) in first.items():
        answers = {"in_reply_to": "<elsewhere@rat.example>"} if key == "mail" else {}  # so that what it quotes is folded
        world.mail[key] = receive_mail(anne, to, subject, text, x_word=WORDS[f"{key}.raw"], **answers)
        post_id = ledger.get(world.mail[key]).post_id
        if post_id is not None:
            world.post[key], world.thread[key] = post_id, session().get_one(PostRow, post_id).thread_id
    world.mail["stranger"] = receive_mail(
        f"{WORDS['stranger.address']}@fremd.example", f"verkehr.kreis-unna@{at}", "Gast", WORDS["stranger.body"]
    )
    with transaction() as store:
        threads.withdraw(store.get_one(PostRow, world.post["withdrawnmail"]))
        for inbound_id, hold_id in store.execute(sa.select(HoldRow.inbound_id, HoldRow.id)):
            for key in ("heldmail", "stranger"):
                if world.mail[key] == inbound_id:
                    world.hold[key] = hold_id


def _leftovers(world: World, store: Session) -> None:
    """What is no contribution: a stuck mail, a private letter, a question, login links, the ends of Frida and Rolf."""
    anne, emil = person(world, "anne"), person(world, "emil")
    raw = WORDS["stuck.raw"].encode()
    for key in ("stuck", "discarded"):
        row = ledger.keep(raw if key == "stuck" else b"x", envelope_from="a@b.example", envelope_to=["finanzen@x"], peer="::1")
        row.subject = WORDS["stuck.subject"]
        ledger.settle(row, InboundState.STUCK, "error", detail=WORDS["stuck.detail"])
        world.mail[key] = row.id
    inbox.discard(ledger.get(world.mail["discarded"]), emil, WORDS["log.reason"])
    asked = intake.submit(
        Contribution(
            draft=Draft(source=Source.MAIL, body=WORDS["asked.body"], body_format=BodyFormat.PLAIN, content_key="asked"),
            person_id=anne.id, title=WORDS["asked.title"], topics=("finanzen",), regions=("kreis-unna",),
        ),
        cause="unproven",
    )  # fmt: skip
    assert isinstance(asked, intake.Held)
    world.hold["asked"] = asked.hold_id
    world.question = questions.ask_about_hold(anne, "", asked.hold_id).id
    letters.write("private", person=anne, sender=emil.id, name="Emil", subject="Du", text=WORDS["private.text"])
    letters.write("help", person=person(world, "birol"))
    notices.send_welcome(person(world, "birol"))
    files.keep(f"{WORDS['draft.file']}.txt", "text/plain", WORDS["draft.file"].encode())
    world.secrets = [notices.send_login_link(person(world, name)).rpartition("/")[2] for name in ("anne", "frida")]
    service.set_standing(person(world, "frida"), Standing.LOCKED)
    login.end_sessions(person(world, "rolf"))
    service.reset_tokens(person(world, "rolf"))
