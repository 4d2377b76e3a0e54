"""How much one session, one address and all together may do (R68), and that a 421 is the end."""

from __future__ import annotations

import dataclasses
import time

import pytest

from mailbridge.inbound import limits
from mailbridge.inbound.limits import STRANGERS, TRUSTED, Limits, Peers
from mailbridge.inbound.server import Doors
from tests.cast import ANNE, mail
from tests.mailbridge.inbound.wires import FINANZEN, Wire, until

pytestmark = pytest.mark.socket
WRONG = "unsinn-ohne-brett@ratspost.localhost"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_TRUSTED_PEERS": "192.0.2.25/32", "RATSPOST_TRUST_FROM": "1", "RATSPOST_MAX_MAIL": "1"}


def open_wire(doors: Doors) -> Wire:
    return Wire(doors.ports["smtp"])


def allow(monkeypatch: pytest.MonkeyPatch, **changes: float) -> None:
    changed: Limits = dataclasses.replace(STRANGERS, **changes)  # type: ignore[arg-type]
    monkeypatch.setattr(limits, "STRANGERS", changed)


def test_the_table() -> None:  # R68
    assert (STRANGERS.recipients, STRANGERS.mails, STRANGERS.errors, STRANGERS.guesses) == (100, 10, 20, 10)
    assert (STRANGERS.idle, STRANGERS.data, STRANGERS.session) == (120, 300, 1_800)
    assert (STRANGERS.peer_sessions, STRANGERS.sessions, STRANGERS.peer_arrivals) == (20, 200, 600)


@pytest.mark.parametrize(
    ("address", "trusted"),
    [("127.0.0.1", True), ("::1", True), ("::ffff:127.0.0.9", True), ("", True), ("192.0.2.1", False), ("fe80::1%eth0", False),
     ("?", False)],
)  # fmt: skip
def test_who_is_trusted(address: str, trusted: bool) -> None:
    peers = Peers(("127.0.0.0/8", "::1/128"))
    assert peers.trusts(address) is trusted
    assert peers.limits(address) is (TRUSTED if trusted else STRANGERS)


def test_with_the_brakes_off_everybody_may_as_much_as_the_mta() -> None:
    peers = Peers((), brakes=False)
    assert (peers.limits("192.0.2.1"), peers.trusts("192.0.2.1")) == (TRUSTED, False)


def test_a_hundred_recipients_and_no_more(wire: Wire) -> None:
    wire.say(f"MAIL FROM:<{ANNE}>")
    answers = [wire.say(f"RCPT TO:<{FINANZEN}>")[:9] for _ in range(101)]
    assert (answers[99], answers[100]) == (b"250-2.1.5", b"452-4.5.3")
    assert wire.say("DATA").startswith(b"354")


def test_ten_mails_a_session(wire: Wire) -> None:
    for _ in range(10):
        wire.begin().send(mail(ANNE, FINANZEN) + b".\r\n")
        assert wire.answer().startswith(b"250")
    assert wire.say(f"MAIL FROM:<{ANNE}>").startswith(b"421")
    assert wire.say("NOOP") == b""


def test_twenty_errors_and_out(wire: Wire) -> None:
    answers = [wire.say("EXPN alle")[:3] for _ in range(21)]
    assert answers == [b"502"] * 21
    assert wire.answer().startswith(b"421")
    assert wire.say("NOOP") == b""


def test_ten_unknown_recipients_and_out(wire: Wire) -> None:
    wire.say(f"MAIL FROM:<{ANNE}>")
    answers = [wire.say(f"RCPT TO:<{WRONG}>")[:3] for _ in range(11)]
    assert answers == [b"550"] * 10 + [b"421"]
    assert wire.say("NOOP") == b""


def test_what_was_sent_ahead_is_not_read_after_a_421(doors: Doors) -> None:
    with open_wire(doors) as wire:
        wire.greet().send(b"EXPN x\r\n" * 200)
        codes = []
        while answer := wire.answer():
            codes.append(answer[:3])
    assert codes == [b"502"] * 21 + [b"421"]


def test_a_silent_session_ends(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, idle=0.2)
    with open_wire(doors) as wire:
        wire.greet()
        assert wire.answer().startswith(b"421-4.4.2")
        assert wire.answer() == b""


@pytest.mark.proof
def test_errors_do_not_keep_a_session_alive(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, idle=0.4)
    with open_wire(doors) as wire:
        wire.greet()
        codes = []
        for _ in range(10):
            time.sleep(0.1)
            codes.append(wire.say("UNSINN")[:3])
        assert b"421" in codes


