"""What the Land looks like from inside: parents, neighbours, names; and that no process believes an old map."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from forum.core.db import db, transaction
from forum.core.refusals import UnknownBoard
from forum.places import catalogue
from forum.places.catalogue import Catalogue, NotSeeded
from forum.places.models import PlacesState, Topic


@pytest.fixture
def known(store: Session) -> Catalogue:
    return catalogue.get()


def slugs(known: Catalogue, ids: Iterable[int]) -> list[str]:
    return [known.region_by_id(id_).slug for id_ in ids]


@pytest.mark.parametrize(
    ("slug", "parents"),
    [
        ("kreis-unna", ["nrw", "rb-arnsberg", "lwl", "rvr"]),
        ("kreis-wesel", ["nrw", "rb-duesseldorf", "lvr", "rvr"]),
        ("bottrop", ["nrw", "rb-muenster", "lwl", "rvr"]),
        ("muenster", ["nrw", "rb-muenster", "lwl"]),
        ("staedteregion-aachen", ["nrw", "rb-koeln", "lvr"]),
        ("aachen", ["staedteregion-aachen"]),
        ("kamen", ["kreis-unna"]),
        ("rvr", ["nrw"]),
        ("rb-koeln", ["nrw"]),
        ("nrw", []),
    ],
)
def test_parents(known: Catalogue, slug: str, parents: list[str]) -> None:
    assert [parent.slug for parent in known.region_parents(known.region(slug).id)] == parents


def test_a_town_lies_in_everything_its_district_lies_in(known: Catalogue) -> None:
    above = slugs(known, known.region_ancestors(known.region("kamen").id))
    assert above[:2] == ["kamen", "kreis-unna"]
    assert above[-1] == "nrw"
    assert sorted(above[2:-1]) == ["lwl", "rb-arnsberg", "rvr"]


def test_everything_lies_in_the_land(known: Catalogue) -> None:
    assert set(known.region_descendants(known.root.id)) == {region.id for region in known.regions}


def test_the_rvr_holds_15_districts_and_their_42_municipalities(known: Catalogue) -> None:
    below = [known.region_by_id(id_) for id_ in known.region_descendants(known.region("rvr").id)]
    assert sum(region.is_district for region in below) == 15
    assert sum(region.is_municipality for region in below) == 42
    assert {"kamen", "boenen", "schwerte", "unna"} <= {region.slug for region in below}


def test_the_landschaftsverbaende_share_all_districts(known: Catalogue) -> None:
    lvr, lwl = (set(known.region_descendants(known.region(slug).id)) for slug in ("lvr", "lwl"))
    districts = {region.id for region in known.regions if region.is_district}
    assert not lvr & lwl
    assert districts <= lvr | lwl


def test_a_district_has_its_municipalities(known: Catalogue) -> None:
    children = [child.slug for child in known.region_children(known.region("kreis-olpe").id)]
    assert children == ["attendorn", "drolshagen", "finnentrop", "kirchhundem", "lennestadt", "olpe", "wenden"]


def test_the_land_has_its_eight_parts(known: Catalogue) -> None:
    assert len(known.region_children(known.root.id)) == 8


def test_neighbours_are_neighbours_both_ways(known: Catalogue) -> None:
    borders = {
        (region.id, neighbour.region.id): neighbour.border_km
        for region in known.regions
        for neighbour in known.neighbours(region.id)
    }
    assert len(borders) == 272
    assert all(borders[b, a] == km for (a, b), km in borders.items())
    assert all(known.region_by_id(a).is_district for a, _ in borders)


def test_neighbours_of_hamm(known: Catalogue) -> None:
    around = [neighbour.region.slug for neighbour in known.neighbours(known.region("hamm").id)]
    assert sorted(around) == ["kreis-coesfeld", "kreis-soest", "kreis-unna", "kreis-warendorf"]
    assert known.neighbours(known.region("kamen").id) == ()


def test_the_tile_map_shows_53_districts_each_in_its_place(known: Catalogue) -> None:
    tiles = known.tiles()
    assert len({(tile.row, tile.col) for tile in tiles}) == len({tile.region.slug for tile in tiles}) == 53
    assert all(tile.region.is_district for tile in tiles)
    assert (tiles[0].region.slug, tiles[-1].region.slug) == ("kreis-steinfurt", "bonn")


def test_topics_are_a_tree_of_three_levels(known: Catalogue) -> None:
    fracking = known.topic("fracking")
    assert fracking.level == 3
    assert [topic.slug for topic in known.topic_path(fracking.id)] == ["daseinsvorsorge", "umwelt-energie", "fracking"]
    assert known.topic_ancestors(fracking.id)[0] == fracking.id
    assert fracking.id in known.topic_descendants(known.topic("daseinsvorsorge").id)
    assert [topic.slug for topic in known.topic_children(known.topic("umwelt-energie").id)] == ["fracking"]
    assert len(known.topic_children()) == 11


def test_where_a_thread_goes_that_names_nothing(known: Catalogue) -> None:
    assert (known.root.slug, known.default_topic.slug) == ("nrw", "allgemein")


@pytest.mark.parametrize(
    ("written", "kind", "target"),
    [
        ("finanzen", "topic", "finanzen"),
        ("Kreis-Unna", "region", "kreis-unna"),
        ("UN", "alias", "kreis-unna"),
        ("Köln", "region", "koeln"),
        ("jül", "alias", "kreis-dueren"),
        ("land", "alias", "nrw"),
        ("rat", "body", "rat"),
        ("hilfe", "reserved", None),
    ],
)
def test_a_word_of_an_address_has_one_meaning(known: Catalogue, written: str, kind: str, target: str | None) -> None:
    name = known.find_name(written)
    assert name is not None
    meant = name.topic or name.region or name.body
    assert (name.kind, meant and meant.slug) == (kind, target)


@pytest.mark.parametrize("written", ["lh", "mon", "sle", "dortmund-sued", ""])
def test_other_words_mean_nothing(known: Catalogue, written: str) -> None:
    assert known.find_name(written) is None


def test_suggestions_are_boards_only(known: Catalogue) -> None:
    assert set(known.names()) == set(known.names(("topic", "region", "alias")))
    assert not {"rat", "hilfe", "vrr"} & set(known.names())


def test_a_typo_finds_the_nearest_boards(known: Catalogue) -> None:
    assert known.near("Finanzn")[0] == "finanzen"
    assert known.near("kreis-una")[0] == "kreis-unna"
    assert known.near("xqzxqz") == ()


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("finanzn.kreis-una", "finanzen.kreis-unna"),
        ("xqzxqz.hamm", "hamm"),
        ("finanzen.", "finanzen"),
        ("finanzen.verkehr", "finanzen"),
    ],
)
def test_a_typo_in_one_part_keeps_the_others(known: Catalogue, written: str, first: str) -> None:
    assert known.near(written)[0] == first


def test_a_plate_of_two_districts_finds_both(known: Catalogue) -> None:
    assert known.near("LH") == ("kreis-coesfeld", "kreis-unna")


def test_an_unknown_slug_is_refused_with_the_nearest(known: Catalogue) -> None:
    with pytest.raises(UnknownBoard) as refused:
        known.region("kreis-una")
    assert "kreis-unna" in refused.value.sentence("de")
    with pytest.raises(UnknownBoard):
        known.topic("xqzxqz")


def test_regions_and_topics_speak_both_languages(known: Catalogue) -> None:
    assert known.region("hamm").kind_in("de") == "kreisfreie Stadt"
    assert all(region.kind_in("en") for region in known.regions)
    finanzen = known.topic("finanzen")
    assert (finanzen.title_in("de"), finanzen.title_in("en")) == ("Kommunale Finanzen", "Municipal finance")
    assert finanzen.description_in("en") != finanzen.description_in("de")
    assert all(kind.title_in("en") for kind in (*known.mandate_kinds, *known.mandate_statuses, *known.competences))


@pytest.mark.parametrize(
    ("kind", "region", "body"),
    [
        ("ratsmitglied", "hamm", "rat"),
        ("landschaftsversammlung", "lwl", "landschaftsversammlung-westfalen"),
        ("landschaftsversammlung", "lvr", "landschaftsversammlung-rheinland"),
        ("landschaftsversammlung", "hamm", None),
        ("interessiert", "rvr", None),
    ],
)
def test_a_mandate_is_held_in_a_body(known: Catalogue, kind: str, region: str, body: str | None) -> None:
    found = known.body_of(next(each for each in known.mandate_kinds if each.slug == kind), known.region(region).id)
    assert (found and found.slug) == body


def test_within_a_transaction_the_store_is_asked_once(store: Session) -> None:
    catalogue.get()
    store.rollback()
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *about: asked.append(about[2]))
    catalogue.get()
    catalogue.get()
    assert len([statement for statement in asked if "places_state" in statement]) == len(asked) - asked.count("BEGIN") == 1


def test_a_change_is_seen_at_once_and_undone_with_its_transaction(store: Session) -> None:
    before = catalogue.get()
    with contextlib.suppress(ZeroDivisionError), transaction():
        store.execute(sa.update(Topic).where(Topic.slug == "verkehr").values(short="Mobilität"))
        catalogue.changed()
        assert catalogue.get().topic("verkehr").short == "Mobilität"
        raise ZeroDivisionError
    assert catalogue.get() is before


def test_another_process_sees_a_change_with_its_next_transaction(store: Session) -> None:
    assert catalogue.get().topic("verkehr").short == "Verkehr"
    store.rollback()
    with Session(db.engine) as elsewhere, elsewhere.begin():
        elsewhere.execute(sa.update(Topic).where(Topic.slug == "verkehr").values(short="Mobilität"))
        elsewhere.execute(sa.update(PlacesState).values(stamp="another"))
    assert catalogue.get().topic("verkehr").short == "Mobilität"


def test_a_store_without_places_says_so(store: Session) -> None:
    store.execute(sa.delete(PlacesState))
    with pytest.raises(NotSeeded, match="db upgrade"):
        catalogue.get()
    store.rollback()


def test_forgetting_reads_anew(store: Session) -> None:
    before = catalogue.get()
    catalogue.forget()
    assert catalogue.get() is not before
