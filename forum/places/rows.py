"""Copies the rows of places into frozen values, a handful of statements for all; only `places.catalogue` calls this."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core.db import Base
from forum.places import models
from forum.places.infos import BodyInfo, CompetenceInfo, MandateKindInfo, MandateStatusInfo, Name, RegionInfo, TopicInfo

Copy = TypeVar("Copy", BodyInfo, CompetenceInfo, MandateKindInfo, MandateStatusInfo)


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything a Catalogue is built from; relations hold ids."""

    topics: tuple[TopicInfo, ...]
    regions: tuple[RegionInfo, ...]
    bodies: tuple[BodyInfo, ...]
    mandate_kinds: tuple[MandateKindInfo, ...]
    mandate_statuses: tuple[MandateStatusInfo, ...]
    competences: tuple[CompetenceInfo, ...]
    names: tuple[Name, ...]
    parents: dict[int, tuple[int, ...]]
    neighbours: dict[int, tuple[tuple[int, float], ...]]
    tiles: tuple[tuple[int, int, int], ...]


def read(store: Session) -> Rows:
    """All rows of places as values."""
    topics, regions = _topics(store), _regions(store)
    bodies = _copies(store, models.Body, BodyInfo, models.Body.id)
    tile = models.Tile
    return Rows(
        topics=topics,
        regions=regions,
        bodies=bodies,
        mandate_kinds=_copies(store, models.MandateKind, MandateKindInfo, models.MandateKind.sort),
        mandate_statuses=_copies(store, models.MandateStatus, MandateStatusInfo, models.MandateStatus.sort),
        competences=_copies(store, models.Competence, CompetenceInfo, models.Competence.sort),
        names=_names(store, topics, regions, bodies),
        parents=_parents(store),
        neighbours=_neighbours(store),
        tiles=tuple(
            (found.region_id, found.row, found.col) for found in store.scalars(sa.select(tile).order_by(tile.row, tile.col))
        ),
    )


def _copies(store: Session, model: type[Base], info: type[Copy], order: sa.orm.InstrumentedAttribute[int]) -> tuple[Copy, ...]:
    """Rows as values whose fields are named like the columns."""
    columns = [getattr(model, field.name) for field in fields(info)]
    return tuple(info(**row) for row in store.execute(sa.select(*columns).order_by(order)).mappings())


def _topics(store: Session) -> tuple[TopicInfo, ...]:
    ancestry = models.TopicAncestry
    level = sa.select(sa.func.count()).where(ancestry.topic_id == models.Topic.id).scalar_subquery().label("level")
    columns = [getattr(models.Topic, field.name) for field in fields(TopicInfo) if field.name != "level"]
    found = store.execute(sa.select(*columns, level).order_by(models.Topic.sort, models.Topic.id))
    return tuple(TopicInfo(**row) for row in found.mappings())


def _regions(store: Session) -> tuple[RegionInfo, ...]:
    columns = [getattr(models.Region, field.name) for field in fields(RegionInfo)]
    found = store.execute(sa.select(*columns).order_by(models.Region.sort, models.Region.id))
    return tuple(RegionInfo(**{**row, "plates": tuple(row["plates"].split())}) for row in found.mappings())


def _names(
    store: Session, topics: tuple[TopicInfo, ...], regions: tuple[RegionInfo, ...], bodies: tuple[BodyInfo, ...]
) -> tuple[Name, ...]:
    topic_of = {topic.id: topic for topic in topics}
    region_of = {region.id: region for region in regions}
    body_of = {body.id: body for body in bodies}
    part = models.LocalPart
    found = store.execute(sa.select(part.name, part.kind, part.topic_id, part.region_id, part.body_id).order_by(part.name))
    return tuple(
        Name(name, kind, topic_of.get(topic_id or 0), region_of.get(region_id or 0), body_of.get(body_id or 0))
        for name, kind, topic_id, region_id, body_id in found
    )


def _parents(store: Session) -> dict[int, tuple[int, ...]]:
    """The parents of each region, in the order of regions: Land, Regierungsbezirk, Landschaftsverband, RVR."""
    membership, parent = models.RegionMembership, models.Region
    found = store.execute(
        sa.select(membership.region_id, membership.parent_id)
        .join(parent, parent.id == membership.parent_id)
        .order_by(parent.sort)
    )
    parents: defaultdict[int, tuple[int, ...]] = defaultdict(tuple)
    for region_id, parent_id in found:
        parents[region_id] += (parent_id,)
    return dict(parents)


def _neighbours(store: Session) -> dict[int, tuple[tuple[int, float], ...]]:
    neighbour = models.Neighbour
    found: defaultdict[int, tuple[tuple[int, float], ...]] = defaultdict(tuple)
    for region_id, neighbour_id, border_km in store.execute(
        sa.select(neighbour.region_id, neighbour.neighbour_id, neighbour.border_km).order_by(neighbour.neighbour_id)
    ):
        found[region_id] += ((neighbour_id, border_km),)
    return dict(found)
