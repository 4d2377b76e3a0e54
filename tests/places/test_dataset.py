"""The seed files: complete, free of contradictions, and a contradiction is named before anything is written."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from forum.places import dataset, names
from forum.places.dataset import BadData
from forum.places.facts import Dataset, NameFacts, RegionFacts
from forum.places.models import DISTRICTS, MUNICIPALITIES


@pytest.fixture(scope="module")
def data() -> Dataset:
    return dataset.read()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the seed files that a test may spoil."""
    return shutil.copytree(dataset.DATA, tmp_path / "data")


def by_slug(data: Dataset) -> dict[str, RegionFacts]:
    return {region.slug: region for region in data.regions}


def by_name(data: Dataset) -> dict[str, NameFacts]:
    return {name.name: name for name in data.names}


def spoil(folder: Path, file: str, before: str, after: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1), encoding="utf-8")


def test_there_are_436_regions_of_these_kinds(data: Dataset) -> None:
    assert Counter(region.kind for region in data.regions) == {
        "land": 1,
        "regierungsbezirk": 5,
        "landschaftsverband": 2,
        "regionalverband": 1,
        "kreisfreie_stadt": 22,
        "kreis": 30,
        "staedteregion": 1,
        "stadt": 250,
        "gemeinde": 124,
    }


def test_62_regions_lie_above_374_municipalities(data: Dataset) -> None:
    inside = [region for region in data.regions if region.kind in MUNICIPALITIES]
    assert (len(data.regions) - len(inside), len(inside)) == (62, 374)


def test_the_other_files_have_their_counts(data: Dataset) -> None:
    counts = (data.topics, data.neighbours, data.tiles, data.bodies, data.mandates, data.statuses, data.competences)
    assert [len(rows) for rows in counts] == [39, 136, 53, 19, 15, 4, 28]


def test_the_people_of_a_district_are_the_people_of_its_municipalities(data: Dataset) -> None:
    inside: Counter[str] = Counter()
    for region in data.regions:
        if region.kind in MUNICIPALITIES:
            inside[region.parents[0]] += region.population
    assert inside == {region.slug: region.population for region in data.regions if region.kind in ("kreis", "staedteregion")}


def test_the_people_of_each_association_are_the_people_of_its_districts(data: Dataset) -> None:
    for above in data.regions:
        members = [region.population for region in data.regions if region.kind in DISTRICTS and above.slug in region.parents]
        assert not members or sum(members) == above.population, above.slug


def test_labels_tell_a_town_from_its_district(data: Dataset) -> None:
    regions = by_slug(data)
    slugs = ("unna", "kreis-unna", "gronau-westf", "nrw", "lvr", "aachen", "staedteregion-aachen")
    assert [regions[slug].label for slug in slugs] == [
        "Unna",
        "Kreis Unna",
        "Gronau",
        "NRW",
        "LVR",
        "Aachen",
        "Städteregion Aachen",
    ]


def test_a_council_has_its_name(data: Dataset) -> None:
    regions = by_slug(data)
    assert (regions["hamm"].body_name, regions["hamm"].body_label) == ("Rat der Stadt Hamm", "Rat Hamm")
    assert (regions["boenen"].body_name, regions["boenen"].mandate_title) == ("Rat der Gemeinde Bönen", "Ratsmitglied")
    assert (regions["kreis-unna"].body_name, regions["kreis-unna"].body_label) == ("Kreistag des Kreises Unna", "Kreistag Unna")


def test_every_topic_has_all_its_texts_in_both_languages(data: Dataset) -> None:
    for topic in data.topics:
        texts = (topic.short, topic.short_en, topic.title, topic.title_en, topic.description, topic.description_en)
        assert all(text.strip() for text in texts), topic.slug


def test_three_topics_make_the_headlines(data: Dataset) -> None:
    assert [topic.slug for topic in data.topics if topic.headline] == ["finanzen", "daseinsvorsorge", "beteiligung"]


def test_topics_stand_on_three_levels(data: Dataset) -> None:
    assert Counter(topic.level for topic in data.topics) == {1: 11, 2: 27, 3: 1}


def test_one_table_holds_every_name_once(data: Dataset) -> None:
    assert len(by_name(data)) == len(data.names) == 627
    assert Counter(name.kind for name in data.names) == {"region": 436, "topic": 39, "body": 19, "reserved": 55, "alias": 78}


def test_no_name_can_be_read_as_something_else(data: Dataset) -> None:
    assert [name.name for name in data.names if names.fault(name.name)] == []


