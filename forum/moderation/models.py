"""Rows of moderation: what waits, and what moderators did."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

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


class QuestionKind(StrEnum):
    """What we ask: is this mail yours, shall this address be yours, (to that address) do you want to write as this person?

    RELEASE asks a moderator who released by mail once more, for it makes something public (R61).
    """

    MINE = "mine"
    ADDRESS = "address"
    PROOF = "proof"
    RELEASE = "release"


class QuestionRow(Base):
    """One question to a person, answered by mail or in the browser with yes or no. It is about its items, fixed once it is out.

    `address` is where it was mailed (MINE, PROOF), or what it is about (ADDRESS). `asked_times` counts the letters.
    """

    __tablename__ = "question"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[QuestionKind] = mapped_column(enum_column(QuestionKind))
    address: Mapped[str] = mapped_column(sa.String(320))
    letter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("letter.id", ondelete="SET NULL"))
    asked_at: Mapped[dt.datetime]
    asked_times: Mapped[int] = mapped_column(default=1)
    answered_at: Mapped[dt.datetime | None]
    answer: Mapped[str] = mapped_column(sa.String(8), default="")
    items: Mapped[list[QuestionItemRow]] = relationship(back_populates="question", order_by="QuestionItemRow.id")


class QuestionItemRow(Base):
    """A mail that waits for the answer: as a hold, or (commands, private answers) only in the ledger.

    `after_yes` is why a hold would have to wait even after a yes, "" for nothing.
    """

    __tablename__ = "question_item"
    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id", ondelete="CASCADE"), index=True)
    hold_id: Mapped[int | None] = mapped_column(sa.ForeignKey("hold.id", ondelete="CASCADE"), index=True)
    inbound_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ledger.id", ondelete="CASCADE"), index=True)
    after_yes: Mapped[str] = mapped_column(sa.String(60), default="")
    answer: Mapped[str] = mapped_column(sa.String(8), default="")
    question: Mapped[QuestionRow] = relationship(back_populates="items")
