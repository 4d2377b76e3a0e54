"""What goes out comes back the same in an empty house, is readable for any mail program, and shows nobody's address."""

from __future__ import annotations

import contextlib
import email
import mailbox
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from forum.config import Config
from forum.core import migrate
from forum.core.db import db, session, transaction
from forum.core.ports import ImportReport
from forum.demo import load
from forum.main import build
from forum.people import bylines, groups, mandates, service
from forum.places import seed
from forum.threads import export, files, placing
from forum.threads import service as threads
from forum.threads.draft import Draft
from forum.threads.models import BodyFormat, PostRow, Source, ThreadRow
from mailbridge.archive import exporter
from mailbridge.archive.importer import Importer
from mailbridge.inbound import parse
from tests.mailbridge.archive.conftest import Bring, letter
from tests.stores import Stores

Everything = dict[str, dict[str, Any]]


def everything() -> Everything:
    """All published posts by Message-ID, with all that an export promises to keep."""
    found: Everything = {}
    for one in export.with_surroundings(export.published_ids(), 1).values():
        post, thread = one.post, one.post.thread
        found[post.message_id] = {
            "thread": one.opening,
            "title": thread.title,
            "subject": thread.subject,
            "number": post.number,
            "places": ([row.topic_id for row in thread.topics], [row.region_id for row in thread.regions]),
            "group": thread.group.slug if thread.group else None,
            "parent": one.ancestors,
            "author": (post.byline.name, post.byline.mandate),
            "text": (post.body_format, post.body.rstrip("\n"), post.body_html, post.quoted.rstrip("\n")),
            "date": post.posted_at.replace(microsecond=0),
            "files": [(file.filename, file.mimetype, files.content(file.sha256)) for file in post.attachments],
        }
    return found


def write(path: Path) -> Path:
    path.write_bytes(b"".join(exporter.entries(export.published_ids())))
    return path


@pytest.fixture
def empty_house(stores: Stores, config: Config, tmp_path: Path) -> Iterator[Flask]:
    """Another house of the same kind, with nothing in it but the places."""
    other = tmp_path / "other"
    other.mkdir()
    url = stores.seeded(other) if config.embedded else stores.empty(other)
    settings = {"RATSPOST_DATA": str(other), "RATSPOST_DATABASE_URL": url, "RATSPOST_SECRET_KEY": "other" * 8}
    house = build(Config.from_env(settings))
    with house.app_context():
        migrate.upgrade(db.engine)
        with transaction():
            seed.load()
    yield house
    with house.app_context():
        db.session.remove()
        db.engine.dispose()


def bring_into(house: Flask, archive: Path) -> tuple[ImportReport, Everything]:
    with house.app_context():
        session().rollback()
        report = Importer(placing.resolve(["allgemein"], ["nrw"]), parse.read, lambda _done, _total: None).run(archive)
        return report, everything()


@pytest.mark.proof
def test_the_whole_demo_comes_back(store: Session, empty_house: Flask, tmp_path: Path) -> None:
    load.fill()
    before = everything()
    closed = store.execute(sa.text("SELECT slug, title FROM audience_group")).all()
    with empty_house.app_context(), transaction():
        for slug, title in closed:
            groups.add(slug, title)
    report, after = bring_into(empty_house, write(tmp_path / "demo.mbox"))
    assert report.broken == ()
    assert after.keys() == before.keys()
    for message_id, was in before.items():
        assert after[message_id] == was, message_id
    with empty_house.app_context():
        assert {row.source for row in session().scalars(sa.select(PostRow))} == {Source.ARCHIVE}


def test_a_group_that_is_not_there_opens_nothing_to_everybody(store: Session, empty_house: Flask, tmp_path: Path) -> None:
    with transaction():
        anne = service.add("Anne", "anne@rat.example")
        groups.join(groups.add("vorstand", "Vorstand"), anne)
        byline = bylines.of(anne)
        draft = Draft(source=Source.WEB, body="Vertraulich.", body_format=BodyFormat.PLAIN)
        first = threads.start("Personal", placing.resolve([], [], "vorstand"), byline, draft)
        threads.reply(first, byline, draft)
    report, after = bring_into(empty_house, write(tmp_path / "a.mbox"))
    assert (report.added, after) == (0, {})
    assert [reason for _, reason in report.broken] == [
        "it belongs to a board or group that does not exist here (There is no board “gruppe-vorstand”)"
    ] * 2


