"""Copies over real SMTP: kept-open connections, every kind of refusal, servers that come and go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbridge.outbound.answer import Answer
from mailbridge.outbound.transport import MaildirTransport, SmtpTransport, open_transport
from tests.mailbridge.outbound.sink import Sink, running

FROM, TO = "b+x@ratspost.localhost", "anne@rat.example"
MAIL = b"Subject: x\r\n\r\nText\r\n.\r\n..\r\nEnde\r\n"

pytestmark = pytest.mark.socket


@pytest.fixture(params=[True, False], ids=["pipelined", "one-by-one"])
def sink(request: pytest.FixtureRequest) -> Iterator[Sink]:
    with running(Sink(pipelining=request.param)) as sink:
        yield sink


@pytest.fixture
def transport(sink: Sink) -> Iterator[SmtpTransport]:
    transport = SmtpTransport("127.0.0.1", sink.port, timeout=10)
    yield transport
    transport.close()


def test_many_copies_go_over_one_connection(sink: Sink, transport: SmtpTransport) -> None:
    for number in range(20):
        assert transport.send(FROM, f"p{number}@rat.example", MAIL) == Answer(250, "2.0.0 kept")
    assert [to for _, to, _ in sink.mails] == [[f"p{number}@rat.example"] for number in range(20)]  # R97: one recipient each
    assert {sender for sender, _, _ in sink.mails} == {FROM}
    assert {raw for _, _, raw in sink.mails} == {MAIL}  # R39: dots arrive as they were
    assert len(sink.sessions) == 1


def test_a_connection_is_renewed_after_a_while(sink: Sink) -> None:
    transport = SmtpTransport("127.0.0.1", sink.port, per_connection=3, timeout=10)
    for _ in range(7):
        assert transport.send(FROM, TO, MAIL).accepted
    transport.close()
    assert len(sink.sessions) == 3


@pytest.mark.parametrize(
    ("command", "reply", "final"),
    [
        ("MAIL", "451 4.3.0 later", False),
        ("MAIL", "550 5.7.1 not you", True),
        ("RCPT", "450 4.2.0 greylisted", False),
        ("RCPT", "550 5.1.1 unknown", True),
        ("DATA", "452 4.3.1 full", False),
        ("DATA", "554 5.6.0 not this", True),
    ],
)
def test_a_refusal_is_told_and_the_next_copy_still_goes(
    sink: Sink, transport: SmtpTransport, command: str, reply: str, final: bool
) -> None:
    sink.says[command] = reply
    answer = transport.send(FROM, TO, MAIL)
    assert (f"{answer.code} {answer.text}", answer.final, answer.accepted, answer.reached) == (reply, final, False, True)
    sink.says.clear()
    assert transport.send(FROM, TO, MAIL).accepted
    assert len(sink.sessions) == 1


def test_nobody_there_is_trouble_not_a_refusal() -> None:
    with running(Sink()) as sink:
        port = sink.port
    answer = SmtpTransport("127.0.0.1", port, timeout=5).send(FROM, TO, MAIL)
    assert (answer.code, answer.reached, answer.tried, answer.final) == (421, False, False, False)


def test_a_server_that_restarted_is_found_again_at_once() -> None:
    with running(Sink()) as before:
        transport = SmtpTransport("127.0.0.1", before.port, timeout=5)
        assert transport.send(FROM, TO, MAIL).accepted
    with running(Sink(), port=before.port) as after:
        assert transport.send(FROM, TO, MAIL).accepted
        transport.close()
    assert (len(before.mails), len(after.mails)) == (1, 1)


def test_a_connection_lost_after_data_leaves_it_open_what_happened(sink: Sink, transport: SmtpTransport) -> None:
    sink.says["DATA"] = "drop"
    answer = transport.send(FROM, TO, MAIL)
    assert (answer.code, answer.reached, answer.final) == (421, False, False)
    sink.says.clear()
    assert transport.send(FROM, TO, MAIL).accepted


def test_extensions_are_asked_for_only_where_needed(sink: Sink, transport: SmtpTransport) -> None:
    transport.send(FROM, TO, MAIL)
    transport.send(FROM, "jörg@rat.example", MAIL)
    transport.send(FROM, TO, "Subject: x\r\n\r\nGrüße\r\n".encode())
    assert sink.options == [[], ["SMTPUTF8"], ["BODY=8BITMIME"]]
    assert [to for _, to, _ in sink.mails] == [[TO], ["jörg@rat.example"], [TO]]


def test_a_relay_without_smtputf8_refuses_an_address_with_umlauts() -> None:
    with running(Sink(), smtputf8=False) as sink:
        transport = SmtpTransport("127.0.0.1", sink.port, timeout=5)
        assert transport.send(FROM, "jörg@rat.example", MAIL) == Answer(553, "5.6.7 relay without SMTPUTF8")
        transport.close()


@pytest.mark.parametrize("recipient", ["a@b.example>\r\nRCPT TO:<dora@fremd.example", "a@b.example\nDATA", "a\rb@b.example"])
def test_an_address_is_never_a_command(sink: Sink, transport: SmtpTransport, recipient: str) -> None:  # R38
    answer = transport.send(FROM, recipient, MAIL)
    assert (answer.code, answer.final) == (553, True)
    assert sink.mails == []
    assert transport.send(FROM, TO, MAIL).accepted


def test_the_setting_names_the_transport(tmp_path: Path) -> None:
    assert isinstance(open_transport("smtp://127.0.0.1:2525"), SmtpTransport)
    assert isinstance(open_transport(f"maildir:{tmp_path}"), MaildirTransport)
    with pytest.raises(ValueError, match="no relay"):
        open_transport("http://127.0.0.1:25")
