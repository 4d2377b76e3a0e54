"""Nobody hides a second mail in a first: only CR LF . CR LF ends a mail (R71; CVE-2023-51764, CVE-2024-27305)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forum.mailroom.models import LedgerRow
from mailbridge.inbound.server import Doors
from tests.cast import ANNE, mail
from tests.mailbridge.inbound.wires import FINANZEN, Wire

pytestmark = pytest.mark.socket
FORMS = {
    "LF.LF": b"\n.\n", "LF.CRLF": b"\n.\r\n", "CR.CR": b"\r.\r", "CR.CRLF": b"\r.\r\n", "CRLF.CR": b"\r\n.\r",
    "CRLF.LF": b"\r\n.\n", "NUL.": b"\r\n\0.\r\n", "CRCRLF.CRCRLF": b"\r\r\n.\r\r\n", "CRLF.NUL": b"\r\n.\0\r\n",
}  # fmt: skip
SECOND = f"MAIL FROM:<admin@rat.example>\r\nRCPT TO:<{FINANZEN}>\r\nDATA\r\nSubject: geschmuggelt\r\n\r\nZwei"
Kept = Callable[[], list[LedgerRow]]


def smuggled(form: bytes) -> bytes:
    return mail(ANNE, FINANZEN).rstrip(b"\r\n") + form + SECOND.encode() + b"\r\n.\r\n"


def test_from_the_mta_it_is_one_mail(wire: Wire, kept: Kept) -> None:
    for name, form in FORMS.items():
        wire.begin().send(smuggled(form))
        assert wire.answer().startswith(b"250"), name
        assert wire.say("NOOP").startswith(b"250"), name
    assert [row.raw.count(b"geschmuggelt") for row in kept()] == [1] * 9


def test_pipelined_mails_stay_apart(wire: Wire, kept: Kept) -> None:
    talk = f"MAIL FROM:<{ANNE}>\r\nRCPT TO:<{FINANZEN}>\r\nDATA\r\n".encode()
    mails = [mail(ANNE, FINANZEN, subject) for subject in ("eins", "zwei", "drei")]
    wire.send(b"".join(talk + raw + b".\r\n" for raw in mails))
    codes = [wire.answer()[:3] for _ in range(12)]
    assert codes == [b"250", b"250", b"354", b"250"] * 3
    assert [row.raw for row in kept()] == mails


class TestFromOutside:
    """From whoever is not our MTA such a mail is refused."""

    @pytest.fixture
    def settings(self) -> dict[str, str]:
        return {"RATSPOST_TRUSTED_PEERS": "192.0.2.25/32"}

    def test_it_is_refused(self, wire: Wire, kept: Kept) -> None:
        for name, form in FORMS.items():
            wire.begin().send(smuggled(form))
            assert wire.answer().startswith(b"554"), name
        assert kept() == []

    def test_a_regular_mail_is_taken(self, wire: Wire, kept: Kept) -> None:
        wire.begin().send(mail(ANNE, FINANZEN) + b".\r\n")
        assert wire.answer().startswith(b"250")


DOTS = {
    b"": b"", b"a\r\n": b"a\r\n", b"..\r\n": b".\r\n", b"a\r\n..b\r\n": b"a\r\n.b\r\n", b"\r\n": b"\r\n", b"...\r\n": b"..\r\n",
    b".a\r\n": b"a\r\n", b"\r\n\r\n...\r\n\r\n": b"\r\n\r\n..\r\n\r\n", b"a\r\n..\r\n..\r\n": b"a\r\n.\r\n.\r\n",
}  # fmt: skip


def test_dots_are_undone(wire: Wire, kept: Kept) -> None:  # RFC 5321 §4.5.2
    for sent in DOTS:
        wire.begin().send(sent + b".\r\n")
        assert wire.answer().startswith(b"250")
    assert [row.raw for row in kept()] == list(DOTS.values())


def test_a_mail_is_the_same_however_it_is_cut(doors: Doors, kept: Kept) -> None:  # T3
    raw = mail(ANNE, FINANZEN, text="eins\n.zwei\n\n..\nende")
    sent = raw.replace(b"\r\n.", b"\r\n..") + b".\r\n"
    with Wire(doors.ports["smtp"]) as wire:
        wire.greet()
        for at in range(len(sent) - 24, len(sent)):
            wire.begin().send(sent[:at])
            assert wire.say_nothing(0.01) == b""
            wire.send(sent[at:])
            assert wire.answer().startswith(b"250")
    assert {row.raw for row in kept()} == {raw}
