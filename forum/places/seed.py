"""Writes the seed files into the store; second half of the seed, called by `ratspost db upgrade` inside its transaction.

Idempotent: rows are found by their slug and keep their ids; topics, regions and names that left the files stay, because
threads and old mails point to them. What merely relates places to each other (parents, neighbours, tiles) follows the files.
A digest of the files and of this code tells in a few milliseconds that there is nothing to do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core.db import Base, session
from forum.places import catalogue, dataset
from forum.places.dataset import BadData
from forum.places.facts import CompetenceFacts, Dataset, MandateFacts, RegionFacts
from forum.places.models import (
    Body,
    Competence,
    LocalPart,
    MandateKind,
    MandateStatus,
    Neighbour,
    PlacesState,
    Region,
    RegionAncestry,
    RegionMembership,
    Tile,
    Topic,
    TopicAncestry,
)

Row: TypeAlias = dict[str, Any]
Ids: TypeAlias = dict[str, int]

COUNTED: tuple[tuple[str, type[Base]], ...] = (
    ("regions", Region),
    ("memberships", RegionMembership),
    ("region_ancestries", RegionAncestry),
    ("neighbours", Neighbour),
    ("tiles", Tile),
    ("topics", Topic),
    ("topic_ancestries", TopicAncestry),
    ("bodies", Body),
    ("mandate_kinds", MandateKind),
    ("mandate_statuses", MandateStatus),
    ("competences", Competence),
    ("names", LocalPart),
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of each kind the store has after loading; `changed` is false if the files were loaded before."""

    regions: int
    memberships: int
    region_ancestries: int
    neighbours: int
    tiles: int
    topics: int
    topic_ancestries: int
    bodies: int
    mandate_kinds: int
    mandate_statuses: int
    competences: int
    names: int
    changed: bool


def load(folder: Path = dataset.DATA) -> Counts:
    """Bring the places of the store up to the seed files, in the caller's transaction; raises BadData."""
    store = session()
    digest = _digest(folder)
    if store.scalar(sa.select(PlacesState.digest)) == digest:
        return _counts(store, changed=False)
    _write(store, dataset.read(folder))
    catalogue.changed(digest=digest)
    return _counts(store, changed=True)


def _digest(folder: Path) -> str:
    """One hash over the seed files and the code that turns them into rows."""
    code = (Path(__file__), Path(dataset.__file__))
    hashed = hashlib.sha256()
    for file in (*sorted(folder.glob("*.csv")), *code):
        hashed.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return hashed.hexdigest()


def _counts(store: Session, *, changed: bool) -> Counts:
    """All counts in one statement."""
    columns = [sa.select(sa.func.count()).select_from(model).scalar_subquery() for _, model in COUNTED]
    found = store.execute(sa.select(*columns)).one()
    return Counts(**dict(zip((name for name, _ in COUNTED), found, strict=True)), changed=changed)


def _write(store: Session, data: Dataset) -> None:
    store.flush()
    regions = _upsert(store, Region, [_region_row(region, sort) for sort, region in enumerate(data.regions)])
    topics = _write_topics(store, data)
    bodies = _write_bodies(store, data, regions)
    _upsert(store, MandateKind, [_mandate_row(fact, sort, bodies) for sort, fact in enumerate(data.mandates)])
    _upsert(store, MandateStatus, [{**asdict(fact), "sort": sort} for sort, fact in enumerate(data.statuses)])
    _upsert(store, Competence, [_competence_row(fact, sort, topics) for sort, fact in enumerate(data.competences)])
    _write_relations(store, data, regions)
    _write_names(store, data, {"topic": topics, "region": regions, "alias": regions, "body": bodies})
    store.expire_all()  # rows that somebody read before are no longer what they were


def _region_row(region: RegionFacts, sort: int) -> Row:
    row = {
        **asdict(region),
        "sort": sort,
        "plate": region.plates[0] if region.plates else None,
        "plates": " ".join(region.plates),
    }
    return _without(row, "parents", "aliases")


def _write_topics(store: Session, data: Dataset) -> Ids:
    """Level by level, so that every parent has its id before its children need it."""
    ids: Ids = {}
    for level in range(1, dataset.DEEPEST_TOPIC + 1):
        rows = [
            _without({**asdict(topic), "sort": sort, "parent_id": ids[topic.parent] if topic.parent else None}, "parent", "level")
            for sort, topic in enumerate(data.topics)
            if topic.level == level
        ]
        ids |= _upsert(store, Topic, rows)
    edges = store.execute(sa.select(Topic.id, Topic.parent_id)).all()
    closure = _closure({id_: () if parent is None else (parent,) for id_, parent in edges})
    _replace(store, TopicAncestry, [{"topic_id": below, "ancestor_id": above} for below, above in closure])
    return ids


