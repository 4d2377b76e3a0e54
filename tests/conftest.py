"""What every test can ask for: `store` (a seeded store and its session), `app`, `config`; and what no test may do.

RATSPOST_TEST_DATABASE says on which database the run works: sqlite (the default) or postgresql.
"""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy.orm import Session

from forum.config import Config
from forum.core import migrate
from forum.core.db import db, transaction
from forum.main import build
from forum.people import login
from forum.places import seed
from tests import cast, network, packages, postgresql
from tests.cast import Cast
from tests.houses import Houses
from tests.stores import PostgreSQLStores, SQLiteStores, Stores

DATABASE = os.environ.get("RATSPOST_TEST_DATABASE", "sqlite")
_SERVER_URL = "TEST_POSTGRESQL"
_running = contextlib.ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Forget the settings of whoever runs the tests; start the one PostgreSQL that all test processes share."""
    for name in [name for name in os.environ if name.startswith("RATSPOST_") and name != "RATSPOST_TEST_DATABASE"]:
        del os.environ[name]
    if DATABASE not in ("sqlite", "postgresql"):
        raise pytest.UsageError("RATSPOST_TEST_DATABASE must be sqlite or postgresql")
    if DATABASE == "postgresql" and _SERVER_URL not in os.environ and not config.option.collectonly:
        os.environ[_SERVER_URL] = _running.enter_context(postgresql.server())


def pytest_unconfigure() -> None:
    """Stop what pytest_configure started."""
    _running.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run what touches a store; the rest has run on SQLite and would only say the same again."""
    if DATABASE != "postgresql":
        return
    chosen = {item for item in items if "stores" in getattr(item, "fixturenames", ()) or item.get_closest_marker("proof")}
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = [item for item in items if item in chosen]


def pytest_collection_finish() -> None:
    """What stands now stays until the end; the collector of garbage need not walk over thousands of tests each time."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what cannot run here."""
    packages.require(item)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end what was left out, so that nobody takes it for tested."""
    lines = packages.left_out(terminalreporter.stats.get("skipped", []))
    if lines:
        terminalreporter.section("left out: a Debian package is missing")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        network.guard(patch)
        yield


@pytest.fixture(autouse=True, scope="session")
def _cheap_passwords() -> Iterator[None]:
    """Checking a password costs a tenth of a second on purpose; the tests of the login would wait for nothing else."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(login, "_hasher", cheap)
        patch.setattr(login, "_nobody", cheap.hash("nobody"))
        yield


@pytest.fixture(autouse=True)
def _sockets(request: pytest.FixtureRequest) -> Iterator[None]:
    with network.loopback() if request.node.get_closest_marker("socket") else contextlib.nullcontext():
        yield


@pytest.fixture(scope="session")
def stores() -> Iterator[Stores]:
    """The factory of stores of this process."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with _fast_folder() as folder:
        made: Stores = SQLiteStores(folder, _fill)
        if DATABASE == "postgresql":
            made = PostgreSQLStores(os.environ[_SERVER_URL], f"ratspost_{worker}", _fill)
        yield made
        made.close()


@pytest.fixture(scope="session")
def houses() -> Iterator[Houses]:
    """The applications of this process."""
    houses = Houses()
    yield houses
    houses.close()


@pytest.fixture(scope="session")
def _data() -> Iterator[Path]:
    with _fast_folder() as folder:
        yield folder / "data"


@pytest.fixture
def data(_data: Path) -> Iterator[Path]:
    """The data folder of this test, empty; always the same path, in memory where the machine has such a place."""
    _data.mkdir()
    yield _data
    shutil.rmtree(_data)


@pytest.fixture
def settings() -> dict[str, str]:
    """Settings that differ from those of all tests; a test file overrides this fixture."""
    return {}


@pytest.fixture
def config(stores: Stores, data: Path, settings: dict[str, str]) -> Config:
    """The configuration of this test, with a fresh, seeded store."""
    return _config(data, stores.seeded(data), settings)


@pytest.fixture
def empty_store(stores: Stores, data: Path) -> str:
    """The URL of a store without any table."""
    return stores.empty(data)


@pytest.fixture
def app(houses: Houses, config: Config) -> Iterator[Flask]:
    """The whole forum over a fresh store; no context is open yet."""
    with houses.open(config) as app:
        yield app


@pytest.fixture
def own_app(config: Config) -> Iterator[Flask]:
    """The same for one test alone, which may change more of it than its `config`."""
    houses = Houses()
    with houses.open(config) as app:
        yield app
    houses.close()


@pytest.fixture
def store(app: Flask) -> Iterator[Session]:
    """An open application context over a fresh store; write inside `with transaction():`."""
    with app.app_context():
        yield db.session()


@pytest.fixture
def people(store: Session) -> Cast:
    """Anne, Birol and Carla in the store; nobody follows anything."""
    return cast.enter()


def _config(data: Path, url: str, settings: dict[str, str]) -> Config:
    given = {
        "RATSPOST_DATA": str(data),
        "RATSPOST_DATABASE_URL": url,
        "RATSPOST_SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests",
        "RATSPOST_WEB": "127.0.0.1:0",
        "RATSPOST_SMTP": "127.0.0.1:0",
        "RATSPOST_GRACE": "0",
    }
    return Config.from_env({**given, **settings})


@contextlib.contextmanager
def _fast_folder() -> Iterator[Path]:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="ratspost-", dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


def _fill(url: str) -> None:
    with _fast_folder() as folder:
        app = build(_config(folder, url, {}))
        with app.app_context():
            migrate.upgrade(db.engine)
            with transaction():
                seed.load()
            db.session.remove()
            db.engine.dispose()
