"""Whatever fails inside, the sender's server hears "later", in words that tell nothing about us (R3)."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from forum.core.refusals import NotFound
from forum.mailroom import ledger
from forum.mailroom.models import LedgerRow
from mailbridge import replies
from mailbridge.inbound import door
from mailbridge.inbound.room import Room
from mailbridge.inbound.server import Doors
from tests.cast import ANNE, mail
from tests.mailbridge.inbound.wires import FINANZEN, Wire

pytestmark = pytest.mark.socket
SECRET = "/srv/secret\r\n250 OK injected"
ERRORS: list[Exception] = [
    OperationalError(SECRET, {}, Exception("database is locked")), IntegrityError(SECRET, {}, Exception(SECRET)),
    InterfaceError(SECRET, {}, Exception(SECRET)), PoolTimeout(SECRET), sqlite3.OperationalError("database is locked"),
    OSError(28, "No space left on device", SECRET), OSError(122, "Disk quota exceeded"), OSError(5, "Input/output error"),
    OSError(30, "Read-only file system"), OSError(24, "Too many open files"), PermissionError(13, SECRET),
    FileNotFoundError(2, SECRET), ConnectionResetError(SECRET), BrokenPipeError(SECRET), TimeoutError(SECRET),
    socket.gaierror(SECRET),
    ValueError(SECRET), TypeError(SECRET), KeyError(SECRET), IndexError(SECRET), AttributeError(SECRET), NameError(SECRET),
    ZeroDivisionError(SECRET), OverflowError(SECRET), MemoryError(), RecursionError(SECRET), AssertionError(SECRET),
    UnicodeEncodeError("utf-8", SECRET, 0, 1, "surrogates"), StopIteration(SECRET), RuntimeError(SECRET), EOFError(),
    asyncio.IncompleteReadError(b"", 3), NotFound(),
]  # fmt: skip
LATER = replies.TEMPORARY.say().encode() + b"\r\n"


def failing(error: Exception) -> Callable[..., None]:
    def fails(*_args: object, **_words: object) -> None:
        raise error

    return fails


def asked(doors: Doors) -> Wire:
    return Wire(doors.ports["smtp"]).greet()


def test_there_are_thirty_kinds() -> None:
    assert len(ERRORS) >= 30


def test_a_fault_at_mail_from_is_temporary(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:  # R3
    monkeypatch.setattr(Room, "failed", lambda _self: None)
    for error in ERRORS:
        with monkeypatch.context() as patch, asked(doors) as wire:
            patch.setattr(Room, "is_fresh", lambda _self: False)
            patch.setattr(Room, "look", failing(error))
            assert wire.say(f"MAIL FROM:<{ANNE}>") == LATER, error


def test_a_fault_at_rcpt_to_is_temporary(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:  # R3
    monkeypatch.setattr(Room, "failed", lambda _self: None)
    for error in ERRORS:
        with monkeypatch.context() as patch, asked(doors) as wire:
            patch.setattr(door, "recipient", failing(error))
            wire.say(f"MAIL FROM:<{ANNE}>")
            assert wire.say(f"RCPT TO:<{FINANZEN}>") == LATER, error


@pytest.mark.parametrize("place", ["door", "ledger"])
def test_a_fault_after_data_is_temporary_and_nothing_is_kept(
    doors: Doors, kept: Callable[[], list[LedgerRow]], monkeypatch: pytest.MonkeyPatch, place: str
) -> None:  # R3 R4
    monkeypatch.setattr(Room, "failed", lambda _self: None)
    for error in ERRORS:
        with monkeypatch.context() as patch, asked(doors) as wire:
            wire.begin()
            patch.setattr(door if place == "door" else ledger, "mail" if place == "door" else "keep_all", failing(error))
            wire.send(mail(ANNE, FINANZEN) + b".\r\n")
            assert wire.answer() == LATER, error
    assert kept() == []


def test_after_all_that_a_mail_is_taken(
    doors: Doors, kept: Callable[[], list[LedgerRow]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, asked(doors) as wire:
        patch.setattr(ledger, "keep_all", failing(ValueError()))
        wire.begin().send(mail(ANNE, FINANZEN) + b".\r\n")
        assert wire.answer() == LATER
    with asked(doors) as wire:
        wire.begin().send(mail(ANNE, FINANZEN) + b".\r\n")
        assert wire.answer().startswith(b"250")
    assert len(kept()) == 1


def test_one_mail_that_the_store_cannot_hold_does_not_keep_others_out(
    doors: Doors, kept: Callable[[], list[LedgerRow]], monkeypatch: pytest.MonkeyPatch
) -> None:  # R18: many in one commit, but not one fate
    keep_all = ledger.keep_all

    def picky(arrivals: Sequence[ledger.Arrival]) -> list[int]:
        if any(b"Gift" in one.raw for one in arrivals):
            raise ValueError(SECRET)
        return keep_all(arrivals)

    monkeypatch.setattr(ledger, "keep_all", picky)
    subjects = ["Gut", "Gift", "Auch gut", "Gift", "Noch gut"]
    wires = [asked(doors).begin() for _ in subjects]
    for wire, subject in zip(wires, subjects, strict=True):
        wire.send(mail(ANNE, FINANZEN, subject) + b".\r\n")
    assert [wire.answer()[:3] for wire in wires] == [b"250", b"451", b"250", b"451", b"250"]
    for wire in wires:
        wire.drop()
    assert len(kept()) == 3


ODD = ("X\r250 OK", "MAIL FROM:<a\rb@x>", "VRFY <a\r250>", "RCPT TO:<\x07>", "HELO \x1b[31m", "EXPN \x00", "N\x7f")


def test_no_answer_repeats_what_was_said(doors: Doors) -> None:  # R3
    with asked(doors) as wire:
        for command in ODD:
            lines = wire.say(command).decode("ascii").removesuffix("\r\n").split("\r\n")
            assert all(line.isprintable() for line in lines), command
