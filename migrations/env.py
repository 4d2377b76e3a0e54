"""Alembic's way in, called by `forum.core.migrate` with a connection whose transaction it holds already."""

from __future__ import annotations

from typing import Any, Literal, TypeGuard

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import CreateForeignKeyOp, CreateTableOp, DropConstraintOp, MigrationScript, ModifyTableOps
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection

from forum.app import load_models
from forum.core.db import Base, UTCDateTime


def _is_ours(_object: Any, name: str | None, kind: str, reflected: bool, _compare_to: Any) -> bool:
    """Search indexes (fts_…, with the tables SQLite adds to them) are written by hand and known to no model."""
    return not (kind == "table" and reflected and (name or "").startswith("fts_"))


def _render(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:
    """Migrations are history: they name types of SQLAlchemy, never types of ours that may change."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _is_late(item: object) -> TypeGuard[sa.ForeignKeyConstraint]:
    return isinstance(item, sa.ForeignKeyConstraint) and item.use_alter


def _break_circles(_context: MigrationContext, _revision: Any, directives: list[MigrationScript]) -> None:
    """Two tables that point to each other: the reference marked use_alter is made last and dropped first.

    Alembic would write it into the first table, where PostgreSQL leaves it out without a word.
    """
    for script in directives:
        if script.upgrade_ops is None or script.downgrade_ops is None:
            continue
        for table in [op for op in script.upgrade_ops.ops if isinstance(op, CreateTableOp)]:
            late = [item for item in table.columns if _is_late(item)]
            if late:
                table.columns = [item for item in table.columns if not _is_late(item)]
                made = [CreateForeignKeyOp.from_constraint(item) for item in late]
                dropped = [DropConstraintOp.from_constraint(item) for item in late]
                script.upgrade_ops.ops.append(ModifyTableOps(table.table_name, made))
                script.downgrade_ops.ops.insert(0, ModifyTableOps(table.table_name, dropped))


def _run(connection: Connection) -> None:
    load_models()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        include_object=_is_ours,
        render_item=_render,
        process_revision_directives=_break_circles,
    )
    with context.begin_transaction():
        context.run_migrations()


held = context.config.attributes.get("connection")
if not isinstance(held, sa.Connection):
    raise RuntimeError("run migrations by `ratspost db upgrade` or forum.core.migrate")
_run(held)
