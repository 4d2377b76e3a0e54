"""The seed files under `data/`, read into frozen values and checked against each other; no database here.

First half of the seed: `read()` gives a Dataset in which every name is unique and every reference leads somewhere,
or raises BadData with one clear sentence. `places.seed` writes it. What the files contain and where it comes from: docs/data.md.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from forum.places import names
from forum.places.facts import (
    BodyFacts,
    CompetenceFacts,
    Dataset,
    MandateFacts,
    NameFacts,
    RegionFacts,
    StatusFacts,
    TopicFacts,
)
from forum.places.models import DISTRICTS, MUNICIPALITIES, REGION_KINDS

DATA = Path(__file__).with_name("data")
DEEPEST_TOPIC = 3

MEMBERSHIP_KIND = {
    "land": "land",
    "regierungsbezirk": "regierungsbezirk",
    "landschaftsverband": "landschaftsverband",
    "regionalverband": "rvr",
    **dict.fromkeys(DISTRICTS, "kreis"),
}
"""In which respect a region lies in a parent of this kind."""

PARENTS_OF = {
    "land": (),
    "regierungsbezirk": ("land",),
    "landschaftsverband": ("land",),
    "regionalverband": ("land",),
    **dict.fromkeys(DISTRICTS, ("land", "regierungsbezirk", "landschaftsverband")),
    **dict.fromkeys(MUNICIPALITIES, ("kreis",)),
}
"""The memberships a region of this kind must have, each once; a district may have `rvr` besides."""


class BadData(ValueError):
    """The seed files contradict themselves; nothing was written."""


Row = dict[str, str]
Facts = TypeVar("Facts")

_REGION_TEXTS = (
    *("slug", "kind", "name", "name_official", "short", "label", "seat"),
    *("body_name", "body_short", "body_label", "mandate_title"),
)
_TOPIC_TEXTS = ("slug", "short", "short_en", "title", "title_en", "description", "description_en")
_CALLED = {"stadt": "Stadt", "gemeinde": "Gemeinde"}


def read(folder: Path = DATA) -> Dataset:
    """The checked content of the seed files in the folder; raises BadData."""
    regions = (*_rows(folder, "regions.csv", _region), *_rows(folder, "municipalities.csv", _municipality))
    topics = _topics(folder)
    bodies = _rows(folder, "bodies.csv", _body)
    reserved = _rows(folder, "reserved.csv", lambda row: row["name"])
    data = Dataset(
        regions=regions,
        topics=topics,
        neighbours=_rows(folder, "neighbours.csv", lambda row: (row["a"], row["b"], float(row["border_km"]))),
        tiles=_rows(folder, "tiles.csv", lambda row: (row["region"], int(row["row"]), int(row["col"]))),
        bodies=bodies,
        mandates=_rows(folder, "mandate_kinds.csv", _mandate),
        statuses=_rows(folder, "mandate_statuses.csv", lambda row: StatusFacts(**row)),
        competences=_rows(folder, "competences.csv", lambda row: CompetenceFacts(**row)),
        names=_names(topics, regions, bodies, reserved),
    )
    for check in (_check_regions, _check_district_facts, _check_references):
        check(data)
    return data


def membership_kind(parent: RegionFacts) -> str:
    """In which respect a region lies in this parent."""
    return MEMBERSHIP_KIND.get(parent.kind, parent.kind)


def _rows(folder: Path, file: str, make: Callable[[Row], Facts]) -> tuple[Facts, ...]:
    """Each line of a file made into facts; raises BadData with file and line."""
    made = []
    with (folder / file).open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        for row in reader:
            try:
                made.append(make(row))
            except (TypeError, ValueError, KeyError) as error:
                raise BadData(f"{file}, line {reader.line_num}: {error}") from error
    return tuple(made)


def _region(row: Row) -> RegionFacts:
    texts = {column: row[column] for column in _REGION_TEXTS}
    return RegionFacts(
        **texts,
        ags=row["ags"] or None,
        plates=tuple(row["plates"].split()),
        aliases=tuple(row["aliases"].split()),
        population=int(row["population"]),
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        parents=tuple(row["parents"].split()),
    )


def _municipality(row: Row) -> RegionFacts:
    """A municipality inside a district; its council is called the same everywhere in the Land."""
    called = f"{_CALLED[row['kind']]} {row['name']}"
    return RegionFacts(
        slug=row["slug"],
        ags=row["ags"],
        kind=row["kind"],
        name=row["name"],
        name_official=called,
        short=row["label"],
        label=row["label"],
        plates=(),
        aliases=(),
        seat=row["label"],
        body_name=f"Rat der {called}",
        body_short="Rat",
        body_label=f"Rat {row['label']}",
        mandate_title="Ratsmitglied",
        population=int(row["population"]),
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        parents=(row["district"],),
    )


def _body(row: Row) -> BodyFacts:
    return BodyFacts(row["slug"], row["short"], row["name"], row["level"], region=row["region"] or None)


def _mandate(row: Row) -> MandateFacts:
    return MandateFacts(row["slug"], row["title"], row["title_en"], body=row["body"] or None, basis=row["basis"])


def _topics(folder: Path) -> tuple[TopicFacts, ...]:
    """The topics with their levels; a parent stands above its children in the file."""
    levels: dict[str, int] = {}

    def topic(row: Row) -> TopicFacts:
        parent = row["parent"] or None
        if parent is not None and parent not in levels:
            raise ValueError(f"{row['slug']} has the unknown or later parent {parent}")
        level = levels[row["slug"]] = levels[parent] + 1 if parent is not None else 1
        if level > DEEPEST_TOPIC:
            raise ValueError(f"{row['slug']} stands on level {level}, the deepest is {DEEPEST_TOPIC}")
        texts = {column: row[column] for column in _TOPIC_TEXTS}
        return TopicFacts(**texts, parent=parent, level=level, headline=row["headline"] == "yes")

    return _rows(folder, "topics.csv", topic)


def _names(
    topics: Iterable[TopicFacts], regions: Iterable[RegionFacts], bodies: Iterable[BodyFacts], reserved: Iterable[str]
) -> tuple[NameFacts, ...]:
    """The one table of address names; raises BadData if a word is given twice or could be read as something else."""
    regions = tuple(regions)
    given = [
        *(NameFacts(word, "reserved", None) for word in reserved),
        *(NameFacts(topic.slug, "topic", topic.slug) for topic in topics),
        *(NameFacts(region.slug, "region", region.slug) for region in regions),
        *(NameFacts(body.slug, "body", body.slug) for body in bodies),
        *(NameFacts(alias, "alias", region.slug) for region in regions for alias in region.aliases),
    ]
    seen: dict[str, NameFacts] = {}
    for name in given:
        reason = names.fault(name.name)
        if reason is not None:
            raise BadData(f"{name.kind} “{name.name}”: {reason}")
        if name.name in seen:
            raise BadData(f"“{name.name}” is the name of a {seen[name.name].kind} and of a {name.kind}")
        seen[name.name] = name
    return (*given, *_plate_aliases(regions, taken=seen))


def _plate_aliases(regions: Iterable[RegionFacts], *, taken: Iterable[str]) -> tuple[NameFacts, ...]:
    """A plate is an alias if one district alone has it and the word is free."""
    plates = [(names.fold(plate), region.slug) for region in regions for plate in region.plates]
    owners = Counter(plate for plate, _ in plates)
    taken = set(taken)
    return tuple(NameFacts(plate, "alias", slug) for plate, slug in plates if owners[plate] == 1 and plate not in taken)


def _check_regions(data: Dataset) -> None:
    """Every region has the parents that its kind asks for, and a label of its own."""
    by_slug = {region.slug: region for region in data.regions}
    for region in data.regions:
        if region.kind not in REGION_KINDS:
            raise BadData(f"{region.slug} is of the unknown kind {region.kind}")
        _expect(region.parents, by_slug, f"the parents of {region.slug}")
        kinds = sorted(membership_kind(by_slug[parent]) for parent in region.parents)
        asked = PARENTS_OF[region.kind]
        allowed = [sorted(asked), sorted((*asked, "rvr"))] if region.kind in DISTRICTS else [sorted(asked)]
        if kinds not in allowed:
            raise BadData(f"{region.slug} ({region.kind}) lies in {', '.join(kinds) or 'nothing'}")
    _once((region.label for region in data.regions), "label of a region")
    _once((region.ags for region in data.regions if region.ags), "AGS")
    if [region.slug for region in data.regions if region.kind == "land"] != ["nrw"]:
        raise BadData("there is not exactly one Land, nrw")


def _check_district_facts(data: Dataset) -> None:
    """Neighbours and tiles are about districts; a municipality's key begins with its district's."""
    by_slug = {region.slug: region for region in data.regions}
    districts = {region.slug for region in data.regions if region.kind in DISTRICTS}
    for region in data.regions:
        if region.kind in MUNICIPALITIES and not (region.ags or "").startswith(by_slug[region.parents[0]].ags or "?"):
            raise BadData(f"{region.slug} ({region.ags}) does not belong to {region.parents[0]}")
    _expect((end for a, b, _ in data.neighbours for end in (a, b)), districts, "neighbours.csv")
    _once((" and ".join(sorted((a, b))) for a, b, _ in data.neighbours), "pair of neighbours")
    if any(a == b for a, b, _ in data.neighbours):
        raise BadData("a district is its own neighbour")
    if {slug for slug, _, _ in data.tiles} != districts:
        raise BadData("tiles.csv does not show exactly the districts")
    _once((slug for slug, _, _ in data.tiles), "tile of a district")
    _once((f"{row}/{col}" for _, row, col in data.tiles), "place on the tile map")


def _check_references(data: Dataset) -> None:
    """What the smaller files point to exists, and no slug is given twice."""
    regions = {region.slug for region in data.regions}
    bodies = {body.slug for body in data.bodies}
    _expect((body.region for body in data.bodies if body.region), regions, "bodies.csv")
    _expect((mandate.body for mandate in data.mandates if mandate.body), bodies, "mandate_kinds.csv")
    _expect((competence.topic for competence in data.competences), {topic.slug for topic in data.topics}, "competences.csv")
    _once((topic.short for topic in data.topics), "short title of a topic")
    for facts in (data.mandates, data.statuses, data.competences):
        _once((fact.slug for fact in facts), "slug")


def _expect(slugs: Iterable[str], known: Iterable[str], where: str) -> None:
    missing = set(slugs) - set(known)
    if missing:
        raise BadData(f"{where}: unknown {', '.join(sorted(missing))}")


def _once(values: Iterable[str], what: str) -> None:
    twice = [value for value, times in Counter(values).items() if times > 1]
    if twice:
        raise BadData(f"{what} given twice: {', '.join(sorted(twice))}")
