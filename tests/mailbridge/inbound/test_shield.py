"""The way to the disk, once begun, goes on to its end, whatever the client or the operator does meanwhile (R5, R11; M6)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import pytest

from forum.mailroom import ledger
from forum.mailroom.models import InboundState, LedgerRow
from mailbridge import known_names
from mailbridge.inbound import limits, parse, receive, server
from mailbridge.inbound.server import Doors
from tests.cast import ANNE, mail
from tests.mailbridge.inbound.wires import FINANZEN, Wire, until

pytestmark = pytest.mark.socket
MAIL = mail(ANNE, FINANZEN, message_id="<einmal@rat.example>")
Kept = Callable[[], list[LedgerRow]]


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_TRUST_FROM": "1"}


class Gate:
    """Holds the store's hand until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()
        keep_all = ledger.keep_all

        def slowly(arrivals: Sequence[ledger.Arrival]) -> list[int]:
            self.reached.set()
            assert self.opened.wait(10)
            return keep_all(arrivals)

        monkeypatch.setattr(ledger, "keep_all", slowly)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    return Gate(monkeypatch)


def send(doors: Doors) -> bytes:
    with Wire(doors.ports["smtp"]) as wire:
        wire.greet().begin().send(MAIL + b".\r\n")
        return wire.answer()


def work() -> list[InboundState]:
    while receive.step(parse.read, known_names.current):
        pass
    return [row.state for row in reversed(ledger.newest())]


@pytest.mark.parametrize("reset", [False, True], ids=["FIN", "RST"])
def test_a_client_that_goes_during_the_commit_gets_one_post(doors: Doors, kept: Kept, gate: Gate, reset: bool) -> None:  # R5
    wire = Wire(doors.ports["smtp"]).greet().begin()
    wire.send(MAIL + b".\r\n")
    assert gate.reached.wait(5)
    wire.drop(reset=reset)
    time.sleep(0.1)
    gate.opened.set()
    until(lambda: len(kept()) == 1)
    assert send(doors).startswith(b"250")
    assert work() == [InboundState.POSTED, InboundState.DUPLICATE]


@pytest.mark.parametrize("reset", [False, True], ids=["FIN", "RST"])
def test_a_client_that_goes_before_the_dot_leaves_nothing(doors: Doors, kept: Kept, reset: bool) -> None:  # R5
    wire_form = MAIL + b".\r\n"
    for offset in range(0, len(wire_form), len(wire_form) // 10):
        wire = Wire(doors.ports["smtp"]).greet().begin()
        wire.send(wire_form[:offset])
        wire.drop(reset=reset)
    until(lambda: len(doors.house.sessions) == 0)
    assert (kept(), doors.house.memory.held) == ([], 0)
    assert send(doors).startswith(b"250")
    assert work() == [InboundState.POSTED]


def test_a_store_that_takes_too_long_is_451_and_the_retry_is_known(
    doors: Doors, kept: Kept, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:  # R4 R8
    monkeypatch.setattr(server, "ANSWER_SECONDS", 0.2)
    assert send(doors).startswith(b"451")
    gate.opened.set()
    monkeypatch.setattr(server, "ANSWER_SECONDS", limits.ANSWER_SECONDS)
    until(lambda: len(kept()) == 1)
    assert send(doors).startswith(b"250")
    assert work() == [InboundState.POSTED, InboundState.DUPLICATE]


def test_a_mail_that_was_not_begun_when_the_time_is_over_is_taken_back(
    doors: Doors, kept: Kept, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:  # R4
    first = Wire(doors.ports["smtp"]).greet().begin()
    first.send(MAIL + b".\r\n")
    assert gate.reached.wait(5)
    monkeypatch.setattr(server, "ANSWER_SECONDS", 0.2)
    assert send(doors).startswith(b"451")
    gate.opened.set()
    assert first.answer().startswith(b"250")
    first.drop()
    assert len(kept()) == 1


def test_sigterm_waits_for_the_mail_at_hand(doors: Doors, kept: Kept, gate: Gate) -> None:  # R11
    idle = Wire(doors.ports["smtp"]).greet()
    busy = Wire(doors.ports["smtp"]).greet().begin()
    open_data = Wire(doors.ports["smtp"]).greet().begin()
    open_data.send(MAIL[:40])
    busy.send(MAIL + b".\r\n")
    assert gate.reached.wait(5)
    stopping = threading.Thread(target=doors.stop)
    stopping.start()
    assert idle.answer().startswith(b"421")
    assert idle.answer() == b""
    gate.opened.set()
    assert busy.answer().startswith(b"250")
    open_data.send(MAIL[40:] + b".\r\n")
    assert open_data.answer().startswith(b"250")
    assert open_data.answer().startswith(b"421")
    stopping.join(10)
    assert not stopping.is_alive()
    with pytest.raises(ConnectionError):
        Wire(doors.ports["smtp"])
    assert len(kept()) == 2
    for wire in (idle, busy, open_data):
        wire.drop()
