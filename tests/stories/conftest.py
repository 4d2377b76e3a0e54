"""The fixture of all stories: `town`, a running house in which Anne, Birol and Carla live."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from mailbridge import known_names
from mailbridge.inbound import receive
from mailbridge.inbound.pool import Pool
from mailbridge.inbound.server import Doors
from mailbridge.inbound.spool import Spool
from mailbridge.outbound import fanout
from mailbridge.outbound.deliver import Deliverer
from mailbridge.outbound.transport import open_transport
from mailbridge.worker import Worker
from tests import cast
from tests.stories.town import House

MakeWorker = Callable[..., Worker]


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_LMTP": "127.0.0.1:0"}


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    """The child processes that read mails; one pool serves all stories."""
    with Pool() as pool:
        yield pool


@pytest.fixture
def new_worker(app: Flask, pool: Pool) -> Iterator[MakeWorker]:
    """Makes workers like those of `ratspost worker`, but for the pool, which outlives them."""
    with contextlib.ExitStack() as open_:

        def make(read: receive.Read | None = None) -> Worker:
            config = app.config["RATSPOST"]
            deliverer = Deliverer(open_transport(config.relay, hello=config.mail_domain))
            open_.callback(deliverer.close)
            steps = (lambda: receive.step(read or pool.read_anyway, known_names.current), fanout.step, deliverer.step)
            return Worker(app.app_context, steps, threading.Event(), closing=deliverer.close)

        yield make


@pytest.fixture
def town(app: Flask, new_worker: MakeWorker) -> Iterator[House]:
    """A house with open doors; nobody follows anything yet, and nothing was written."""
    with app.app_context():
        people = cast.enter()
    doors = Doors(app.config["RATSPOST"], app.app_context, known_names.current, Spool(app.app_context, threading.Event()))
    doors.start()
    yield House(app, people, doors, new_worker())
    doors.stop()
