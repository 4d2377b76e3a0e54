"""`transaction()`: the only commit; it does not nest, it reads anew, and it loses nothing between two writers."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from forum.core import journal
from forum.core.db import db, session, transaction
from forum.people.models import PersonRow
from tests import cast
from tests.cast import Cast


def test_an_exception_undoes_everything(store: Session, people: Cast) -> None:
    def change_and_fail() -> None:
        with transaction():
            cast.person(people.anne).name = "Anders"
            session().flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    assert cast.person(people.anne).name == "Anne Muster"


def test_it_does_not_nest(store: Session) -> None:
    with transaction(), pytest.raises(RuntimeError, match="does not nest"), transaction():
        pass


def test_it_reads_anew(app: Flask, store: Session, people: Cast) -> None:
    anne = cast.person(people.anne)
    with app.app_context(), transaction():
        cast.person(people.anne).name = "Anne Neu"
    with transaction():
        assert anne.name == "Anne Neu"


def test_what_a_transaction_has_read_it_does_not_ask_for_again(store: Session, people: Cast) -> None:
    asked: list[str] = []
    with transaction() as current:
        sa.event.listen(current.connection(), "before_cursor_execute", lambda _c, _r, statement, *_rest: asked.append(statement))
        for _ in range(3):
            assert session().get_one(PersonRow, people.anne).name == "Anne Muster"
    assert len([statement for statement in asked if "FROM person" in statement]) == 1


def test_two_writers_wait_for_each_other(app: Flask, store: Session, people: Cast) -> None:
    def raise_epoch() -> None:
        for _ in range(20):
            with app.app_context(), transaction() as current:
                anne = current.get_one(PersonRow, people.anne, with_for_update=True)
                anne.epoch += 1

    threads = [threading.Thread(target=raise_epoch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with transaction():
        assert cast.person(people.anne).epoch == 80


def test_sqlite_writes_ahead_and_waits_for_the_disk(store: Session) -> None:
    """R1: 250 is said only for bytes on stable storage."""
    if db.engine.dialect.name != "sqlite":
        # "on" is PostgreSQL's own default; the test server turns it off, so what counts is that nothing of ours touches it
        assert store.scalar(sa.text("SELECT source FROM pg_settings WHERE name = 'synchronous_commit'")) != "session"
        return
    assert store.scalar(sa.text("PRAGMA journal_mode")) == "wal"
    assert store.scalar(sa.text("PRAGMA synchronous")) == 2
    assert store.scalar(sa.text("PRAGMA foreign_keys")) == 1


def test_a_listener_that_fails_undoes_the_change(store: Session, people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_fact: journal.Fact) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(journal._listeners, "test.fact", [fails])

    def change_and_record() -> None:
        with transaction():
            cast.person(people.anne).name = "Anders"
            journal.record("test.fact")

    with pytest.raises(ZeroDivisionError):
        change_and_record()
    assert cast.person(people.anne).name == "Anne Muster"
