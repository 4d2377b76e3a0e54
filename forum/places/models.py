"""The rows of places: topics, regions, their relations, the one table of address names, and the settings of boards.

Written by `places.seed`, read through `places.catalogue` (frozen copies) and `places.boards`; other slices point here by foreign
key and never query these rows. Regions are not a tree: a district lies in a land, a Regierungsbezirk, a Landschaftsverband and
perhaps the RVR at once, so parents are rows of their own and the closure is stored.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Base

DISTRICTS = ("kreisfreie_stadt", "kreis", "staedteregion")
MUNICIPALITIES = ("stadt", "gemeinde")
REGION_KINDS = ("land", "regierungsbezirk", "landschaftsverband", "regionalverband", *DISTRICTS, *MUNICIPALITIES)
PARENT_KINDS = ("land", "regierungsbezirk", "landschaftsverband", "rvr", "kreis")
NAME_KINDS = ("topic", "region", "alias", "reserved", "body")
GUESTS = ("refuse", "hold")


def _among(column: str, words: tuple[str, ...]) -> sa.CheckConstraint:
    """The column holds one of the words; named after the column."""
    return sa.CheckConstraint(f"{column} IN ({', '.join(repr(word) for word in words)})", name=column)


class Region(Base):
    """A place with a council: the Land, an association, a district or a municipality; `label` stands in titles and subjects."""

    __tablename__ = "region"
    __table_args__ = (_among("kind", REGION_KINDS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(64), unique=True)
    ags: Mapped[str | None] = mapped_column(sa.String(8), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(24))
    name: Mapped[str] = mapped_column(sa.String(100))
    name_official: Mapped[str] = mapped_column(sa.String(100))
    short: Mapped[str] = mapped_column(sa.String(60))
    label: Mapped[str] = mapped_column(sa.String(60), unique=True)
    plate: Mapped[str | None] = mapped_column(sa.String(3))
    plates: Mapped[str] = mapped_column(sa.String(40))
    seat: Mapped[str] = mapped_column(sa.String(60))
    body_name: Mapped[str] = mapped_column(sa.String(120))
    body_short: Mapped[str] = mapped_column(sa.String(60))
    body_label: Mapped[str] = mapped_column(sa.String(80))
    mandate_title: Mapped[str] = mapped_column(sa.String(80))
    population: Mapped[int]
    lat: Mapped[float]
    lon: Mapped[float]
    sort: Mapped[int]


class RegionMembership(Base):
    """A region lies in a parent; the kind says in which respect."""

    __tablename__ = "region_membership"
    __table_args__ = (_among("kind", PARENT_KINDS),)

    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"), primary_key=True)
    parent_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(sa.String(24))


class RegionAncestry(Base):
    """The closure of membership: every region with itself and everything it lies in."""

    __tablename__ = "region_ancestry"

    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"), primary_key=True)
    ancestor_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"), primary_key=True, index=True)


class Neighbour(Base):
    """Two districts with a common border of so many kilometres; stored in both directions."""

    __tablename__ = "neighbour"

    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"), primary_key=True)
    neighbour_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"), primary_key=True)
    border_km: Mapped[float]


class Tile(Base):
    """Where a district stands on the tile map of the start page; row 0 is the north, column 0 the west."""

    __tablename__ = "tile"
    __table_args__ = (sa.UniqueConstraint("row", "col"),)

    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"), primary_key=True)
    row: Mapped[int]
    col: Mapped[int]


class Topic(Base):
    """A subject board; `short` stands in titles and subjects, `headline` marks the three of the start page."""

    __tablename__ = "topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(64), unique=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("topic.id"), index=True)
    short: Mapped[str] = mapped_column(sa.String(40), unique=True)
    short_en: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(100))
    title_en: Mapped[str] = mapped_column(sa.String(100))
    description: Mapped[str] = mapped_column(sa.Text)
    description_en: Mapped[str] = mapped_column(sa.Text)
    headline: Mapped[bool]
    sort: Mapped[int]


class TopicAncestry(Base):
    """The closure of the topic tree, every topic with itself and all above it."""

    __tablename__ = "topic_ancestry"

    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topic.id"), primary_key=True)
    ancestor_id: Mapped[int] = mapped_column(sa.ForeignKey("topic.id"), primary_key=True, index=True)


class Body(Base):
    """A council, assembly or board in which people hold mandates; `region_id` where there is exactly one such body."""

    __tablename__ = "body"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(64), unique=True)
    short: Mapped[str] = mapped_column(sa.String(60))
    name: Mapped[str] = mapped_column(sa.String(120))
    level: Mapped[str] = mapped_column(sa.String(24))
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))


class MandateKind(Base):
    """What somebody can be; `body_id` is empty where the body follows from the region or is none of ours."""

    __tablename__ = "mandate_kind"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(64), unique=True)
    title: Mapped[str] = mapped_column(sa.String(120))
    title_en: Mapped[str] = mapped_column(sa.String(120))
    body_id: Mapped[int | None] = mapped_column(sa.ForeignKey("body.id"))
    basis: Mapped[str] = mapped_column(sa.String(24))
    sort: Mapped[int]


class MandateStatus(Base):
    """In a Fraktion, in a Gruppe, alone, or without mandate."""

    __tablename__ = "mandate_status"

    slug: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(60))
    title_en: Mapped[str] = mapped_column(sa.String(60))
    note: Mapped[str] = mapped_column(sa.Text)
    sort: Mapped[int]


class Competence(Base):
    """A field that somebody knows well, with the topic where such people are looked for."""

    __tablename__ = "competence"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(64), unique=True)
    title: Mapped[str] = mapped_column(sa.String(100))
    title_en: Mapped[str] = mapped_column(sa.String(100))
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topic.id"))
    sort: Mapped[int]


class LocalPart(Base):
    """Every word that an address can begin with, each with one meaning: what makes DESIGN §4 unambiguous."""

    __tablename__ = "local_part"
    __table_args__ = (_among("kind", NAME_KINDS),)

    name: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(24))
    topic_id: Mapped[int | None] = mapped_column(sa.ForeignKey("topic.id"))
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))
    body_id: Mapped[int | None] = mapped_column(sa.ForeignKey("body.id"))


class BoardSetting(Base):
    """What a moderator decided for a topic, a region or a pair; an empty column says nothing, so the next general one counts."""

    __tablename__ = "board_setting"
    __table_args__ = (
        sa.CheckConstraint("topic_id IS NOT NULL OR region_id IS NOT NULL", name="somewhere"),
        _among("guests", GUESTS),
        sa.Index("uq_board_setting_pair", "topic_id", "region_id", unique=True),
        sa.Index(
            "uq_board_setting_topic",
            "topic_id",
            unique=True,
            sqlite_where=sa.text("region_id IS NULL"),
            postgresql_where=sa.text("region_id IS NULL"),
        ),
        sa.Index(
            "uq_board_setting_region",
            "region_id",
            unique=True,
            sqlite_where=sa.text("topic_id IS NULL"),
            postgresql_where=sa.text("topic_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int | None] = mapped_column(sa.ForeignKey("topic.id"))
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("region.id"))
    guests: Mapped[str | None] = mapped_column(sa.String(8))
    first_posts_held: Mapped[bool | None]
    held: Mapped[bool | None]


class PlacesState(Base):
    """One row: which seed files were loaded last, and a stamp that changes whenever a place does."""

    __tablename__ = "places_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    stamp: Mapped[str] = mapped_column(sa.String(32))
