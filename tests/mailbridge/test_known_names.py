"""The grammar with the real places of North Rhine-Westphalia: every board has a readable address, typos find the right one."""

from __future__ import annotations

import time

import pytest
from sqlalchemy.orm import Session

from forum.places import catalogue
from mailbridge import addresses
from mailbridge.addresses import Board, Group, Reason, Unknown
from mailbridge.known_names import KnownNames, names_of

HOME = "ratspost.example"


@pytest.fixture
def known(store: Session) -> KnownNames:
    return names_of(catalogue.get(), {"frauen": "frauen"}.get)


def read(local: str, known: KnownNames) -> addresses.Destination:
    return addresses.read(f"{local}@{HOME}", known, (HOME,))


def test_every_topic_and_region_is_found_at_its_address(known: KnownNames) -> None:
    places = catalogue.get()
    for topic in places.topics:
        assert addresses.read(addresses.board((topic.slug,), (), HOME), known, (HOME,)) == Board((topic.slug,))
    for region in places.regions:
        assert addresses.read(addresses.board((), (region.slug,), HOME), known, (HOME,)) == Board((), (region.slug,))


def test_every_topic_fits_with_every_region_into_one_address(known: KnownNames) -> None:
    places = catalogue.get()
    topic = max((topic.slug for topic in places.topics), key=len)
    region = max((region.slug for region in places.regions), key=len)
    assert read(f"{topic}.{region}", known) == Board((topic,), (region,))


def test_every_alias_leads_to_its_region(known: KnownNames) -> None:
    places = catalogue.get()
    aliases = places.names(("alias",))
    assert len(aliases) > 50
    for alias in aliases:
        name = places.find_name(alias)
        assert name is not None
        assert name.region is not None
        assert read(alias, known) == Board((), (name.region.slug,))


def test_no_reserved_word_and_no_body_is_a_board(known: KnownNames) -> None:
    for word in catalogue.get().names(("reserved", "body")):
        assert not isinstance(read(word, known), Board)


def test_a_plate_of_two_districts_names_both(known: KnownNames) -> None:
    found = read("lh", known)
    assert isinstance(found, Unknown)
    assert found.reason is Reason.AMBIGUOUS
    assert set(found.suggestions) == {f"kreis-coesfeld@{HOME}", f"kreis-unna@{HOME}"}


def test_groups_come_from_people(known: KnownNames) -> None:
    assert read("gruppe-frauen", known) == Group("frauen")
    assert read("gruppe-rat", known) == Unknown(Reason.GROUP)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("finanen.kreis-una", "finanzen.kreis-unna"),
        ("una", "unna"),
        ("una", "kreis-unna"),
        ("kreisunna", "kreis-unna"),
        ("dusseldorf", "duesseldorf"),
        ("munster", "muenster"),
        ("monchengladbach", "moenchengladbach"),
        ("muehlheim", "muelheim-ruhr"),
        ("gelsenkrichen", "gelsenkirchen"),
        ("kreis-guterslo", "kreis-guetersloh"),
        ("hochsauerland", "hochsauerlandkreis"),
        ("ennepe-ruhr", "ennepe-ruhr-kreis"),
        ("maerkischerkreis", "maerkischer-kreis"),
        ("stadt-bochum", "bochum"),
        ("verkher.hamm", "verkehr.hamm"),
        ("buergerbeteiligung", "buergerinnenbeteiligung"),
        ("oeffentliche-unternehmne", "oeffentliche-unternehmen"),
        ("finanzen-hamm", "finanzen.hamm"),
        ("oeynhausen", "bad-oeynhausen"),
    ],
)
def test_typos_among_all_the_real_names(typed: str, meant: str, known: KnownNames) -> None:
    found = read(typed, known)
    assert isinstance(found, Unknown)
    assert f"{meant}@{HOME}" in found.suggestions


def test_one_swapped_pair_of_letters_is_always_repaired(known: KnownNames) -> None:
    slugs = [region.slug for region in catalogue.get().regions if len(region.slug) > 6]
    missed = []
    for slug in slugs:
        middle = len(slug) // 2
        typed = slug[: middle - 1] + slug[middle] + slug[middle - 1] + slug[middle + 1 :]
        found = read(typed, known)
        if isinstance(found, Unknown) and f"{slug}@{HOME}" not in found.suggestions:
            missed.append((typed, found.suggestions))
    assert missed == []


@pytest.mark.proof
def test_reading_is_quick_with_all_names(known: KnownNames) -> None:
    hostile = (
        "a" * 64,
        "finanen.kreis-una",
        "kreis-" * 10,
        "ste.ber.hag",
        "bad-sankt-am-rhein-westf-stadt-kreis-unna-ruhr-muehlen-heim",
        "er" * 32,
    )
    read("warm", known)
    for local in hostile:
        times = []
        for _ in range(3):
            started = time.process_time()
            read(local, known)
            times.append(time.process_time() - started)
        assert min(times) < 0.02, local
