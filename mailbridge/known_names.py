"""The catalogue of places as the grammar wants it: each word with its kind and its slug, shared plates as ambiguous.

Made by the edges (server, route) once per catalogue and handed to `addresses.read`, which stays free of the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from forum.people import groups
from forum.places import catalogue
from forum.places.catalogue import Catalogue
from forum.places.names import fold
from mailbridge import nearest

FindGroup = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class KnownNames:
    """All names of one catalogue; satisfies `nearest.Names`."""

    table: Mapping[str, nearest.Name]
    group: FindGroup

    def find(self, name: str) -> nearest.Name | None:
        """The name of exactly this folded word."""
        return self.table.get(name)

    def all_names(self) -> Iterable[nearest.Name]:
        """Every name, in the order of the catalogue."""
        return self.table.values()

    def find_group(self, slug: str) -> str | None:
        """The slug of the group, asked from people."""
        return self.group(slug)


def names_of(catalogue: Catalogue, find_group: FindGroup) -> KnownNames:
    """The names of this catalogue; `find_group` gives the slug of an existing group, or None."""
    return KnownNames(_table(catalogue), find_group)


def current() -> KnownNames:
    """The names of the store as it is now, groups included; in an open application context."""
    return names_of(catalogue.get(), _group_slug)


def _group_slug(slug: str) -> str | None:
    group = groups.find(slug)
    return group.slug if group else None


@lru_cache(maxsize=8)
def _table(catalogue: Catalogue) -> Mapping[str, nearest.Name]:
    given = {word: _name(word, catalogue) for word in catalogue.names(("topic", "region", "alias", "reserved", "body"))}
    return _shared_plates(catalogue) | given


def _name(word: str, catalogue: Catalogue) -> nearest.Name:
    found = catalogue.find_name(word)
    if found is not None and found.topic is not None:
        return nearest.Name(word, "topic" if found.topic.slug == word else "alias", found.topic.slug)
    if found is not None and found.region is not None:
        return nearest.Name(word, "region" if found.region.slug == word else "alias", found.region.slug)
    return nearest.Name(word, "body" if found is not None and found.body is not None else "reserved")


def _shared_plates(catalogue: Catalogue) -> dict[str, nearest.Name]:
    owners: dict[str, list[str]] = {}
    for region in catalogue.regions:
        for plate in region.plates:
            owners.setdefault(fold(plate), []).append(region.slug)
    return {plate: nearest.Name(plate, "ambiguous", candidates=tuple(slugs)) for plate, slugs in owners.items() if len(slugs) > 1}
