"""Alembic's way in, called by `forum.core.migrate` with a connection whose transaction it holds already."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
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


def _run(connection: Connection) -> None:
    load_models()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        include_object=_is_ours,
        render_item=_render,
    )
    with context.begin_transaction():
        context.run_migrations()


held = context.config.attributes.get("connection")
if not isinstance(held, sa.Connection):
    raise RuntimeError("run migrations by `ratspost db upgrade` or forum.core.migrate")
_run(held)
