"""Mails are read in children: a child that dies or hangs costs one mail its reading and nothing else."""

# R76
from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbridge.inbound import bounces, child, parse, wire
from mailbridge.inbound.pool import ParseCrashed, ParseFailed, ParseTimedOut, Pool
from tests.mailbridge.inbound.mails import mail, multipart

PDF = 'Content-Type: application/pdf; name="ä.pdf"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
RICH = multipart("mixed", "Content-Type: text/plain; charset=utf-8\r\n\r\nGrüße", PDF.encode() + bytes(range(256)))
LOST = mail("<anne@rat.example>: user unknown\n", From="MAILER-DAEMON@mx.example", Subject="failure notice")


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(2) as running:
        yield running


def child_of(pool: Pool) -> int:
    """The process id of the child that the next mail will be given to."""
    pool.warm()
    return pool._idle[-1]._process.pid


def test_a_child_reads_as_the_parent_would(pool: Pool) -> None:
    for raw in (RICH, mail(), b"", b"\xff" * 1000, mail("x", To="," * 11_000)):
        assert pool.read(raw) == parse.read(raw)


def test_bounces_are_read_there_too(pool: Pool) -> None:
    assert pool.bounce(LOST, "") == bounces.read(parse.read(LOST), LOST, "")
    assert pool.bounce(mail(), "anne@rat.example") is None


def test_many_threads_may_ask_at_once(pool: Pool) -> None:
    raws = [mail(f"Nummer {number}") for number in range(24)]
    read: dict[int, str | None] = {}

    def ask(number: int) -> None:
        read[number] = pool.read(raws[number]).text

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert read == {number: f"Nummer {number}" for number in range(24)}


def test_a_dead_child_is_replaced(pool: Pool) -> None:
    os.kill(child_of(pool), signal.SIGKILL)
    assert pool.read(mail()).subject == "Haushalt 2026"


@pytest.mark.proof
def test_a_child_that_hangs_is_given_up_and_replaced() -> None:
    with Pool(1, wall_seconds=0.5) as pool:
        os.kill(child_of(pool), signal.SIGSTOP)
        with pytest.raises(ParseTimedOut):
            pool.read(RICH)
        assert pool.read(RICH).text == "Grüße"


@pytest.mark.proof
def test_too_much_cpu_is_a_time_out() -> None:
    def endless(pool: Pool) -> None:
        for _ in range(2_000):
            pool.read(mail("x" * 1_000_000))

    with Pool(1, cpu_seconds=0) as pool, pytest.raises(ParseTimedOut):
        endless(pool)


@pytest.mark.proof
def test_too_much_memory_is_a_crash() -> None:
    with Pool(1, memory=100 * 1024 * 1024) as pool:
        with pytest.raises(ParseCrashed):
            pool.read(mail(b"\xc3\xa4" * 15_000_000))
        assert pool.read(mail()).subject == "Haushalt 2026"


@pytest.mark.proof
def test_what_failed_can_still_be_shown(pool: Pool) -> None:
    assert pool.read_anyway(RICH) == parse.read(RICH)
    with Pool(1, memory=100 * 1024 * 1024) as small:
        read = small.read_anyway(mail(b"\xc3\xa4" * 15_000_000))
    assert (read.subject, read.problems) == ("Haushalt 2026", ("crashed",))
    assert (read.text or "").startswith("ää")


def test_both_failures_say_their_code() -> None:
    assert (ParseTimedOut.code, ParseCrashed.code) == ("timed-out", "crashed")
    assert issubclass(ParseTimedOut, ParseFailed)


def test_no_secret_goes_to_the_child(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATSPOST_SECRET_KEY", "geheim")
    with Pool(1) as fresh:
        assert b"geheim" not in Path(f"/proc/{child_of(fresh)}/environ").read_bytes()


@pytest.mark.parametrize("event", ["socket.connect", "subprocess.Popen", "os.system", "os.remove"])
def test_a_child_may_not(event: str) -> None:
    with pytest.raises(PermissionError):
        child._deny(event, ())


def test_a_child_may_read_files_and_write_none() -> None:
    child._deny("open", ("/etc/hostname", "r", 0))
    with pytest.raises(PermissionError):
        child._deny("open", ("/tmp/x", "wb", 0))


@pytest.mark.parametrize("raw", [RICH, mail(), b""])
def test_the_wire_changes_nothing(raw: bytes) -> None:
    read = parse.read(raw)
    assert wire.unpack_mail(wire.pack_mail(read)) == read


def test_a_child_leaves_the_network_where_the_kernel_lets_it() -> None:
    program = (
        "import os\nfrom mailbridge.inbound import child\n"
        "before, left = os.readlink('/proc/self/ns/net'), child._leave_the_network()\n"
        "after = os.readlink('/proc/self/ns/net')\nchild._confine(512 << 20)\nprint(left == (before != after))\n"
        "try:\n    import socket\n    socket.create_connection(('127.0.0.1', 9), 1)\nexcept OSError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    told, refusal = done.stdout.splitlines()
    assert told == "True"
    assert refusal.startswith("socket.")  # the audit hook, before any network is asked
