"""The read side of places: everything about topics and regions from memory, one small query per transaction.

`get()` builds a Catalogue once per process and stamp; the stamp is a random word in the store that `changed()` renews, so two
databases never share a catalogue by accident, and a worker sees a change with its next transaction.
"""

from __future__ import annotations

import difflib
import itertools
import re
import secrets
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core.db import session
from forum.core.refusals import UnknownBoard
from forum.places import names
from forum.places.infos import (
    BodyInfo,
    CompetenceInfo,
    MandateKindInfo,
    MandateStatusInfo,
    Name,
    NeighbourInfo,
    RegionInfo,
    TileInfo,
    TopicInfo,
)
from forum.places.models import PlacesState
from forum.places.rows import Rows, read

__all__ = [
    "BodyInfo",
    "Catalogue",
    "CompetenceInfo",
    "MandateKindInfo",
    "MandateStatusInfo",
    "Name",
    "NeighbourInfo",
    "NotSeeded",
    "RegionInfo",
    "TileInfo",
    "TopicInfo",
    "changed",
    "forget",
    "get",
]

ROOT_REGION = "nrw"
DEFAULT_TOPIC = "allgemein"
ADDRESSABLE = ("topic", "region", "alias")
KEPT_AT_MOST = 8
_SEEN = "places.stamp"

Info = TypeVar("Info", TopicInfo, RegionInfo)
_kept: dict[str, Catalogue] = {}
_lock = threading.Lock()


class NotSeeded(RuntimeError):
    """The database has no places yet."""


class Catalogue:
    """All topics and regions and how they lie in each other; immutable.

    `…_ancestors` and `…_descendants` take and give ids and contain the start itself, nearest first.
    """

    def __init__(self, rows: Rows) -> None:
        self.topics = rows.topics
        self.regions = rows.regions
        self.bodies = rows.bodies
        self.mandate_kinds = rows.mandate_kinds
        self.mandate_statuses = rows.mandate_statuses
        self.competences = rows.competences
        self._tiles = rows.tiles
        self._neighbours = rows.neighbours
        self._names = {name.name: name for name in rows.names}
        self._topics = {topic.id: topic for topic in rows.topics}
        self._regions = {region.id: region for region in rows.regions}
        self._topic_slugs = {topic.slug: topic for topic in rows.topics}
        self._region_slugs = {region.slug: region for region in rows.regions}
        self._topic_parents = {topic.id: () if topic.parent_id is None else (topic.parent_id,) for topic in rows.topics}
        self._region_parents = {region.id: rows.parents.get(region.id, ()) for region in rows.regions}
        self._topics_above = _distances(self._topic_parents)
        self._regions_above = _distances(self._region_parents)
        self._topics_below = _turned(self._topics_above)
        self._regions_below = _turned(self._regions_above)
        self.root = self._region_slugs[ROOT_REGION]
        self.default_topic = self._topic_slugs[DEFAULT_TOPIC]

    def find_topic(self, slug: str) -> TopicInfo | None:
        """The topic of this slug."""
        return self._topic_slugs.get(slug)

    def find_region(self, slug: str) -> RegionInfo | None:
        """The region of this slug; aliases count only in `find_name`."""
        return self._region_slugs.get(slug)

    def topic(self, slug: str) -> TopicInfo:
        """The topic of this slug; raises UnknownBoard."""
        return self._known(self.find_topic, slug)

    def region(self, slug: str) -> RegionInfo:
        """The region of this slug; raises UnknownBoard."""
        return self._known(self.find_region, slug)

    def topic_by_id(self, topic_id: int) -> TopicInfo:
        """The topic of a row that points to it."""
        return self._topics[topic_id]

    def region_by_id(self, region_id: int) -> RegionInfo:
        """The region of a row that points to it."""
        return self._regions[region_id]

    def find_name(self, local_part: str) -> Name | None:
        """What one word of an address stands for, written in any case and with or without umlauts."""
        return self._names.get(names.fold(local_part))

    def names(self, kinds: Iterable[str] = ADDRESSABLE) -> tuple[str, ...]:
        """All words of these kinds (topic, region, alias, reserved, body); by default those that are boards."""
        wanted = frozenset(kinds)
        return tuple(name.name for name in self._names.values() if name.kind in wanted)

    def near(self, text: str, limit: int = 3) -> tuple[str, ...]:
        """The boards that somebody may have meant by a local part, best first; parts that resemble nothing are dropped."""
        parts = [part for part in re.split(r"[.+]", names.fold(text)) if part]
        options = [near for part in parts if (near := self._near_word(part, limit))]
        found = [".".join(choice) for choice in itertools.islice(itertools.product(*options), limit) if choice]
        return tuple(parts[:limit]) if ".".join(parts) in found and len(parts) > 1 else tuple(found)

    def _near_word(self, word: str, limit: int) -> tuple[str, ...]:
        """The word itself if it is a board, the districts that share it as a plate, else similar spelling."""
        name = self._names.get(word)
        if name is not None and name.kind in ADDRESSABLE:
            return (word,)
        sharing = tuple(region.slug for region in self.regions if word in map(names.fold, region.plates))
        return sharing[:limit] or tuple(difflib.get_close_matches(word, self.names(("topic", "region")), limit))

    def topic_ancestors(self, topic_id: int) -> tuple[int, ...]:
        """The topic and the topics above it."""
        return tuple(self._topics_above[topic_id])

    def region_ancestors(self, region_id: int) -> tuple[int, ...]:
        """The region and everything it lies in."""
        return tuple(self._regions_above[region_id])

    def topic_distances(self, topic_id: int) -> Mapping[int, int]:
        """How many steps each ancestor of the topic lies above it."""
        return self._topics_above[topic_id]

    def region_distances(self, region_id: int) -> Mapping[int, int]:
        """How many steps each ancestor of the region lies above it, on the longest way."""
        return self._regions_above[region_id]

    def topic_descendants(self, topic_id: int) -> tuple[int, ...]:
        """The topic and the topics below it."""
        return tuple(self._topics_below[topic_id])

    def region_descendants(self, region_id: int) -> tuple[int, ...]:
        """The region and everything that lies in it."""
        return tuple(self._regions_below[region_id])

    def topic_path(self, topic_id: int) -> tuple[TopicInfo, ...]:
        """From the top down to the topic, for the line above a page."""
        return tuple(self._topics[above] for above in reversed(self._topics_above[topic_id]))

    def topic_children(self, topic_id: int | None = None) -> tuple[TopicInfo, ...]:
        """The topics directly below; without an id those on top."""
        return tuple(topic for topic in self.topics if topic.parent_id == topic_id)

    def region_parents(self, region_id: int) -> tuple[RegionInfo, ...]:
        """What the region lies in directly: up to four for a district."""
        return tuple(self._regions[parent] for parent in self._region_parents[region_id])

    def region_children(self, region_id: int) -> tuple[RegionInfo, ...]:
        """What lies in the region with nothing between: districts of a Regierungsbezirk, municipalities of a district."""
        return tuple(self._regions[below] for below, steps in self._regions_below[region_id].items() if steps == 1)

    def neighbours(self, region_id: int) -> tuple[NeighbourInfo, ...]:
        """The districts next to this one, longest border first; none for other regions."""
        found = (NeighbourInfo(self._regions[id_], km) for id_, km in self._neighbours.get(region_id, ()))
        return tuple(sorted(found, key=lambda neighbour: -neighbour.border_km))

    def tiles(self) -> tuple[TileInfo, ...]:
        """The 53 districts on the tile map, row by row."""
        return tuple(TileInfo(self._regions[id_], row, col) for id_, row, col in self._tiles)

    def body_of(self, kind: MandateKindInfo, region_id: int | None) -> BodyInfo | None:
        """The body in which a mandate of this kind is held; by the region where the kind leaves it open."""
        if kind.body_id is not None:
            return next(body for body in self.bodies if body.id == kind.body_id)
        there = (body for body in self.bodies if body.region_id is not None and body.region_id == region_id)
        return next((body for body in there if body.slug.startswith(kind.slug)), None)

    def unknown(self, slug: str) -> UnknownBoard:
        """The refusal for a name that is no board, with what may have been meant."""
        near = self.near(slug)
        return UnknownBoard(board=slug, hint=f" ({', '.join(near)}?)" if near else "")

    def _known(self, find: Callable[[str], Info | None], slug: str) -> Info:
        found = find(slug)
        if found is None:
            raise self.unknown(slug)
        return found


