"""Rows of moderation: what waits, and what moderators did."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Base, enum_column


class HoldState(StrEnum):
    WAITING = "waiting"
    RELEASED = "released"
    REJECTED = "rejected"


class HoldRow(Base):
    """A contribution from either door, parsed and complete, that waits. `contribution` is `intake.to_json` of it."""

    __tablename__ = "hold"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[HoldState] = mapped_column(enum_column(HoldState), default=HoldState.WAITING, index=True)
    cause: Mapped[str] = mapped_column(sa.String(60))
    contribution: Mapped[dict[str, Any]]
    title: Mapped[str] = mapped_column(sa.String(300), default="")
    author: Mapped[str] = mapped_column(sa.String(400), default="")
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    thread_id: Mapped[int | None] = mapped_column(sa.ForeignKey("thread.id", ondelete="CASCADE"), index=True)
    inbound_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ledger.id", ondelete="SET NULL"), unique=True)
    nonce: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    post_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")


class ModerationRow(Base):
    """One act of a moderator: what, on what, why, and whether it was undone. Kept for three years."""

    __tablename__ = "moderation"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    actor_name: Mapped[str] = mapped_column(sa.String(120))
    act: Mapped[str] = mapped_column(sa.String(40))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    thread_id: Mapped[int | None] = mapped_column(sa.ForeignKey("thread.id", ondelete="SET NULL"), index=True)
    post_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id", ondelete="SET NULL"), index=True)
    hold_id: Mapped[int | None] = mapped_column(sa.ForeignKey("hold.id", ondelete="SET NULL"), index=True)
    before: Mapped[dict[str, Any]]
    undone_at: Mapped[dt.datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
