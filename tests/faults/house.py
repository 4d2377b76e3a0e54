"""The real thing as processes of its own: started with a crash point, killed, started again, as on a machine that loses power."""

from __future__ import annotations

import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AUTHOR = "autorin@rat.example"
READERS = ("erika@kreis.example", "ferdi@stadt.example", "gerda@gemeinde.example")
BOARD = "finanzen.bottrop"
BRIDGE_POINTS = ("after-rcpt", "mid-data", "before-commit", "after-commit", "after-250")
_START = 60.0


class NotBack(RuntimeError):
    """The house did not come back by itself."""


class House:
    """One installation in a folder: `up` on SQLite; bridge and two workers on PostgreSQL."""

    def __init__(self, folder: Path, url: str, relay: str) -> None:
        self.folder, self.url = folder, url
        self.port = free_port()
        self.is_split = not url.startswith("sqlite")
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("RATSPOST_")},
            "RATSPOST_DATA": str(folder),
            "RATSPOST_DATABASE_URL": url,
            "RATSPOST_SECRET_KEY": "only-for-faults-only-for-faults-only-for-faults",
            "RATSPOST_WEB": "127.0.0.1:0",
            "RATSPOST_SMTP": f"127.0.0.1:{self.port}",
            "RATSPOST_RELAY": relay,
            "RATSPOST_GRACE": "0",
            "RATSPOST_TRUST_FROM": "1",
            "RATSPOST_BRAKES": "off",
        }

    def furnish(self) -> None:
        """Make the store, one author and her readers."""
        subprocess.run([sys.executable, "-m", "tests.faults.furnish"], cwd=ROOT, env=self._environment, check=True, timeout=300)

    def command(self, *words: str) -> str:
        """What `ratspost …` prints; raises CalledProcessError if it fails."""
        return subprocess.run(
            [sys.executable, "-c", "from forum.main import cli; cli()", *words],
            cwd=ROOT, env=self._environment, check=True, capture_output=True, text=True, timeout=120,
        ).stdout  # fmt: skip

    def start(self, crash_at: str = "") -> float:
        """Start what does not run; the part that knows the crash point gets it. Seconds until the door answers, or until
        that part has come to its point already; 0 if the door was open all the time. Raises NotBack."""
        began = time.monotonic()
        away = not self._answers()
        for name in ("bridge", "worker", "other-worker") if self.is_split else ("up",):
            if name not in self._running or self._running[name].poll() is not None:
                self._running[name] = self._process(name, crash_at if self._knows(name, crash_at) else "")
        while not self._answers() and not (crash_at and self.died()):
            if time.monotonic() - began > _START:
                raise NotBack(f"no answer after {_START:.0f} s; see {self.folder}.log")
            time.sleep(0.02)
        return time.monotonic() - began if away else 0.0

    def restart(self, crash_at: str) -> float:
        """The same, but the part that knows the crash point starts anew even if it runs."""
        for name, process in self._running.items():
            if crash_at and self._knows(name, crash_at):
                _kill(process)
        return self.start(crash_at)

    def died(self) -> bool:
        """Whether a part of it is gone."""
        return any(process.poll() is not None for process in self._running.values())

    def kill(self) -> None:
        """SIGKILL for whatever runs."""
        for process in self._running.values():
            _kill(process)

    def kill_one(self, dice: random.Random) -> None:
        """SIGKILL for one part, if none is dead already."""
        if not self.died():
            _kill(dice.choice(list(self._running.values())))

    def stop(self) -> None:
        """SIGTERM, as an operator does it; raises NotBack if a part does not end or ends with an error."""
        for process in self._running.values():
            process.terminate()
        for name, process in self._running.items():
            try:
                code = process.wait(60)
            except subprocess.TimeoutExpired as error:
                _kill(process)
                raise NotBack(f"{name} did not stop within 60 s") from error
            if code != 0:
                raise NotBack(f"{name} stopped with {code}")

    def pids(self) -> list[int]:
        """The processes that run."""
        return [process.pid for process in self._running.values() if process.poll() is None]

    def _knows(self, name: str, crash_at: str) -> bool:
        point = crash_at.partition(":")[0]
        return not self.is_split or name == ("bridge" if point in BRIDGE_POINTS else "worker")

    def _process(self, name: str, crash_at: str) -> subprocess.Popen[bytes]:
        environment = {**self._environment, **({"RATSPOST_CRASH_AT": crash_at} if crash_at else {})}
        with open(self.folder.parent / f"{self.folder.name}.log", "ab") as log:
            return subprocess.Popen(
                [sys.executable, "-c", "from forum.main import cli; cli()", name.removeprefix("other-")],
                cwd=ROOT, env=environment, stdout=log, stderr=log, preexec_fn=die_with_parent,  # noqa: PLW1509
            )  # fmt: skip

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as wire:
                return wire.recv(3) == b"220"
        except OSError:
            return False


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def die_with_parent() -> None:
    """Linux: a harness that is ended leaves nothing running."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait(30)