def _write_bodies(store: Session, data: Dataset, regions: Ids) -> Ids:
    rows = [
        _without({**asdict(body), "region_id": regions[body.region] if body.region else None}, "region") for body in data.bodies
    ]
    return _upsert(store, Body, rows)


def _mandate_row(fact: MandateFacts, sort: int, bodies: Ids) -> Row:
    return _without({**asdict(fact), "sort": sort, "body_id": bodies[fact.body] if fact.body else None}, "body")


def _competence_row(fact: CompetenceFacts, sort: int, topics: Ids) -> Row:
    return _without({**asdict(fact), "sort": sort, "topic_id": topics[fact.topic]}, "topic")


def _write_relations(store: Session, data: Dataset, regions: Ids) -> None:
    kinds = {region.slug: dataset.membership_kind(region) for region in data.regions}
    memberships = [(regions[region.slug], regions[parent], kinds[parent]) for region in data.regions for parent in region.parents]
    _replace(store, RegionMembership, [{"region_id": at, "parent_id": above, "kind": kind} for at, above, kind in memberships])
    parents: dict[int, list[int]] = {id_: [] for id_ in regions.values()}
    for at, above, _ in memberships:
        parents[at].append(above)
    _replace(store, RegionAncestry, [{"region_id": below, "ancestor_id": above} for below, above in _closure(parents)])
    both_ways = [pair for a, b, km in data.neighbours for pair in ((a, b, km), (b, a, km))]
    borders = [{"region_id": regions[a], "neighbour_id": regions[b], "border_km": km} for a, b, km in both_ways]
    _replace(store, Neighbour, borders)
    _replace(store, Tile, [{"region_id": regions[slug], "row": row, "col": col} for slug, row, col in data.tiles])


def _closure(parents: Mapping[int, Iterable[int]]) -> list[tuple[int, int]]:
    """Each id with itself and everything above it; the checks of the files see to it that nothing lies in itself."""

    @cache
    def above(start: int) -> frozenset[int]:
        return frozenset({start}).union(*(above(parent) for parent in parents[start]))

    return [(start, ancestor) for start in parents for ancestor in sorted(above(start))]


def _write_names(store: Session, data: Dataset, ids: Mapping[str, Ids]) -> None:
    rows = [
        {
            "name": name.name,
            "kind": name.kind,
            "topic_id": ids["topic"][name.target or ""] if name.kind == "topic" else None,
            "region_id": ids["region"][name.target or ""] if name.kind in ("region", "alias") else None,
            "body_id": ids["body"][name.target or ""] if name.kind == "body" else None,
        }
        for name in data.names
    ]
    owners = ("topic", "region")
    for before in store.execute(sa.select(_table(LocalPart)).where(LocalPart.kind.in_(owners))).mappings():
        now = next((row for row in rows if row["name"] == before["name"]), before)
        if dict(now) != dict(before):
            raise BadData(f"“{before['name']}” is in use as the address of a {before['kind']} and cannot become something else")
    _upsert(store, LocalPart, rows)


def _upsert(store: Session, model: type[Base], rows: list[Row]) -> Ids:
    """Insert what is new, change what differs, leave the rest; returns the id of each slug (empty for tables without ids)."""
    table = _table(model)
    key = table.c["slug" if "slug" in table.c else "name"]
    known = {row[key]: row for row in store.execute(sa.select(table)).mappings()}
    new = [row for row in rows if row[key.name] not in known]
    if new:
        store.execute(sa.insert(table), new)
    for row in rows:
        before = known.get(row[key.name], row)
        if any(before[column] != value for column, value in row.items()):
            store.execute(sa.update(table).where(key == row[key.name]).values(**row))
    if "id" not in table.c:
        return {}
    wanted = {row[key.name] for row in rows}
    return {slug: id_ for slug, id_ in store.execute(sa.select(key, table.c.id)) if slug in wanted}


def _replace(store: Session, model: type[Base], rows: list[Row]) -> None:
    """Make the rows of a mere relation exactly these; nothing ever points to them."""
    table = _table(model)
    store.execute(sa.delete(table))
    if rows:
        store.execute(sa.insert(table), rows)


def _table(model: type[Base]) -> sa.Table:
    assert isinstance(model.__table__, sa.Table)
    return model.__table__


def _without(row: Row, *columns: str) -> Row:
    return {column: value for column, value in row.items() if column not in columns}