def get() -> Catalogue:
    """The places of this database as of this transaction; raises NotSeeded before the first `seed.load()`."""
    store = session()
    stamp = _stamp(store)
    with _lock:
        kept = _kept.get(stamp)
    if kept is None:
        kept = Catalogue(read(store))
        with _lock:
            while len(_kept) >= KEPT_AT_MOST:
                del _kept[next(iter(_kept))]
            _kept[stamp] = kept
    return kept


def changed(*, digest: str | None = None) -> None:
    """Say, in the transaction of the change, that places are no longer what they were; `digest` only when the seed was loaded."""
    store = session()
    state = store.get(PlacesState, 1)
    if state is None:
        state = PlacesState(id=1, digest="")
        store.add(state)
    state.stamp = secrets.token_hex(16)
    state.digest = state.digest if digest is None else digest
    store.flush()
    store.info.pop(_SEEN, None)


def forget() -> None:
    """Drop all catalogues that this process keeps; the next `get()` reads anew."""
    with _lock:
        _kept.clear()


def _stamp(store: Session) -> str:
    """The stamp of the places, asked once in each transaction."""
    transaction, stamp = store.info.get(_SEEN, (_no_transaction, ""))
    if stamp and transaction() is store.get_transaction() is not None:
        return str(stamp)
    found: str | None = store.scalar(sa.select(PlacesState.stamp))
    if found is None:
        raise NotSeeded("This database has no places yet; `ratspost db upgrade` brings them.")
    current = store.get_transaction()
    store.info[_SEEN] = (weakref.ref(current) if current is not None else _no_transaction, found)
    return found


def _no_transaction() -> None:
    return None


def _distances(parents: Mapping[int, tuple[int, ...]]) -> dict[int, dict[int, int]]:
    """For every id its ancestors with their steps, nearest first; where ways differ, the longest counts."""

    @cache
    def above(start: int) -> dict[int, int]:
        steps = {start: 0}
        for parent in parents[start]:
            for ancestor, further in above(parent).items():
                steps[ancestor] = max(steps.get(ancestor, 0), further + 1)
        return dict(sorted(steps.items(), key=lambda item: item[1]))

    return {start: above(start) for start in parents}


def _turned(above: Mapping[int, Mapping[int, int]]) -> dict[int, dict[int, int]]:
    """For every id its descendants with their steps, nearest first."""
    below: dict[int, dict[int, int]] = {start: {} for start in above}
    for start, ancestors in above.items():
        for ancestor, steps in ancestors.items():
            below[ancestor][start] = steps
    return {start: dict(sorted(steps.items(), key=lambda item: item[1])) for start, steps in below.items()}