def test_a_trickle_of_data_ends(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:  # slowloris
    allow(monkeypatch, data=0.4)
    with open_wire(doors) as wire:
        wire.greet().begin()
        began = time.monotonic()
        wire.socket.settimeout(0.1)
        answer = b""
        while not answer and time.monotonic() - began < 5:
            wire.send(b"x\r\n")
            try:
                answer = wire.socket.recv(100)
            except TimeoutError:
                continue
    assert answer.startswith(b"421")
    until(lambda: doors.house.memory.held == 0)


def test_a_session_ends_however_busy_it_is(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, session=0.4)
    with open_wire(doors) as wire:
        wire.greet()
        codes = []
        while answer := wire.say("NOOP"):
            codes.append(answer[:3])
            time.sleep(0.02)
    assert codes[-1] == b"421"


def test_sessions_of_one_address(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, peer_sessions=3)
    held = [open_wire(doors) for _ in range(3)]
    assert [wire.answer()[:3] for wire in held] == [b"220"] * 3
    with open_wire(doors) as fourth:
        assert fourth.answer().startswith(b"421")
        assert fourth.say("NOOP") == b""
    held.pop().drop()
    until(lambda: len(doors.house.sessions) == 2)
    with open_wire(doors) as again:
        assert again.answer().startswith(b"220")
    for wire in held:
        wire.drop()


def test_sessions_in_all(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, sessions=2)
    held = [open_wire(doors) for _ in range(2)]
    assert [wire.answer()[:3] for wire in held] == [b"220"] * 2
    with open_wire(doors) as third:
        assert third.answer().startswith(b"421")
    for wire in held:
        wire.drop()


def test_new_sessions_a_minute(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, peer_arrivals=5)
    codes = []
    for _ in range(6):
        with open_wire(doors) as wire:
            codes.append(wire.answer()[:3])
    assert codes == [b"220"] * 5 + [b"421"]


def test_a_mail_that_is_too_large_costs_no_memory(wire: Wire, doors: Doors) -> None:
    assert wire.say(f"MAIL FROM:<{ANNE}> SIZE=1000001").startswith(b"552")
    wire.begin()
    wire.send(b"Subject: gross\r\n\r\n")
    for _ in range(40):
        wire.send((b"y" * 998 + b"\r\n") * 100)
    until(lambda: doors.house.memory.held == 0)
    wire.send(b".\r\n")
    assert wire.answer().startswith(b"552")
    wire.begin().send(mail(ANNE, FINANZEN) + b".\r\n")
    assert wire.answer().startswith(b"250")


def test_a_mail_of_just_the_largest_size_is_taken(wire: Wire) -> None:
    raw = mail(ANNE, FINANZEN, text="y" * 64)
    raw += (b"z" * 98 + b"\r\n") * ((1_000_000 - len(raw)) // 100)
    raw += b"z" * (1_000_000 - len(raw) - 2) + b"\r\n"
    for size, code in ((1_000_000, b"250"), (1_000_001, b"552")):
        wire.begin().send(raw.rjust(size, b"X") + b".\r\n")
        assert wire.answer()[:3] == code


def test_all_sessions_together_hold_a_bounded_amount(doors: Doors) -> None:
    doors.house.memory.most = 300_000
    first, second = open_wire(doors).greet().begin(), open_wire(doors).greet().begin()
    first.send(mail(ANNE, FINANZEN) + b"a\r\n" * 80_000)
    until(lambda: doors.house.memory.held > 200_000)
    second.send(mail(ANNE, FINANZEN) + b"b\r\n" * 80_000)
    time.sleep(0.3)  # the second has no room and holds nothing, which cannot be waited for
    first.send(b".\r\n")
    second.send(b".\r\n")
    assert sorted(wire.answer()[:9] for wire in (first, second)) == [b"250-2.0.0", b"452-4.3.1"]
    assert doors.house.memory.held == 0
    for wire in (first, second):
        wire.drop()


@pytest.mark.parametrize("stage", ["command", "data"])
def test_a_line_without_end_is_cut_at_one_mebibyte(doors: Doors, stage: str) -> None:  # R69
    with open_wire(doors) as wire:
        wire.greet()
        if stage == "data":
            wire.begin()
        with pytest.raises(ConnectionError):
            wire.send(b"x" * 50_000_000)
    until(lambda: doors.house.memory.held == 0)


def test_lines_of_64_kib_are_taken(wire: Wire) -> None:  # R70
    wire.begin().send(mail(ANNE, FINANZEN, text="x" * 65_000 + "\n" + "y" * 5_000) + b".\r\n")
    assert wire.answer().startswith(b"250")
