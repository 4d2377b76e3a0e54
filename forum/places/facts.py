"""What the seed files say, as frozen values; `places.dataset` reads and checks them, `places.seed` writes them to the store."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RegionFacts:
    """One region; `parents` are slugs, `plates` as on cars, `aliases` further address names."""

    slug: str
    ags: str | None
    kind: str
    name: str
    name_official: str
    short: str
    label: str
    plates: tuple[str, ...]
    aliases: tuple[str, ...]
    seat: str
    body_name: str
    body_short: str
    body_label: str
    mandate_title: str
    population: int
    lat: float
    lon: float
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """One topic; `parent` is a slug, `level` counts from 1."""

    slug: str
    parent: str | None
    level: int
    headline: bool
    short: str
    short_en: str
    title: str
    title_en: str
    description: str
    description_en: str


@dataclass(frozen=True, slots=True)
class NameFacts:
    """One name of the address table and the slug it stands for (none for a reserved word)."""

    name: str
    kind: str
    target: str | None


@dataclass(frozen=True, slots=True)
class BodyFacts:
    """A body; `region` is a slug where only one region has it."""

    slug: str
    short: str
    name: str
    level: str
    region: str | None


@dataclass(frozen=True, slots=True)
class MandateFacts:
    """A kind of mandate; `body` is a slug where the body is fixed."""

    slug: str
    title: str
    title_en: str
    body: str | None
    basis: str


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """How somebody sits in a council."""

    slug: str
    title: str
    title_en: str
    note: str


@dataclass(frozen=True, slots=True)
class CompetenceFacts:
    """A field of knowledge and the topic it belongs to."""

    slug: str
    title: str
    title_en: str
    topic: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """Everything the seed writes, in the order of the files."""

    regions: tuple[RegionFacts, ...]
    topics: tuple[TopicFacts, ...]
    neighbours: tuple[tuple[str, str, float], ...]
    tiles: tuple[tuple[str, int, int], ...]
    bodies: tuple[BodyFacts, ...]
    mandates: tuple[MandateFacts, ...]
    statuses: tuple[StatusFacts, ...]
    competences: tuple[CompetenceFacts, ...]
    names: tuple[NameFacts, ...]
