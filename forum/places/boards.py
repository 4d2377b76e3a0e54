"""Boards: any pair of topic and region exists because its address can be written; only what moderators decided is stored.

Doors and commands turn words into a Board here (`find`, `get`), titles and addresses come from it, and `setting` says how
contributions are treated there. Mail reads whole addresses with several boards in `mailbridge.addresses`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa

from forum.core.db import session
from forum.places import catalogue
from forum.places.catalogue import Catalogue
from forum.places.infos import RegionInfo, TopicInfo
from forum.places.models import GUESTS, BoardSetting

Value = TypeVar("Value", str, bool)


@dataclass(frozen=True, slots=True)
class Board:
    """A topic, a region, or the pair of them."""

    topic: TopicInfo | None
    region: RegionInfo | None

    def __post_init__(self) -> None:
        if self.topic is None and self.region is None:
            raise ValueError("a board has a topic or a region")

    @property
    def slug(self) -> str:
        """The local part of its address, topic first: "finanzen.kreis-unna"."""
        return ".".join(part.slug for part in (self.topic, self.region) if part is not None)

    def title(self, locale: str = "de") -> str:
        """The title for pages and subjects: "Finanzen · Kreis Unna"."""
        shorts = (self.topic and self.topic.short_in(locale), self.region and self.region.label)
        return " · ".join(short for short in shorts if short)


@dataclass(frozen=True, slots=True)
class Setting:
    """How contributions to a board are treated: strangers with proof (refuse or hold), first posts, all posts."""

    guests: str = "refuse"
    first_posts_held: bool = False
    held: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """What was stored for one board; None leaves a point to the more general boards."""

    guests: str | None = None
    first_posts_held: bool | None = None
    held: bool | None = None


DEFAULT = Setting()


def find(text: str) -> Board | None:
    """The board of one topic, one region or a pair, in any order, joined by `.` or `+`, aliases allowed; else None."""
    known = catalogue.get()
    meant = [known.find_name(part) for part in re.split(r"[.+]", text)]
    topics = [name.topic for name in meant if name is not None and name.topic is not None]
    regions = [name.region for name in meant if name is not None and name.region is not None]
    if len(topics) + len(regions) != len(meant) or len(topics) > 1 or len(regions) > 1:
        return None
    return Board(topics[0] if topics else None, regions[0] if regions else None)


def get(text: str) -> Board:
    """The board as `find` reads it; raises UnknownBoard with the nearest names."""
    found = find(text)
    if found is None:
        raise catalogue.get().unknown(text)
    return found


def setting(board: Board) -> Setting:
    """What counts on this board: a pair before a single, the nearer before the farther, and of equals the stricter.

    A board without topic is read as its pair with `allgemein`, one without region as its pair with `nrw`, for that is where
    its threads stand.
    """
    rows = _ranked(board, catalogue.get())
    return Setting(
        guests=_first([(rank, row.guests) for rank, row in rows], DEFAULT.guests, strict="refuse"),
        first_posts_held=_first([(rank, row.first_posts_held) for rank, row in rows], DEFAULT.first_posts_held, strict=True),
        held=_first([(rank, row.held) for rank, row in rows], DEFAULT.held, strict=True),
    )


def decided(board: Board) -> Decided:
    """What was decided for exactly this topic, region or pair."""
    row = _row(board)
    return Decided(row.guests, row.first_posts_held, row.held) if row is not None else Decided()


def configure(board: Board, *, guests: str | None, first_posts_held: bool | None, held: bool | None) -> None:
    """Store what a moderator decided for exactly this topic, region or pair; None leaves a point to the more general boards.

    `guests` is "refuse" or "hold"; anything else raises ValueError.
    """
    if guests is not None and guests not in GUESTS:
        raise ValueError(f"guests: {guests}")
    row = _row(board)
    if row is None:
        row = BoardSetting(topic_id=board.topic and board.topic.id, region_id=board.region and board.region.id)
        session().add(row)
    row.guests, row.first_posts_held, row.held = guests, first_posts_held, held
    session().flush()


def _row(board: Board) -> BoardSetting | None:
    topic_id, region_id = board.topic and board.topic.id, board.region and board.region.id
    return session().scalar(
        sa.select(BoardSetting).where(
            BoardSetting.topic_id.is_not_distinct_from(topic_id), BoardSetting.region_id.is_not_distinct_from(region_id)
        )
    )


Rank = tuple[bool, int]


def _ranked(board: Board, known: Catalogue) -> list[tuple[Rank, BoardSetting]]:
    """The stored settings whose topic and region lie above the board, with their rank; the smallest is the most specific."""
    topics = known.topic_distances((board.topic or known.default_topic).id)
    regions = known.region_distances((board.region or known.root).id)
    topic, region = BoardSetting.topic_id, BoardSetting.region_id
    rows = session().scalars(
        sa.select(BoardSetting).where(sa.or_(topic.is_(None), topic.in_(topics)), sa.or_(region.is_(None), region.in_(regions)))
    )
    return [(_rank(row, topics, regions), row) for row in rows]


def _rank(row: BoardSetting, topics: Mapping[int, int], regions: Mapping[int, int]) -> Rank:
    steps = [topics[row.topic_id]] if row.topic_id is not None else []
    steps += [regions[row.region_id]] if row.region_id is not None else []
    return len(steps) == 1, sum(steps)


def _first(values: list[tuple[Rank, Value | None]], default: Value, *, strict: Value) -> Value:
    """The value of the best rank that says anything; of several at that rank the strict one wins."""
    said = [(rank, value) for rank, value in values if value is not None]
    best = min((rank for rank, _ in said), default=None)
    chosen = {value for rank, value in said if rank == best}
    if not chosen:
        return default
    return strict if strict in chosen else chosen.pop()
