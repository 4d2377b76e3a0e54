"""What must always be true of the store, as a table: each slice lists its own in `<slice>/invariants.py`.

`ratspost check` asks all of them; the fault harness does so after every kill. An invariant is a query for what breaks it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from forum.core.db import session

SHOWN = 5  # ids named of each broken invariant


@dataclass(frozen=True, slots=True)
class Invariant:
    """`says` is the sentence that is true; `broken_by` selects the ids of the rows for which it is not."""

    code: str
    says: str
    broken_by: Callable[[], sa.Select[int]]


@dataclass(frozen=True, slots=True)
class Finding:
    """How many rows break an invariant, and the first few of them; none if it holds."""

    invariant: Invariant
    count: int
    ids: tuple[int, ...]


def ask(invariant: Invariant) -> Finding:
    """Whether an invariant holds now."""
    query = invariant.broken_by()
    count = session().scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    ids = tuple(session().scalars(query.limit(SHOWN))) if count else ()
    return Finding(invariant, count, ids)


def damage() -> list[str]:
    """What the database engine itself finds wrong with the store's file; PostgreSQL looks after its own."""
    if session().get_bind().dialect.name != "sqlite":
        return []
    broken = [str(row[0]) for row in session().execute(sa.text("PRAGMA integrity_check(5)")) if row[0] != "ok"]
    orphans = session().execute(sa.text("PRAGMA foreign_key_check")).fetchmany(SHOWN)
    return broken + [f"row {row[1]} of {row[0]} refers to a row of {row[2]} that is not there" for row in orphans]
