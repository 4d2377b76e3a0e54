"""From the store as it is to the store this code expects: Alembic, run by `ratspost db upgrade` and by the tests.

All steps of one upgrade are one transaction, behind one lock, so two processes that start at once do not meet.
SQLite must not follow foreign keys while a table is rebuilt, or the rebuilt table's children would be deleted with
the old one; so they are off for the migration and checked as a whole before it is committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from forum.core import db, files

_LOCK = 0x7261747370  # any number of our own; "ratsp"


class BrokenReference(RuntimeError):
    """After the migration a row points to a row that does not exist; nothing was changed."""


def upgrade(store: Engine | str, revision: str = "head") -> list[str]:
    """Bring the store (engine or URL) to `revision`; returns the names of the steps made, oldest first, [] if none.

    Raises BrokenReference, or what the database says; either way the store is left as it was.
    """
    with _opened(store) as engine, _locked(engine) as connection:
        before = _current(connection)
        command.upgrade(_config(connection), revision)
        return _steps(before, _current(connection))


def downgrade(store: Engine | str, revision: str) -> None:
    """Take the store back to `revision` ("base" for empty); for tests of the migrations. Raises as `upgrade` does."""
    with _opened(store) as engine, _locked(engine) as connection:
        command.downgrade(_config(connection), revision)


def is_current(store: Engine | str) -> bool:
    """True if no step is missing; a store that was never set up is not current."""
    with _opened(store) as engine, engine.connect() as connection:
        return _current(connection) == _script().get_current_head()


def revisions() -> set[str]:
    """The names of all steps this code knows."""
    return {step.revision for step in _script().walk_revisions()}


def newest() -> str | None:
    """The name of the last step, which a store that is current has made."""
    return _script().get_current_head()


def revise(store: Engine | str, message: str) -> str:
    """Write a new migration from what models and store (which must be current) differ in; returns its path."""
    with _opened(store) as engine, _locked(engine) as connection:
        number = len(list(_script().walk_revisions())) + 1
        made = command.revision(_config(connection), message, autogenerate=True, rev_id=f"{number:04d}")
        if made is None or isinstance(made, list):
            raise RuntimeError("Alembic wrote no single revision")
        return str(made.path)


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files.find("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _steps(before: str | None, after: str | None) -> list[str]:
    if after is None or before == after:
        return []
    steps = _script().iterate_revisions(after, before or "base")
    return [f"{step.revision} {step.doc}" for step in reversed(list(steps))]


@contextmanager
def _opened(store: Engine | str) -> Iterator[Engine]:
    if isinstance(store, Engine):
        yield store
        return
    engine = sa.create_engine(store, poolclass=sa.NullPool)
    db.prepare(engine)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _locked(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(writes=True) as connection:
        if engine.dialect.name == "sqlite":
            with _without_foreign_keys(connection), connection.begin():
                yield connection
                _check_references(connection)
        else:
            with connection.begin():
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
                yield connection


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    driver = connection.connection.cursor()  # the driver's own cursor: SQLAlchemy's would begin first, and then it is too late
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")
        driver.close()


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        table, row, parent, _ = broken[0]
        raise BrokenReference(f"{len(broken)} broken references, the first: {table} row {row} to {parent}")
