"""Not a process dies but what it stands on: the disk is full, the store is locked, the database server falls over (T4).

Each disaster comes while mails come in, is relieved after a while, and then everything must be there, without a 5xx.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa

from tests import postgresql
from tests.faults import findings
from tests.faults.campaign import Say, settle, sink
from tests.faults.findings import Findings
from tests.faults.house import House
from tests.faults.sender import Sender

DISK = 320_000_000  # octets; the guard wants 200 MB of them free
MAILS = 60
BACK = 60.0  # seconds after relief within which mails must be accepted again
Relief = Callable[[], None]
Disaster = Callable[[House], Relief]


class NotHere(RuntimeError):
    """This machine does not allow the disaster; the message says what is missing."""


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A tmpfs of DISK octets, mounted in `folder`. Raises NotHere without the right to mount."""
    place = folder / "disk"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", str(place)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise NotHere(f"a small disk needs the right to mount (root): {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=False)


def full_disk(house: House) -> Relief:
    """Fill what is left of the disk under the store to the last block."""
    filler = house.folder / "filler"
    with open(filler, "wb") as file:
        try:
            while True:
                file.write(b"\0" * 65_536)
                file.flush()
        except OSError:
            pass  # no space left on device: that is what we wanted

    return filler.unlink


def locked_store(house: House) -> Relief:
    """Hold SQLite's write lock."""
    other = sqlite3.connect(house.url.removeprefix("sqlite:///"), isolation_level=None, timeout=60, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")

    def relieve() -> None:
        other.execute("ROLLBACK")
        other.close()

    return relieve


def fallen_server(house: House) -> Relief:
    """Kill one process of PostgreSQL: the server then breaks all connections and recovers from its log."""
    engine = sa.create_engine(house.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        pid = connection.scalar(sa.text("SELECT pg_backend_pid()"))
        assert isinstance(pid, int)
        os.kill(pid, signal.SIGKILL)
        connection.invalidate()
    return lambda: None


def ground(folder: Path, disaster: Disaster, stack: contextlib.ExitStack) -> tuple[Path, str]:
    """A data folder and the URL of a store on which a disaster can happen, until the stack closes. Raises NotHere."""
    if disaster is full_disk:
        folder = stack.enter_context(small_disk(folder))
    data = folder / "data"
    data.mkdir()
    if disaster is fallen_server:
        return data, stack.enter_context(postgresql.server())
    return data, f"sqlite:///{data / 'ratspost.sqlite3'}"


def endure(folder: Path, url: str, disaster: Disaster, seconds: float, say: Say) -> Findings:
    """Send mails before, during and after; `recovery` is the time from relief to the next 250."""
    found = Findings(f"{url.partition(':')[0].partition('+')[0]}, {_name(disaster)}")
    began = time.monotonic()
    with sink() as (relay, control):
        house = House(folder, url, f"smtp://127.0.0.1:{relay}")
        house.furnish()
        house.start()
        sender = Sender(house.port)
        try:
            _feed(sender, "before")
            _until(lambda: sender.open == 0, BACK)
            relieve = disaster(house)
            _feed(sender, "during")
            time.sleep(seconds)
            say(f"{_name(disaster)}: {sender.record.later} times “later”, {sender.open} mails wait at the sender")
            relieve()
            relieved = time.monotonic()
            _feed(sender, "after")
            _until(lambda: sender.record.last_250 > relieved, BACK)
            found.recovery.append(sender.record.last_250 - relieved)
            settle(house, sender, say)
            house.stop()
            findings.count(house, sender.record, control, found)
        finally:
            sender.close()
            house.kill()
    found.seconds = time.monotonic() - began
    return found


def _name(disaster: Disaster) -> str:
    return getattr(disaster, "__name__", "disaster").replace("_", " ")


def _feed(sender: Sender, when: str) -> None:
    for number in range(MAILS // 3):
        sender.send(f"<{when}.{number}@rat.example>")


def _until(condition: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
