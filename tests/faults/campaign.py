"""Kill after kill: at every named point in turn and at random times, mails coming in all the while; then count."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from forum.core.crash_points import POINTS
from tests.faults import findings
from tests.faults.findings import Findings
from tests.faults.house import ROOT, House, die_with_parent
from tests.faults.sender import Sender

RANDOM = "random time"
TURNS = (*POINTS, RANDOM, RANDOM, RANDOM)
MAILS_PER_KILL = 10
PATIENCE = 3.0  # seconds for a point to be reached, four times that if workers still have to start; then the kill comes anyway
REST = 420.0  # seconds for everything to settle at the end: the longest lease and a little
CHECK_EVERY = 50
Say = Callable[[str], None]


@contextmanager
def sink() -> Iterator[tuple[int, int]]:
    """The sink of the bench as a process of its own; its mail port and its control port."""
    command = [sys.executable, "-m", "tests.bench", "sink", "--port", "0", "--control", "0", "--keep", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, preexec_fn=die_with_parent)  # noqa: PLW1509
    try:
        assert process.stdout is not None
        ports = json.loads(process.stdout.readline())
        yield ports["sink"], ports["control"]
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


def run(folder: Path, url: str, kills: int, seed: int, say: Say) -> Findings:
    """One run on a fresh store in `folder`."""
    found = Findings(url.partition(":")[0].partition("+")[0], seeds=[seed])
    began = time.monotonic()
    with sink() as (relay, control):
        house = House(folder, url, f"smtp://127.0.0.1:{relay}")
        house.furnish()
        sender = Sender(house.port)
        try:
            _kills(house, sender, kills, random.Random(seed), found, say)
            found.recovery.append(house.start())
            settle(house, sender, say)
            house.stop()
            check(house, found)
            findings.count(house, sender.record, control, found)
        finally:
            sender.close()
            house.kill()
    found.seconds = time.monotonic() - began
    return found


def _kills(house: House, sender: Sender, kills: int, dice: random.Random, found: Findings, say: Say) -> None:
    house.start()
    for turn in range(kills):
        point = TURNS[turn % len(TURNS)]
        crash_at = "" if point == RANDOM else f"{point}:{dice.randint(1, 6)}"
        found.recovery.append(house.restart(crash_at))
        for number in range(MAILS_PER_KILL):
            sender.send(f"<k{turn}.m{number}.{dice.getrandbits(32):08x}@rat.example>")
        patience = dice.uniform(0.05, 1.5) if point == RANDOM else PATIENCE * (4 if house.is_split else 1)
        end = time.monotonic() + patience
        while not house.died() and time.monotonic() < end:
            time.sleep(0.01)
        where = point if house.died() else RANDOM
        found.died_at[where] = found.died_at.get(where, 0) + 1
        house.kill_one(dice)
        found.kills += 1
        if found.kills % CHECK_EVERY == 0:
            check(house, found)
        if found.kills % 10 == 0:
            say(f"{found.kills} kills, {len(sender.record.accepted)} mails accepted, {sender.open} open")


def settle(house: House, sender: Sender, say: Say, seconds: float = REST) -> None:
    """Wait until everything that was accepted is posted and sent; gives up after so many seconds, the counts then tell."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        waiting = sender.open + findings.waiting(house.url)
        if not waiting:
            return
        say(f"waiting for {waiting}")
        time.sleep(1)


def check(house: House, found: Findings) -> None:
    """`ratspost check` on the store as it lies there."""
    try:
        house.command("check")
    except subprocess.CalledProcessError as error:
        if "No such command" not in error.stderr:
            found.checks_failed += 1
            sys.stderr.write(error.stdout + error.stderr)
