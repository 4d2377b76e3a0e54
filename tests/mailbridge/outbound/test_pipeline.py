"""One connection against a server that says what a script says: what travels together, and what is made of odd answers."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Sequence

import pytest

from mailbridge.outbound.pipeline import Gone, Link

pytestmark = pytest.mark.socket
FROM, TO, MAIL = "b+x@ratspost.localhost", "anne@rat.example", b"Subject: x\r\n\r\nText\r\n"
HEAD = b"MAIL FROM:<b+x@ratspost.localhost>\r\nRCPT TO:<anne@rat.example>\r\nDATA\r\n"
HELLO = ("220 sink", "250-sink\r\n250-pipelining\r\n250 SIZE 1000")


class Scripted:
    """Says one answer for each piece that comes in; the greeting unasked. `heard` are the pieces."""

    def __init__(self, answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.heard: list[bytes] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, contextlib.suppress(OSError):
            connection.sendall(self._answers.pop(0).encode() + b"\r\n")
            while self._answers and (piece := connection.recv(65_536)):
                self.heard.append(piece)
                connection.sendall(self._answers.pop(0).encode() + b"\r\n")

    def close(self) -> None:
        self._thread.join(5)
        self._listener.close()


@contextlib.contextmanager
def talk(*answers: str, hello: Sequence[str] = HELLO) -> Iterator[tuple[Link, list[bytes]]]:
    server = Scripted([*hello, *answers])
    try:
        link = Link("127.0.0.1", server.port, hello="ratspost.localhost", timeout=5)
        yield link, server.heard
        link.close()
    finally:
        server.close()


def test_three_commands_travel_in_one_piece() -> None:
    with talk("250 a\r\n250 b\r\n354 go", "250 2.0.0 kept") as (link, heard):
        answer = link.send(FROM, TO, "", MAIL)
    assert (answer.code, answer.text) == (250, "2.0.0 kept")
    assert heard == [b"EHLO ratspost.localhost\r\n", HEAD, MAIL + b".\r\n"]


def test_one_by_one_where_pipelining_is_not_offered() -> None:
    with talk("250 a", "250 b", "354 go", "250 kept", hello=("220 x", "250 x")) as (link, heard):
        assert link.send(FROM, TO, "", MAIL).accepted
    assert heard[1:] == [*HEAD.splitlines(keepends=True), MAIL + b".\r\n"]


def test_a_server_that_knows_no_ehlo_is_greeted_the_old_way() -> None:
    with talk("250 a", "250 b", "354 go", "250 kept", hello=("220 x", "502 what", "250 x")) as (link, heard):
        assert link.send(FROM, TO, "", MAIL).accepted
    assert heard[1] == b"HELO ratspost.localhost\r\n"


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ("550 5.7.1 not you\r\n503 x\r\n503 x", "550 5.7.1 not you"),
        ("250 a\r\n450 4.2.0 grey\r\n554 no valid recipients", "450 4.2.0 grey"),
        ("250 a\r\n250 b\r\n452-4.3.1 full\r\n452 4.3.1 try later", "452 4.3.1 full 4.3.1 try later"),
    ],
)
def test_the_first_refusal_is_the_answer_and_the_transaction_is_taken_back(answers: str, says: str) -> None:
    with talk(answers, "250 reset", "250 a\r\n250 b\r\n354 go", "250 kept") as (link, heard):
        answer = link.send(FROM, TO, "", MAIL)
        assert link.send(FROM, TO, "", MAIL).accepted
    assert f"{answer.code} {answer.text}" == says
    assert heard[2] == b"RSET\r\n"
    assert MAIL + b".\r\n" not in heard[:3]


def test_a_server_that_wants_a_mail_for_nobody_gets_an_empty_one() -> None:  # RFC 2920 §3.1
    with talk("250 a\r\n550 5.1.1 unknown\r\n354 go", "554 nobody", "250 reset") as (link, heard):
        assert link.send(FROM, TO, "", MAIL).code == 550
    assert heard[2:] == [b".\r\n", b"RSET\r\n"]


@pytest.mark.parametrize(
    ("message", "wire"),
    [
        (b".\r\n..x\r\ny.\r\n", b"..\r\n...x\r\ny.\r\n.\r\n"),
        (b"no end", b"no end\r\n.\r\n"),
        (b"a\n.b\rc\r\n", b"a\r\n..b\r\nc\r\n.\r\n"),
        (b"", b"\r\n.\r\n"),
    ],
)
def test_a_message_cannot_end_itself(message: bytes, wire: bytes) -> None:  # R39
    with talk("250 a\r\n250 b\r\n354 go", "250 kept") as (link, heard):
        link.send(FROM, TO, "", message)
    assert heard[2] == wire


@pytest.mark.parametrize("answers", [[], ["421 4.3.2 leaving"], ["odd"], ["250 a\r\n421 4.3.2 leaving"], ["250-" + "x" * 5000]])
def test_a_connection_that_ends_before_the_mail_is_gone(answers: list[str]) -> None:
    with talk(*answers) as (link, _), pytest.raises(Gone) as gone:
        link.send(FROM, TO, "", MAIL)
    assert gone.value.answer.code == 421


@pytest.mark.parametrize("hello", [("554 not today", ""), ("220 x", "421 later"), ("220 x", "550 no", "550 no"), ("hello",)])
def test_a_server_that_does_not_want_us_is_gone(hello: Sequence[str]) -> None:
    with pytest.raises(Gone) as gone, talk(hello=hello):
        pass
    answer = gone.value.answer
    assert (answer.code, answer.reached, answer.tried, answer.final) == (421, False, False, False)  # no copy was refused


def test_an_end_after_the_mail_leaves_it_open_what_happened() -> None:
    with talk("250 a\r\n250 b\r\n354 go") as (link, _):
        answer = link.send(FROM, TO, "", MAIL)
    assert (answer.code, answer.reached, answer.final) == (421, False, False)
