"""The store: one declarative base, the one flask_sqlalchemy object, and `transaction()`, the only commit in the house.

Everything above this file (slices, doors, bridge) reads through `db.session` and writes inside `with transaction():`.
Both need an application context; workers and SMTP sessions get one from `core.ports.Scope`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, ClassVar

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(sa.TypeDecorator[dt.datetime]):
    """An aware moment in UTC; SQLite would hand back naive ones. Raises ValueError for a naive value."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, _dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime; use core.clock.now()")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, _dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Base(DeclarativeBase):
    """All rows of all slices; a slice declares its own in `<slice>/models.py`."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {dt.datetime: UTCDateTime(), dict[str, Any]: sa.JSON(), list[str]: sa.JSON()}


def enum_column(kind: type[StrEnum]) -> sa.Enum:
    """A text column that holds the values of a StrEnum; no database type, so both engines store the same."""
    return sa.Enum(kind, native_enum=False, length=24, values_callable=lambda members: [m.value for m in members])


db = SQLAlchemy(metadata=Base.metadata)


def session() -> Session:
    """The session of this application context."""
    return db.session()


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work: committed when the block ends well, rolled back when it raises. Does not nest.

    What was read before is read again inside, so a decision never rests on an older snapshot; on SQLite the
    write lock is taken at once (BEGIN IMMEDIATE), so a reader never has to become a writer half-way.
    """
    current = session()
    if current.info.get("writing"):
        raise RuntimeError("transaction() does not nest; services never commit")
    current.rollback()
    current.info["writing"] = True
    current.info["read"] = []
    try:
        current.connection(execution_options={"writes": True})
        yield current
        current.commit()
    except BaseException:
        current.rollback()
        raise
    finally:
        current.info["writing"] = False
        del current.info["read"]


def _hold_on(current: Session, row: object) -> None:
    """Keep what a transaction has read until its end; the session itself would forget rows that nobody holds, and ask again."""
    if "read" in current.info:
        current.info["read"].append(row)


for _moment in ("loaded_as_persistent", "pending_to_persistent"):
    event.listen(db.session, _moment, _hold_on)


def prepare(engine: Engine) -> None:
    """Set an engine up for this house; called once, before its first connection.

    SQLite: WAL and synchronous=FULL, because 250 is said only for bytes on the disk (RFC 5321 §6.1).
    """
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _open_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _open_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself; _begin_sqlite does
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
