"""What a stranger can learn and abuse at the door: nothing (R35, R65, R67, R72, R74)."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from forum.mailroom.models import LedgerRow
from mailbridge.inbound.server import Doors
from tests.cast import ANNE, DORA, mail
from tests.mailbridge.inbound.wires import FINANZEN, Wire

pytestmark = pytest.mark.socket
OURS = "ratspost.localhost"
RELAYS = [
    "<opfer@anderswo.example>", "<opfer%anderswo.example@ratspost.localhost>", "<anderswo.example!opfer>",
    "<anderswo.example!opfer@ratspost.localhost>", "<@ratspost.localhost:opfer@anderswo.example>",
    "<@ratspost.localhost,@b.example:opfer@anderswo.example>", '<"opfer@anderswo.example">',
    '<"opfer@anderswo.example"@ratspost.localhost>', "<opfer:anderswo.example@ratspost.localhost>",
    "<opfer@anderswo.example@ratspost.localhost>", "<opfer@[192.0.2.1]>", "<opfer@[IPv6:2001:db8::1]>", "<opfer@localhost>",
    "<opfer>", "<>", "<@anderswo.example>", "<opfer@ratspost.localhost.anderswo.example>", "<opfer@xratspost.localhost>",
    "<opfer%anderswo.example>", '<"opfer%anderswo.example"@ratspost.localhost>',
    "<anderswo.example!opfer%b.example@ratspost.localhost>",
    "<opfer@anderswo.example(ratspost.localhost)>", "<opfer@ratspost.localhost@anderswo.example>",
]  # fmt: skip


def test_it_is_never_a_relay(wire: Wire) -> None:  # R67
    assert len(RELAYS) >= 20
    for form, sender in itertools.product(RELAYS, (ANNE, f"finanzen@{OURS}", "")):
        wire.say(f"MAIL FROM:<{sender}>")
        assert wire.say(f"RCPT TO:{form}")[:3] in (b"501", b"550", b"553"), form
        assert wire.say("DATA").startswith(b"503")
        wire.say("RSET")


def test_the_banner_tells_no_version(doors: Doors) -> None:  # R72
    with Wire(doors.ports["smtp"]) as wire:
        banner = wire.answer() + wire.say("EHLO x.example")
    assert banner.startswith(b"220 ratspost.localhost Ratspost\r\n")
    assert not any(word in banner.lower() for word in (b"python", b"aiosmtpd", b"1.4", b"starttls", b"auth"))


def test_verifying_and_expanding_tell_nothing(wire: Wire) -> None:  # R65 R72
    answers = {wire.say(f"VRFY {name}") for name in (ANNE, DORA, FINANZEN, "", "<", "postmaster")}
    assert len(answers) == 1
    assert answers.pop().startswith(b"252")
    assert wire.say("EXPN finanzen").startswith(b"502")


def test_what_the_mta_does_is_not_offered_here(wire: Wire) -> None:  # R72 R73
    for command in ("AUTH PLAIN AGEAYg==", "AUTH LOGIN", "STARTTLS", "EXPN", "TURN", "XFORWARD ADDR=192.0.2.1", "PROXY TCP4"):
        assert wire.say(command)[:2] == b"50", command


def test_the_null_sender_is_taken_and_kept_as_such(wire: Wire, kept: Callable[[], list[LedgerRow]]) -> None:  # R35
    wire.begin("", "hilfe@ratspost.localhost").send(mail(DORA, "hilfe@ratspost.localhost") + b".\r\n")
    assert wire.answer().startswith(b"250")
    assert [row.envelope_from for row in kept()] == [""]


def test_an_international_sender_is_kept_in_one_form(wire: Wire, kept: Callable[[], list[LedgerRow]]) -> None:  # R74
    decomposed, composed = "jo\u0308rg@bu\u0308cher.example", "jörg@bücher.example"
    wire.begin(decomposed, "hilfe@ratspost.localhost").send(mail(DORA, "hilfe@ratspost.localhost") + b".\r\n")
    assert wire.answer().startswith(b"250")
    assert [row.envelope_from for row in kept()] == [composed]


def test_a_sender_that_is_no_text_is_refused(wire: Wire) -> None:
    wire.send(b"MAIL FROM:<\xff\xfe@x.example>\r\n")
    assert wire.answer().startswith(b"553")


class TestLmtp:
    """Every recipient is answered, whatever the answer is."""

    @pytest.fixture
    def settings(self) -> dict[str, str]:
        return {"RATSPOST_LMTP": "127.0.0.1:0", "RATSPOST_MAX_MAIL": "1"}

    @pytest.mark.parametrize(("lines", "code"), [(1, b"250"), (20_000, b"552")])
    def test_each_recipient_hears(self, doors: Doors, lines: int, code: bytes) -> None:  # RFC 2033 §4.2
        with Wire(doors.ports["lmtp"]) as wire:
            wire.answer()
            assert wire.say("EHLO mta.example").startswith(b"500")
            wire.say("LHLO mta.example")
            wire.begin(ANNE, FINANZEN, "verkehr@ratspost.localhost")
            wire.send(mail(ANNE, FINANZEN) + (b"x" * 60 + b"\r\n") * lines + b".\r\n")
            assert [answer[:3] for answer in (wire.answer(), wire.answer())] == [code, code]
            assert wire.say("NOOP").startswith(b"250")
