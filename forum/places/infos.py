"""Places as other slices and the doors see them: frozen values with what a page or a mail shows. Made by `places.catalogue`."""

from __future__ import annotations

from dataclasses import dataclass

from forum.places.models import DISTRICTS, MUNICIPALITIES

KIND_TITLES = {
    "land": ("Land", "federal state"),
    "regierungsbezirk": ("Regierungsbezirk", "administrative region"),
    "landschaftsverband": ("Landschaftsverband", "regional association"),
    "regionalverband": ("Regionalverband", "Ruhr regional association"),
    "kreisfreie_stadt": ("kreisfreie Stadt", "city outside districts"),
    "kreis": ("Kreis", "district"),
    "staedteregion": ("Städteregion", "city region"),
    "stadt": ("Stadt", "town"),
    "gemeinde": ("Gemeinde", "municipality"),
}
"""What a kind of region is called, in German and English."""


@dataclass(frozen=True, slots=True)
class TopicInfo:
    """A topic; `level` counts from 1, `short` is for titles and subjects."""

    id: int
    slug: str
    parent_id: int | None
    level: int
    headline: bool
    short: str
    short_en: str
    title: str
    title_en: str
    description: str
    description_en: str
    sort: int

    def short_in(self, locale: str) -> str:
        """The short form in `de` or `en`."""
        return self.short_en if locale == "en" else self.short

    def title_in(self, locale: str) -> str:
        """The whole title in `de` or `en`."""
        return self.title_en if locale == "en" else self.title

    def description_in(self, locale: str) -> str:
        """One sentence about the topic in `de` or `en`."""
        return self.description_en if locale == "en" else self.description


@dataclass(frozen=True, slots=True)
class RegionInfo:
    """A region; `label` ("Kreis Unna") is for titles and subjects and unique, `short` ("Unna") is not."""

    id: int
    slug: str
    ags: str | None
    kind: str
    name: str
    name_official: str
    short: str
    label: str
    plate: str | None
    plates: tuple[str, ...]
    seat: str
    body_name: str
    body_short: str
    body_label: str
    mandate_title: str
    population: int
    lat: float
    lon: float
    sort: int

    @property
    def is_district(self) -> bool:
        """One of the 53 of the tile map."""
        return self.kind in DISTRICTS

    @property
    def is_municipality(self) -> bool:
        """A town or municipality inside a district."""
        return self.kind in MUNICIPALITIES

    def kind_in(self, locale: str) -> str:
        """What this region is, in `de` or `en`."""
        german, english = KIND_TITLES[self.kind]
        return english if locale == "en" else german


@dataclass(frozen=True, slots=True)
class NeighbourInfo:
    """A district next to another, and how long their border is."""

    region: RegionInfo
    border_km: float


@dataclass(frozen=True, slots=True)
class TileInfo:
    """A district on the tile map; row 0 is the north, column 0 the west."""

    region: RegionInfo
    row: int
    col: int


@dataclass(frozen=True, slots=True)
class BodyInfo:
    """A council, assembly or board; `region_id` where only one region has it."""

    id: int
    slug: str
    short: str
    name: str
    level: str
    region_id: int | None


@dataclass(frozen=True, slots=True)
class Titled:
    """What a person picks from a list and what it is called."""

    slug: str
    title: str
    title_en: str

    def title_in(self, locale: str) -> str:
        """The title in `de` or `en`."""
        return self.title_en if locale == "en" else self.title


@dataclass(frozen=True, slots=True)
class MandateKindInfo(Titled):
    """What somebody can be; see `Catalogue.body_of` where `body_id` is empty."""

    id: int
    body_id: int | None
    basis: str


@dataclass(frozen=True, slots=True)
class MandateStatusInfo(Titled):
    """How somebody sits in a council."""

    note: str


@dataclass(frozen=True, slots=True)
class CompetenceInfo(Titled):
    """A field of knowledge and the topic it belongs to."""

    id: int
    topic_id: int


@dataclass(frozen=True, slots=True)
class Name:
    """One word of the address table; `topic`, `region` or `body` is what it stands for, none for a reserved word."""

    name: str
    kind: str
    topic: TopicInfo | None = None
    region: RegionInfo | None = None
    body: BodyInfo | None = None
