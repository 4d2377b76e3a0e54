"""Ratspost under test: the one process of `ratspost up` over a fresh store, its relay the sink, its people its senders."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.limits.setting import child, free_port

CROWD = "finanzen@ratspost.localhost"
"""The board that everybody follows."""
EMPTY = "beteiligung@ratspost.localhost"
"""The board that nobody follows: mail to it is accepted and posted, and goes to nobody."""
_RATSPOST = Path(sys.executable).with_name("ratspost")


@dataclass(frozen=True, slots=True)
class House:
    """A store with people in it and the ports of its doors; `up` runs it."""

    folder: Path
    database_url: str
    smtp: int
    sink: int
    control: int
    followers: int
    store: tuple[int, ...] = ()

    def metered(self, pid: int) -> str:
        """Whose CPU and memory count: the process and the server of its store, as `processes.pids` reads them."""
        return ",".join(map(str, (pid, *self.store)))

    @property
    def environment(self) -> dict[str, str]:
        """The settings, beside what Python and the shell need."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("RATSPOST_")}
        return kept | {
            "RATSPOST_DATA": str(self.folder),
            "RATSPOST_DATABASE_URL": self.database_url,
            "RATSPOST_SECRET_KEY": "x" * 48,
            "RATSPOST_WEB": f"127.0.0.1:{free_port()}",
            "RATSPOST_SMTP": f"127.0.0.1:{self.smtp}",
            "RATSPOST_RELAY": f"smtp://127.0.0.1:{self.sink}",
            "RATSPOST_TRUST_FROM": "1",
            "RATSPOST_BRAKES": "off",
            "RATSPOST_GRACE": "0",
        }

    def command(self, *words: str) -> str:
        """What `ratspost WORDS` prints. Raises CalledProcessError."""
        return self._run(str(_RATSPOST), *words)

    def fill(self, *words: str) -> str:
        """What `python -m tests.bench.ours.filling WORDS` prints. Raises CalledProcessError."""
        return self._run(sys.executable, "-m", "tests.bench.ours.filling", *words)

    def _run(self, *words: str) -> str:
        return subprocess.run(words, env=self.environment, check=True, stdout=subprocess.PIPE, text=True).stdout

    @contextlib.contextmanager
    def up(self) -> Iterator[int]:
        """The running process by its pid; told to stop at the end of the block."""
        log = self.folder / "up.log"
        with log.open("ab") as out:
            process = subprocess.Popen(self.profiled(), env=self.environment, stdout=out, stderr=out)
        try:
            self._wait(process)
            yield process.pid
        finally:
            process.terminate()
            process.wait(60)

    def profiled(self) -> list[str]:
        """The command line of the process; BENCH_PROFILE names a program that runs it (py-spy record -o … --)."""
        return [*os.environ.get("BENCH_PROFILE", "").split(), sys.executable, str(_RATSPOST), "up"]

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + 60
        while "Ratspost is running" not in (self.folder / "up.log").read_text("utf-8", "replace"):
            if process.poll() is not None or time.monotonic() > end:
                raise TimeoutError((self.folder / "up.log").read_text("utf-8", "replace")[-2000:])
            time.sleep(0.1)


@contextlib.contextmanager
def furnished(
    folder: Path, database_url: str = "", *, followers: int = 1000, store: tuple[int, ...] = ()
) -> Iterator[House]:
    """A house whose board CROWD has so many followers and one more, since authors get no copy; the sink runs with it."""
    folder.mkdir(parents=True, exist_ok=True)
    url = database_url or f"sqlite:///{folder / 'ratspost.sqlite3'}"
    sink, control = free_port(), free_port()
    with child(sink, "-m", "tests.bench", "sink", "--port", str(sink), "--control", str(control), "--keep", "1"):
        house = House(folder, url, free_port(), sink, control, followers, store)
        house.command("db", "upgrade")
        people = folder / "people.csv"
        lines = [f"Mitglied {number},m{number:05d}@member.example.invalid" for number in range(followers + 1)]
        people.write_text("\n".join(["name,email", *lines]) + "\n", "utf-8")
        house.command("person", "import", str(people))
        house.fill("follow")
        yield house
