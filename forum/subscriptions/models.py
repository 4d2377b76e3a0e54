"""Rows about who wants to hear what."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Base, enum_column


class Mode(StrEnum):
    """How often; declared from the strongest to the weakest (DESIGN §6)."""

    EACH = "each"
    NEW_THREADS = "new-threads"
    DAILY = "daily"
    WEEKLY = "weekly"
    WEB = "web"


WORKING = (Mode.EACH, Mode.NEW_THREADS, Mode.WEB)
"""The modes that do what they say by now; no digest is composed yet, so nobody may choose one."""


class ThreadWish(StrEnum):
    FOLLOW = "follow"
    MUTE = "mute"


class FollowRow(Base):
    """topic? ∧ region?: None means any; one of the two is set (whoever wants all follows `nrw`)."""

    __tablename__ = "follow"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    topic_id: Mapped[int | None] = mapped_column(sa.ForeignKey("topic.id"))
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))
    mode: Mapped[Mode] = mapped_column(enum_column(Mode), default=Mode.EACH)
    created_at: Mapped[dt.datetime]
    exceptions: Mapped[list[FollowExceptionRow]] = relationship(order_by="FollowExceptionRow.id", cascade="all, delete-orphan")
    __table_args__ = (
        sa.Index(
            "uq_follow_place",
            "person_id",
            sa.text("coalesce(topic_id, 0)"),
            sa.text("coalesce(region_id, 0)"),
            unique=True,
        ),
        sa.Index("ix_follow_place", "topic_id", "region_id"),
    )


class FollowExceptionRow(Base):
    """A part of a follow that does not count."""

    __tablename__ = "follow_exception"
    id: Mapped[int] = mapped_column(primary_key=True)
    follow_id: Mapped[int] = mapped_column(sa.ForeignKey("follow.id", ondelete="CASCADE"), index=True)
    topic_id: Mapped[int | None] = mapped_column(sa.ForeignKey("topic.id"))
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))


class ThreadWishRow(Base):
    """What one person wants of one thread. Whoever posted in it follows it without a row."""

    __tablename__ = "thread_wish"
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("thread.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    wish: Mapped[ThreadWish] = mapped_column(enum_column(ThreadWish))
