"""Rows of the mailroom: what came in (ledger) and what goes out (letters, deliveries). No SMTP and no MIME here."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Base, enum_column


class InboundState(StrEnum):
    """The states of an accepted mail; all but `waiting` are ends, and a mail is in exactly one."""

    WAITING = "waiting"
    POSTED = "posted"
    HELD = "held"
    COMMAND = "command"
    ANSWERED = "answered"
    RELAYED = "relayed"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    DUPLICATE = "duplicate"
    DISCARDED = "discarded"
    STUCK = "stuck"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"  # the person may no longer see it, or no longer wants it


class LedgerRow(Base):
    """One accepted mail, byte for byte, and what became of it. Committed before 250 is said (RFC 5321 §6.1)."""

    __tablename__ = "ledger"
    id: Mapped[int] = mapped_column(primary_key=True)
    received_at: Mapped[dt.datetime] = mapped_column(index=True)
    raw: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    envelope_from: Mapped[str] = mapped_column(sa.String(400))
    envelope_to: Mapped[list[str]]
    peer: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[InboundState] = mapped_column(enum_column(InboundState), default=InboundState.WAITING)
    outcome: Mapped[str] = mapped_column(sa.String(60), default="")
    detail: Mapped[str] = mapped_column(sa.Text, default="")
    message_id: Mapped[str | None] = mapped_column(sa.String(998), index=True)
    content_key: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    sender: Mapped[str] = mapped_column(sa.String(400), default="")
    subject: Mapped[str] = mapped_column(sa.String(400), default="")
    post_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id", ondelete="SET NULL"), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[dt.datetime]
    leased_until: Mapped[dt.datetime | None]
    settled_at: Mapped[dt.datetime | None]
    __table_args__ = (
        sa.Index(
            "ix_ledger_waiting",
            "next_try_at",
            "id",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.Index(
            "ix_ledger_held",
            "received_at",
            "id",
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        ),
        sa.Index(
            "ix_ledger_stuck",
            "received_at",
            "id",
            sqlite_where=sa.text("state = 'stuck'"),
            postgresql_where=sa.text("state = 'stuck'"),
        ),
        {"sqlite_autoincrement": True},
    )


class LetterRow(Base):
    """Anything we mail, of a kind, with a Message-ID of its own. Fan-out turns it into deliveries once it is due.

    `person_id` addresses a letter to one person (login link, notice); None asks `subscriptions.recipients`.
    `address` overrides the delivery address (proving a new one). `facts` are the values its templates show.
    """

    __tablename__ = "letter"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    message_id: Mapped[str] = mapped_column(sa.String(998), unique=True)
    post_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), index=True)
    thread_id: Mapped[int | None] = mapped_column(sa.ForeignKey("thread.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    address: Mapped[str | None] = mapped_column(sa.String(320))
    facts: Mapped[dict[str, Any]]
    written_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    fanned_out_at: Mapped[dt.datetime | None]
    __table_args__ = (
        sa.Index("uq_letter_post", "post_id", unique=True, sqlite_where=sa.text("kind = 'post'"),
                 postgresql_where=sa.text("kind = 'post'")),
        sa.Index("ix_letter_due", "due_at", "id", sqlite_where=sa.text("fanned_out_at IS NULL"),
                 postgresql_where=sa.text("fanned_out_at IS NULL")),
        {"sqlite_autoincrement": True},
    )  # fmt: skip


class DeliveryRow(Base):
    """(letter, person): one copy, sent at least once, with the same Message-ID each time. `why` names the matching follows."""

    __tablename__ = "delivery"
    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letter.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    post_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"))
    why: Mapped[list[str]]
    state: Mapped[DeliveryState] = mapped_column(enum_column(DeliveryState), default=DeliveryState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[dt.datetime]
    leased_until: Mapped[dt.datetime | None]
    lease: Mapped[str | None] = mapped_column(sa.String(32))
    settled_at: Mapped[dt.datetime | None]
    detail: Mapped[str] = mapped_column(sa.String(400), default="")
    letter: Mapped[LetterRow] = relationship()
    __table_args__ = (
        sa.UniqueConstraint("letter_id", "person_id"),
        sa.UniqueConstraint("post_id", "person_id"),
        sa.Index("ix_delivery_waiting", "next_try_at", "id", sqlite_where=sa.text("state = 'waiting'"),
                 postgresql_where=sa.text("state = 'waiting'")),
        {"sqlite_autoincrement": True},
    )  # fmt: skip
