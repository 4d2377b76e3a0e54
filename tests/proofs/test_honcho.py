"""Production as docs/operations.md sets it up: the Procfile by honcho on PostgreSQL, two web processes, a bridge, two workers.

The stories of tests/stories are told here once more, over real HTTP, SMTP and LMTP, against real processes.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.config import Config
from forum.mailroom import deliveries, ledger, letters
from forum.mailroom.models import DeliveryRow, DeliveryState
from mailbridge.outbound import maildir
from tests import cast, postgresql
from tests.stores import PostgreSQLStores
from tests.stories.browser import HttpWire
from tests.stories.test_round_trip import (  # noqa: F401 - told again
    test_a_thread_from_the_browser_is_answered_by_mail,
    test_an_answer_by_mail_is_answered_in_the_browser,
)
from tests.stories.test_twenty_posts import test_page_and_mails_tell_the_same  # noqa: F401
from tests.stories.test_two_boards import test_to_and_cc_make_one_thread  # noqa: F401
from tests.stories.town import Town

pytestmark = [pytest.mark.proof, pytest.mark.socket]
ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PATIENCE = 90  # seconds, on a machine that does other things as well


@pytest.fixture(scope="module")
def stores() -> Iterator[PostgreSQLStores]:
    """A PostgreSQL of our own, whatever the rest of the run works on."""
    with postgresql.server() as url:
        made = PostgreSQLStores(url, "ratspost_honcho", _upgrade)
        yield made
        made.close()


def _upgrade(url: str) -> None:
    environment = {"PATH": os.defpath, "RATSPOST_DATABASE_URL": url, "RATSPOST_SECRET_KEY": "x" * 40}
    subprocess.run([BIN / "ratspost", "db", "upgrade"], check=True, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)


@pytest.fixture
def settings() -> dict[str, str]:
    web, smtp, lmtp = _free_ports(3)
    return {
        "RATSPOST_WEB": f"127.0.0.1:{web}", "RATSPOST_SMTP": f"127.0.0.1:{smtp}", "RATSPOST_LMTP": f"127.0.0.1:{lmtp}",
        "RATSPOST_BASE_URL": f"http://127.0.0.1:{web}", "RATSPOST_TRUST_FROM": "1", "RATSPOST_GRACE": "0",
    }  # fmt: skip


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        found = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in found:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in found]


class Processes(Town):
    """The house as many processes; the test only looks into its store."""

    def wire(self) -> HttpWire:
        return HttpWire(self._config.base_url)

    @property
    def _config(self) -> Config:
        config: Config = self.app.config["RATSPOST"]
        return config

    def settle(self) -> None:
        _wait(self._is_idle, lambda: "the workers do not come to an end")

    def _is_idle(self) -> bool:
        with self.looking():
            return not (ledger.counts()["waiting"] or letters.waiting() or deliveries.counts()["waiting"])


def _wait(is_so: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.05)


@pytest.fixture
def log(data: Path) -> Path:
    return data / "honcho.log"


@pytest.fixture
def honcho(config: Config, settings: dict[str, str], data: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`honcho start`, ended with SIGTERM."""
    environment = {
        **settings, "PATH": f"{BIN}:{os.defpath}", "HOME": str(data), "RATSPOST_DATA": str(data),
        "RATSPOST_DATABASE_URL": config.database_url, "RATSPOST_SECRET_KEY": ",".join(config.secret_keys),
    }  # fmt: skip
    command: list[str | Path] = [BIN / "honcho", "start", "--no-colour", "-c", "worker=2"]
    ports = [door.port for door in (config.web, config.smtp, config.lmtp) if door]
    with log.open("wb") as out, subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out) as process:
        try:
            _wait(lambda: process.poll() is not None or all(map(_answers, ports)), log.read_text)
            assert process.poll() is None, log.read_text()
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


def _answers(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def town(app: Flask, config: Config, honcho: subprocess.Popen[bytes]) -> Processes:
    with app.app_context():
        members = cast.enter()
    assert config.smtp
    assert config.lmtp
    return Processes(app, members, {"smtp": config.smtp.port, "lmtp": config.lmtp.port})


def test_two_workers_never_claim_the_same_row(town: Processes) -> None:
    readers = town.crowd(20)
    with town.looking():
        for number in range(30):
            cast.post_by(town.people.anne, f"Faden {number}")
    town.settle()
    once = {f"[Finanzen · Bottrop] Faden {number}": 1 for number in range(30)}
    for reader in readers:
        assert Counter(letter.subject for letter in town.box_of(reader)) == once
    with town.looking() as store:
        rows = store.execute(sa.select(DeliveryRow.state, DeliveryRow.attempts, sa.func.count()).group_by("state", "attempts"))
        assert [tuple(row) for row in rows] == [(DeliveryState.SENT, 1, 600)]
    names = [path.name for reader in readers for path in (maildir.box_of(town.post_boxes, reader) / "new").iterdir()]
    assert len({re.findall(r"P(\d+)R", name)[0] for name in names}) == 2  # both workers had their share


def test_sigterm_ends_every_process_in_order(
    town: Processes, honcho: subprocess.Popen[bytes], config: Config, log: Path
) -> None:
    town.follows(cast.BIROL, "nrw")
    town.writes_in_browser(cast.ANNE, "finanzen.bottrop", "Noch schnell")
    honcho.send_signal(signal.SIGTERM)
    honcho.wait(PATIENCE)
    said = log.read_text()
    assert said.count("Stopped.") == 3, said  # the bridge and two workers; gunicorn says it in its own words
    assert "Shutting down: Master" in said
    assert "Traceback" not in said
    assert config.smtp
    assert not any(_answers(port) for port in (config.web.port, config.smtp.port))
    assert len(town.box_of(cast.BIROL)) == 1