def test_imported_mails_come_back_with_what_they_still_wait_for(bring: Bring, empty_house: Flask, tmp_path: Path) -> None:
    bring(
        letter("b", day=2, answers="lost", refs=["root", "lost"]),
        letter("c", day=3, answers="lost"),
        letter("d", day=4, answers="b", refs=["root", "lost", "b"], text="Ja.\n\nAm 02.09.2024 schrieb Anne:\n> Das ist b.\n"),
    )
    before = everything()
    archive = write(tmp_path / "a.mbox")
    _, after = bring_into(empty_house, archive)
    assert after == before
    with empty_house.app_context():
        awaited = session().execute(sa.text("SELECT message_id FROM awaited ORDER BY post_id, rank")).scalars().all()
    assert awaited == ["<lost@alt.example>", "<root@alt.example>", "<lost@alt.example>"]


def test_ids_that_no_header_can_hold_stop_no_export(bring: Bring, empty_house: Flask, tmp_path: Path) -> None:
    bring(letter("b", day=2, fields="References: <ümlaut@x> <a b@x> <gut@x> <" + "lang" * 240 + "@x>"))
    _, after = bring_into(empty_house, write(tmp_path / "a.mbox"))
    assert list(after) == ["<b@alt.example>"]


def test_every_entry_is_a_mail_that_shows_no_address(store: Session, empty_house: Flask, tmp_path: Path) -> None:
    with transaction():
        anne = service.add("Änne „Rat“ Muster", "anne@rat.example")
        mandates.confirm(mandates.enter(anne, region="bottrop"), anne)
        body = "From the start:\n>From hell\n\nÄÖÜ 🙂 " + "lang " * 300 + "\n\n.\n"
        refs = (
            files.keep("Haushalt Ü 2027.pdf", "application/pdf", b"%PDF-\x00\xff From me\n"),
            files.keep("message.eml", "message/rfc822", b"Subject: innen\n\nVon innen.\n"),
        )
        draft = Draft(source=Source.WEB, body=body, body_format=BodyFormat.MARKDOWN, files=refs)
        first = threads.start("Hebesätze: wohin?", placing.resolve(["finanzen"], ["bottrop"]), bylines.of(anne), draft)
        threads.reply(first, bylines.of(anne), draft)
    path = write(tmp_path / "a.mbox")
    assert b"anne@rat.example" not in path.read_bytes()
    assert max(map(len, path.read_bytes().split(b"\n"))) <= 998
    with contextlib.closing(mailbox.mbox(path)) as box:
        opening, answer = box
    assert opening["From"] is not None
    assert email.utils.parseaddr(str(opening["From"]))[1] == "finanzen.bottrop@ratspost.localhost"
    assert answer["In-Reply-To"] == opening["Message-ID"] == answer["References"]
    parts = [part for part in answer.walk() if not part.is_multipart()]
    assert [part.get_content_type() for part in parts] == ["text/plain", "application/pdf", "application/octet-stream"]
    assert parts[0].get_payload(decode=True).decode().replace("\r\n", "\n") == body  # type: ignore[union-attr]
    assert parts[1].get_payload(decode=True) == b"%PDF-\x00\xff From me\n"
    before = everything()
    assert bring_into(empty_house, path)[1] == before


def test_what_was_withdrawn_does_not_go_out_but_its_answers_do(store: Session, empty_house: Flask, tmp_path: Path) -> None:
    with transaction():
        byline = bylines.of(service.add("Anne", "anne@rat.example"))
        draft = Draft(source=Source.WEB, body="Das kam weg.", body_format=BodyFormat.PLAIN)
        first = threads.start("Test", placing.resolve(["verkehr"], ["hamm"]), byline, draft)
        for _ in range(2):
            threads.reply(first, byline, Draft(source=Source.WEB, body="Das bleibt.", body_format=BodyFormat.PLAIN))
        threads.withdraw(first)
    path = write(tmp_path / "a.mbox")
    assert b"Das kam weg" not in path.read_bytes()
    report, after = bring_into(empty_house, path)
    assert (report.added, report.threads) == (2, 1)
    assert {(post["title"], post["number"]) for post in after.values()} == {("Test", 1), ("Test", 2)}


def test_only_what_stands_on_a_board(store: Session) -> None:
    with transaction():
        byline = bylines.of(service.add("Anne", "anne@rat.example"))
        draft = Draft(source=Source.WEB, body="Text", body_format=BodyFormat.PLAIN)
        here = threads.start("Hier", placing.resolve(["finanzen"], ["bottrop"]), byline, draft)
        threads.start("Dort", placing.resolve(["verkehr"], ["hamm"]), byline, draft)
    board = placing.main_board(store.get_one(ThreadRow, here.thread_id))
    assert export.published_ids(board) == [here.id]
    assert export.threads_of_groups(export.published_ids()) == 0
