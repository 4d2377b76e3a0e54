"""Rows of threads and posts. A thread is one thing; browser and mail are two ways in and out of it."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Base, enum_column
from forum.people.models import BylineRow, GroupRow


class ThreadState(StrEnum):
    OPEN = "open"
    LOCKED = "locked"


class PostState(StrEnum):
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Source(StrEnum):
    """The door a post came through."""

    WEB = "web"
    MAIL = "mail"
    ARCHIVE = "archive"


class BodyFormat(StrEnum):
    MARKDOWN = "markdown"
    PLAIN = "plain"


class ThreadRow(Base):
    """A conversation. `subject` is the mail subject without prefix, fixed with its first mail; `group_id` None means members."""

    __tablename__ = "thread"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    subject: Mapped[str] = mapped_column(sa.String(300))
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("audience_group.id"), index=True)
    state: Mapped[ThreadState] = mapped_column(enum_column(ThreadState), default=ThreadState.OPEN)
    lock_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("thread.id"), index=True)
    started_at: Mapped[dt.datetime]
    last_post_at: Mapped[dt.datetime] = mapped_column(index=True)
    post_count: Mapped[int] = mapped_column(default=0)
    group: Mapped[GroupRow | None] = relationship()
    topics: Mapped[list[ThreadTopicRow]] = relationship(order_by="ThreadTopicRow.position")
    regions: Mapped[list[ThreadRegionRow]] = relationship(order_by="ThreadRegionRow.position")
    __table_args__ = ({"sqlite_autoincrement": True},)  # an id is never given out twice


class ThreadTopicRow(Base):
    """The thread's topics; position 0 is the main one."""

    __tablename__ = "thread_topic"
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("thread.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topic.id"), primary_key=True, index=True)
    position: Mapped[int]


class ThreadRegionRow(Base):
    """The thread's regions; position 0 comes first in its name."""

    __tablename__ = "thread_region"
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("thread.id", ondelete="CASCADE"), primary_key=True)
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"), primary_key=True, index=True)
    position: Mapped[int]


class PostRow(Base):
    """One contribution. `number` counts within its thread from 1; `message_id` is what its mails carry, for ever.

    `body` is what the author wrote, `body_html` the same rendered once and sanitised, `quoted` what stood around it in a
    mail and can be unfolded. `posted_at` orders; `claimed_at` is the date that an incoming mail claimed.
    """

    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(sa.ForeignKey("thread.id"), index=True)
    number: Mapped[int]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id"), index=True)
    byline_id: Mapped[int] = mapped_column(sa.ForeignKey("byline.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    message_id: Mapped[str] = mapped_column(sa.String(998), unique=True)
    state: Mapped[PostState] = mapped_column(enum_column(PostState), default=PostState.PUBLISHED)
    source: Mapped[Source] = mapped_column(enum_column(Source))
    body_format: Mapped[BodyFormat] = mapped_column(enum_column(BodyFormat))
    body: Mapped[str] = mapped_column(sa.Text)
    body_html: Mapped[str] = mapped_column(sa.Text)
    quoted: Mapped[str] = mapped_column(sa.Text, default="")
    posted_at: Mapped[dt.datetime] = mapped_column(index=True)
    claimed_at: Mapped[dt.datetime | None]
    edited_at: Mapped[dt.datetime | None]
    inbound_id: Mapped[int | None] = mapped_column(unique=True)
    nonce: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    content_key: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    byline: Mapped[BylineRow] = relationship()
    thread: Mapped[ThreadRow] = relationship()
    attachments: Mapped[list[AttachmentRow]] = relationship(order_by="AttachmentRow.position")
    __table_args__ = (sa.UniqueConstraint("thread_id", "number"), {"sqlite_autoincrement": True})


class MessageIdRow(Base):
    """Every Message-ID a post is known by: its own, the one it was received with, imported ones."""

    __tablename__ = "message_id"
    message_id: Mapped[str] = mapped_column(sa.String(998), primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), index=True)


class AwaitedRow(Base):
    """A mail that an imported post answers and that is not here; rank 0 is the nearest. Should it come, it becomes the parent."""

    __tablename__ = "awaited"
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(sa.String(998), index=True)


class RevisionRow(Base):
    """A text that was replaced; kept, and shown to whoever may read the post."""

    __tablename__ = "revision"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), index=True)
    body: Mapped[str] = mapped_column(sa.Text)
    body_format: Mapped[BodyFormat] = mapped_column(enum_column(BodyFormat))
    replaced_at: Mapped[dt.datetime]
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))


class BlobRow(Base):
    """Bytes, stored once by their SHA-256 (hex)."""

    __tablename__ = "blob"
    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)


class AttachmentRow(Base):
    """A file of a post; the same bytes under two names are two attachments and one blob."""

    __tablename__ = "attachment"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    filename: Mapped[str] = mapped_column(sa.String(160))
    mimetype: Mapped[str] = mapped_column(sa.String(120))
    sha256: Mapped[str] = mapped_column(sa.ForeignKey("blob.sha256"), index=True)
    blob: Mapped[BlobRow] = relationship()