def test_the_words_of_the_address_grammar_are_reserved(data: Dataset) -> None:
    commands = {"abo", "faden", "gruppe", "anmelden", "ab", "stumm", "laut", "pause", "suche", "stand", "muster"}
    words = {"a", "b", "f", "m", "p"} | commands | {"hilfe", "moderation", "postmaster", "abuse"}
    assert words <= {name.name for name in data.names if name.kind == "reserved"}


@pytest.mark.parametrize(
    ("plate", "slug"), [("un", "kreis-unna"), ("bot", "bottrop"), ("din", "kreis-wesel"), ("juel", "kreis-dueren")]
)
def test_a_plate_of_one_district_is_its_alias(data: Dataset, plate: str, slug: str) -> None:
    assert by_name(data)[plate] == NameFacts(plate, "alias", slug)


@pytest.mark.parametrize("plate", ["mon", "sle", "lh"])
def test_a_plate_of_two_districts_is_no_alias(data: Dataset, plate: str) -> None:
    assert sum(plate in map(names.fold, region.plates) for region in data.regions) == 2
    assert plate not in by_name(data)


@pytest.mark.parametrize("body", ["rat", "kreistag", "vrr", "ruhrparlament"])
def test_a_body_is_no_region(data: Dataset, body: str) -> None:
    assert by_name(data)[body].kind == "body"


@pytest.mark.parametrize("slug", ["lvr", "lwl", "rvr"])
def test_associations_are_regions(data: Dataset, slug: str) -> None:
    assert by_name(data)[slug].kind == "region"


@pytest.mark.parametrize(
    ("file", "before", "after", "told"),
    [
        ("municipalities.csv", ",kreis-unna,", ",kreis-una,", "unknown kreis-una"),
        ("municipalities.csv", "\nkamen,", "\nunna,", "“unna” is the name of a region and of a region"),
        ("municipalities.csv", "\nkamen,", "\nfinanzen,", "“finanzen” is the name of a topic and of a region"),
        ("municipalities.csv", "\nkamen,", "\nkamen-ab,", "does not end like a command"),
        ("municipalities.csv", "\nkamen,", "\ngruppe-kamen,", "does not begin like"),
        ("municipalities.csv", "\nkamen,", "\nKamen,", "only a-z, 0-9"),
        ("municipalities.csv", ",05978020,", ",05915020,", "does not belong to kreis-unna"),
        ("municipalities.csv", "Kamen,Kamen,", "Kamen,Unna,", "label of a region given twice: Unna"),
        ("regions.csv", "nrw rb-arnsberg lwl rvr", "nrw rb-arnsberg rb-muenster lwl", "lies in"),
        ("regions.csv", "nrw rb-arnsberg lwl rvr", "nrw rb-arnsberg", "lies in"),
        ("regions.csv", ",398866,", ",many,", "regions.csv, line 63: invalid literal"),
        ("neighbours.csv", "bielefeld,kreis-herford", "bielefeld,bielefeld", "its own neighbour"),
        ("neighbours.csv", "bielefeld,kreis-herford", "kreis-guetersloh,bielefeld", "pair of neighbours given twice"),
        ("neighbours.csv", "bielefeld,kreis-herford", "bielefeld,herford", "unknown herford"),
        ("tiles.csv", "kreis-steinfurt,0,6", "kreis-borken,0,6", "exactly the districts"),
        ("tiles.csv", "kreis-steinfurt,0,6", "kreis-steinfurt,0,9", "place on the tile map given twice: 0/9"),
        (
            "topics.csv",
            "fracking,umwelt-energie,",
            "fracking,allgemein,",
            "topics.csv, line 13: fracking has the unknown or later parent",
        ),
        ("topics.csv", "beteiligung,,yes", "beteiligung,fracking,", "stands on level 4"),
        (
            "competences.csv",
            "soziales,Soziales,Social affairs,soziales",
            "soziales,Soziales,Social affairs,sozial",
            "unknown sozial",
        ),
        ("reserved.csv", "hilfe,", "unna,", "“unna” is the name of a reserved and of a region"),
    ],
)
def test_a_contradiction_is_named(folder: Path, file: str, before: str, after: str, told: str) -> None:
    spoil(folder, file, before, after)
    with pytest.raises(BadData, match=told):
        dataset.read(folder)


def test_a_plate_that_is_a_reserved_word_is_no_alias(folder: Path) -> None:
    spoil(folder, "reserved.csv", "hilfe,", "un,")
    assert {name.name: name.kind for name in dataset.read(folder).names}["un"] == "reserved"
