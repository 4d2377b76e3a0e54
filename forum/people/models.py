"""Rows about people. Doors never query them: they ask `people.service`, `people.access` and `people.groups`."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Base, enum_column


class Standing(StrEnum):
    """Whether a person takes part."""

    APPROVED = "approved"
    WAITING = "waiting"
    LOCKED = "locked"
    LEFT = "left"


class RoleKind(StrEnum):
    MODERATOR = "moderator"
    ADMIN = "admin"


class PersonRow(Base):
    """One human. `epoch` ends all answer tokens when it is raised (DESIGN §4)."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    locale: Mapped[str] = mapped_column(sa.String(2), default="de")
    standing: Mapped[Standing] = mapped_column(enum_column(Standing), default=Standing.APPROVED, index=True)
    epoch: Mapped[int] = mapped_column(default=0)
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    about: Mapped[str] = mapped_column(sa.Text, default="")
    gets_own_posts: Mapped[bool] = mapped_column(default=False)
    paused_until: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    addresses: Mapped[list[AddressRow]] = relationship(back_populates="person", order_by="AddressRow.id")
    roles: Mapped[list[RoleRow]] = relationship(back_populates="person", order_by="RoleRow.id")
    mandates: Mapped[list[MandateRow]] = relationship(
        back_populates="person", foreign_keys="MandateRow.person_id", order_by="MandateRow.id"
    )


class AddressRow(Base):
    """A mail address; it belongs to one person, and one of theirs is the one that mail goes to (`delivers`).

    `email` is in canonical form (`people.emails.canonical`).
    """

    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(sa.String(320), unique=True)
    verified_at: Mapped[dt.datetime | None]
    delivers: Mapped[bool] = mapped_column(default=False)
    dead_since: Mapped[dt.datetime | None]
    person: Mapped[PersonRow] = relationship(back_populates="addresses")
    __table_args__ = (
        sa.Index("uq_address_delivers", "person_id", unique=True, sqlite_where=sa.text("delivers"),
                 postgresql_where=sa.text("delivers")),
    )  # fmt: skip


class RoleRow(Base):
    """A right beyond membership; a moderator's holds for a topic, a region, a pair of them, or (neither) everywhere."""

    __tablename__ = "role"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[RoleKind] = mapped_column(enum_column(RoleKind))
    topic_id: Mapped[int | None] = mapped_column(sa.ForeignKey("topic.id"), index=True)
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"), index=True)
    person: Mapped[PersonRow] = relationship(back_populates="roles")


class MandateRow(Base):
    """A seat of a person in a body of a region, with its status, its dates, and who confirmed it."""

    __tablename__ = "mandate"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind_id: Mapped[int] = mapped_column(sa.ForeignKey("mandate_kind.id"))
    body_id: Mapped[int | None] = mapped_column(sa.ForeignKey("body.id"), index=True)
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"), index=True)
    status: Mapped[str] = mapped_column(sa.String(20), default="keine")
    starts_on: Mapped[dt.date | None]
    ends_on: Mapped[dt.date | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    confirmed_at: Mapped[dt.datetime | None]
    visible: Mapped[bool] = mapped_column(default=True)
    person: Mapped[PersonRow] = relationship(back_populates="mandates", foreign_keys=[person_id])


class PersonCompetenceRow(Base):
    __tablename__ = "person_competence"
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    competence_id: Mapped[int] = mapped_column(sa.ForeignKey("competence.id"), primary_key=True)


class BylineRow(Base):
    """Name and mandate as they stood when a post was made. Imported and guest posts have no person until it is claimed."""

    __tablename__ = "byline"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    mandate: Mapped[str] = mapped_column(sa.String(160), default="")
    email: Mapped[str | None] = mapped_column(sa.String(320), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    __table_args__ = (sa.UniqueConstraint("name", "mandate", "email", "person_id"),)


class GroupRow(Base):
    """A closed audience: a named list of people, or (with `body_id`) the confirmed holders of a mandate in that body."""

    __tablename__ = "audience_group"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    title: Mapped[str] = mapped_column(sa.String(120))
    body_id: Mapped[int | None] = mapped_column(sa.ForeignKey("body.id"))
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))


class GroupMemberRow(Base):
    __tablename__ = "audience_group_member"
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("audience_group.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)


class LoginLinkRow(Base):
    """A mailed login link, known only by the hash of its secret; single use, short-lived."""

    __tablename__ = "login_link"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class LoginAttemptRow(Base):
    """One try to log in under a key (the hash of an address, of a peer, of both); gone when its time is over."""

    __tablename__ = "login_attempt"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[dt.datetime] = mapped_column(index=True)
    __table_args__ = (sa.Index("ix_login_attempt_key", "key", "at"),)


class LoginSessionRow(Base):
    """One logged-in browser; ending the row logs it out wherever it is."""

    __tablename__ = "login_session"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
