"""How fast one process sends personal copies to the sink: smtplib, a pipelined socket, many recipients per transaction."""

from __future__ import annotations

import smtplib
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from tests.bench import processes
from tests.bench.council_mail import PLAIN, CouncilMail
from tests.bench.figures import emit, rounded
from tests.bench.limits.setting import Setting, child, free_port
from tests.bench.processes import Meter
from tests.bench.smtp_client import wire

_COPIES, _POSTS = 3000, 20
_BULKS = (10, 100, 500)


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of a post for one recipient: own envelope sender, one personal header, the shared body."""

    sender: str
    recipient: str
    raw: bytes


def measure(setting: Setting) -> None:
    """Emit recipients per second for each way of sending."""
    copies, port = _copies(), free_port()
    with child(port, "-m", "tests.bench", "sink", "--port", str(port), "--control", "0") as pid:
        ways: dict[str, Callable[[], float]] = {
            "smtplib_kept_open": lambda: _by_smtplib(port, copies),
            "socket_pipelined": lambda: _pipelined(port, copies, across=False),
            "socket_pipelined_across_messages": lambda: _pipelined(port, copies, across=True),
        }
        for name, way in ways.items():
            _repeat(setting, pid, name, way, copies, 1)
        for together in _BULKS:
            _repeat(setting, pid, f"smtplib_bulk_{together}", partial(_bulk, port, copies, together), copies, together)


def _copies() -> list[Copy]:
    posts = list(CouncilMail(5, mix=PLAIN).stream(_POSTS))
    return [
        Copy(
            f"bounce+{number}@lists.example.invalid",
            f"r{number}@member.example.invalid",
            b"List-Unsubscribe: <http://x.invalid/u/%08x>\r\n" % number + posts[number % _POSTS].raw,
        )
        for number in range(_COPIES)
    ]


def _repeat(setting: Setting, sink: int, name: str, way: Callable[[], float], copies: Sequence[Copy], together: int) -> None:
    config = {
        "count": len(copies),
        "mean_bytes": sum(len(copy.raw) for copy in copies) // len(copies),
        "rcpts_per_message": together,
    }
    for _ in range(setting.repeat):
        if setting.quiet:
            processes.quiet(patience=setting.quiet)
        meter = Meter([sink])
        seconds = way()
        measured = meter.stop()
        cost = rounded(1000 * measured["harness_cpu_s"] / len(copies), 4)
        rate = len(copies) / seconds
        emit("limit-send", name, rate, "recipients/s", higher_is_better=True, config=config, client_cpu_ms_each=cost, **measured)


def _by_smtplib(port: int, copies: Sequence[Copy]) -> float:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo()
        start = time.perf_counter()
        for copy in copies:
            client.sendmail(copy.sender, [copy.recipient], copy.raw)
        return time.perf_counter() - start


def _bulk(port: int, copies: Sequence[Copy], together: int) -> float:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo()
        start = time.perf_counter()
        for first in range(0, len(copies), together):
            recipients = [copy.recipient for copy in copies[first : first + together]]
            client.sendmail("b@lists.example.invalid", recipients, copies[first].raw)
        return time.perf_counter() - start


def _pipelined(port: int, copies: Sequence[Copy], *, across: bool) -> float:
    """MAIL, RCPT and DATA in one write, then the body (RFC 2920); `across`: the next head travels with the dot before."""
    heads = [b"MAIL FROM:<%s>\r\nRCPT TO:<%s>\r\nDATA\r\n" % (copy.sender.encode(), copy.recipient.encode()) for copy in copies]
    bodies = [wire(copy.raw) for copy in copies]
    with socket.create_connection(("127.0.0.1", port)) as connection, connection.makefile("rb") as answers:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _expect(answers, 220)
        connection.sendall(b"EHLO bench.invalid\r\n")
        _expect(answers, 250)
        start = time.perf_counter()
        unsent = heads[0]
        for number, body in enumerate(bodies):
            if unsent:
                connection.sendall(unsent)
            _expect(answers, 250, 250, 354)
            following = heads[number + 1] if number + 1 < len(heads) else b""
            connection.sendall(body + following if across else body)
            unsent = b"" if across else following
            _expect(answers, 250)
        took = time.perf_counter() - start
        connection.sendall(b"QUIT\r\n")
    return took


def _expect(answers: BinaryIO, *codes: int) -> None:
    for code in codes:
        while (line := answers.readline())[3:4] == b"-":
            pass
        if int(line[:3] or 0) != code:
            raise ConnectionError(f"expected {code}, got {line!r}")
