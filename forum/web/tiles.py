"""The tile map: every district one square, roughly where it lies; no geometry, so it works at any width and without a script."""

from __future__ import annotations

from dataclasses import dataclass

from forum.places.catalogue import Catalogue
from forum.places.infos import RegionInfo


@dataclass(frozen=True, slots=True)
class Tile:
    """One square: where, what is written on it, which Regierungsbezirk colours it, and whether it is in the RVR."""

    region: RegionInfo
    row: int
    col: int
    bezirk: str
    in_rvr: bool


def of(places: Catalogue) -> list[Tile]:
    """All 53 squares, row by row."""
    return [_tile(places, found.region, found.row, found.col) for found in places.tiles()]


def legend(places: Catalogue) -> list[RegionInfo]:
    """The five Regierungsbezirke, whose colours the map shows."""
    return [region for region in places.regions if region.kind == "regierungsbezirk"]


def _tile(places: Catalogue, region: RegionInfo, row: int, col: int) -> Tile:
    parents = {parent.kind: parent.slug for parent in places.region_parents(region.id)}
    return Tile(region, row, col, parents.get("regierungsbezirk", ""), "regionalverband" in parents)
