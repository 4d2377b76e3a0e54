"""Migrations: from nothing to now, what they leave is what the models say, and a broken one changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from forum.app import load_models
from forum.core import db, migrate
from forum.core.db import Base


@pytest.fixture
def engine(empty_store: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(empty_store, pool_size=1, max_overflow=0)
    db.prepare(engine)
    yield engine
    engine.dispose()


def test_an_empty_store_is_brought_to_now_once(engine: sa.Engine) -> None:
    assert not migrate.is_current(engine)
    assert migrate.upgrade(engine)
    assert migrate.is_current(engine)
    assert migrate.upgrade(engine) == []


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index:UserWarning")
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index:sqlalchemy.exc.SAWarning")
def test_the_tables_are_those_of_the_models(engine: sa.Engine) -> None:
    migrate.upgrade(engine)
    load_models()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _is_known_to_models})
        assert compare_metadata(context, Base.metadata) == []


def _is_known_to_models(_object: object, name: str | None, kind: str, reflected: bool, _to: object) -> bool:
    return not (kind == "table" and reflected and (name or "").startswith("fts_"))


def test_the_way_back_leaves_nothing(engine: sa.Engine) -> None:
    migrate.upgrade(engine)
    migrate.downgrade(engine, "base")
    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version"}


def test_foreign_keys_hold_again_after_a_migration(engine: sa.Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("only SQLite has them off meanwhile")
    migrate.upgrade(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def test_a_reference_into_nothing_undoes_the_migration(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL follows references meanwhile")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE child (parent_id INTEGER REFERENCES parent (id))")

    def orphan(config: Config, _revision: str) -> None:
        config.attributes["connection"].exec_driver_sql("INSERT INTO child VALUES (7)")

    monkeypatch.setattr("alembic.command.upgrade", orphan)
    with pytest.raises(migrate.BrokenReference, match="child"):
        migrate.upgrade(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM child").scalar_one() == 0
