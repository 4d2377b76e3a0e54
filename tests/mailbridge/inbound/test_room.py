"""No room for one more mail: "not now" at MAIL FROM, before anything was sent; and room again when the trouble is over."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from forum.config import Config
from forum.core import clock, free_space
from forum.core.db import transaction
from forum.mailroom import ledger
from forum.mailroom.models import LedgerRow
from mailbridge.inbound import server
from mailbridge.inbound.room import Marks, Room
from mailbridge.inbound.server import Doors
from tests.cast import ANNE, mail
from tests.conftest import DATABASE
from tests.mailbridge.inbound.wires import FINANZEN, Wire

MB = 1_000_000
PATIENT = Marks(look_again=0)


def disk(monkeypatch: pytest.MonkeyPatch, *, free: int, inodes: float = 0.5) -> None:
    facts = SimpleNamespace(f_bavail=free // 4096, f_frsize=4096, f_files=1000, f_favail=int(1000 * inodes))
    monkeypatch.setattr(free_space, "os", SimpleNamespace(statvfs=lambda _path: facts))


def keep(count: int, raw: bytes = b"Subject: x\r\n\r\n") -> None:
    with transaction():
        for _ in range(count):
            ledger.keep(raw, envelope_from=ANNE, envelope_to=[FINANZEN], peer="127.0.0.1")


@pytest.mark.skipif(DATABASE != "sqlite", reason="PostgreSQL looks after its own disk")
@pytest.mark.parametrize(
    ("free", "inodes", "short"), [(201 * MB, 0.5, False), (199 * MB, 0.5, True), (900 * MB, 0.04, True), (900 * MB, 0.06, False)]
)
def test_a_disk_is_short_below_200_mb_or_5_percent_of_inodes(
    config: Config, monkeypatch: pytest.MonkeyPatch, free: int, inodes: float, short: bool
) -> None:  # R6
    disk(monkeypatch, free=free, inodes=inodes)
    assert free_space.is_short(config) is short


def test_the_door_waits_for_the_disk(
    store: Session, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:  # R6
    room = Room(config, PATIENT)
    monkeypatch.setattr(free_space, "is_short", lambda _config: True)
    assert str(room.look()).startswith("452-4.3.1")
    monkeypatch.setattr(free_space, "is_short", lambda _config: False)
    assert room.look() is None


@pytest.mark.parametrize("marks", [Marks(mails=2), Marks(octets=30)])
def test_the_door_waits_for_the_worker(store: Session, config: Config, marks: Marks) -> None:  # R10
    room = Room(config, marks)
    keep(2)
    assert room.look() is None
    keep(1)
    assert str(room.look()).startswith("451-4.3.2")


def test_the_door_waits_for_an_old_mail(store: Session, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:  # R10
    room = Room(config)
    keep(1)
    assert room.look() is None
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(minutes=16))
    assert str(room.look()).startswith("451-4.3.2")


def test_the_breaker_opens_after_ten_failures_and_closes_with_the_first_success(config: Config) -> None:  # R7
    room = Room(config)
    for _ in range(9):
        room.failed()
    assert room.breaker() is None
    room.failed()
    assert str(room.breaker()).startswith("451")
    room.worked()
    assert room.breaker() is None


def test_a_backlog_is_counted_in_octets_too(store: Session) -> None:
    assert ledger.backlog() == ledger.Backlog(0, 0, None)
    keep(2, b"12345")
    found = ledger.backlog()
    assert (found.mails, found.octets, found.oldest is None) == (2, 10, False)


@pytest.mark.socket
@pytest.mark.skipif(DATABASE != "sqlite", reason="a lock on the whole store is SQLite's")
class TestLocked:
    """Somebody holds the store's write lock (R7)."""

    @pytest.fixture
    def lock(self, app: Flask, config: Config, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
        monkeypatch.setattr(server, "ANSWER_SECONDS", 0.1)
        other = sqlite3.connect(config.database_url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
        yield other
        other.close()

    def test_mails_are_451_then_the_breaker_answers_and_afterwards_all_is_well(
        self, doors: Doors, lock: sqlite3.Connection, kept: Callable[[], list[LedgerRow]]
    ) -> None:
        lock.execute("BEGIN IMMEDIATE")
        for _ in range(10):
            with Wire(doors.ports["smtp"]) as wire:
                wire.greet().begin().send(mail(ANNE, FINANZEN) + b".\r\n")
                assert wire.answer().startswith(b"451")
        with Wire(doors.ports["smtp"]) as wire:
            assert wire.greet().say(f"MAIL FROM:<{ANNE}>").startswith(b"451")
        lock.execute("ROLLBACK")
        doors.room.worked()  # thirty seconds later
        waited = threading.Event()
        for _ in range(50):
            with Wire(doors.ports["smtp"]) as wire:
                wire.greet().begin().send(mail(ANNE, FINANZEN, "danach") + b".\r\n")
                if wire.answer().startswith(b"250"):
                    break
            waited.wait(0.1)
        assert b"danach" in kept()[-1].raw
