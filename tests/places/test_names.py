"""Folding: whatever way a person writes a place, the address has one spelling."""

from __future__ import annotations

import unicodedata

import pytest

from forum.places import names


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Finanzen", "finanzen"),
        ("  Köln ", "koeln"),
        ("GÜTERSLOH", "guetersloh"),
        ("Märkischer-Kreis", "maerkischer-kreis"),
        ("Voßwinkel", "vosswinkel"),
        ("STRAẞE", "strasse"),
        ("finanzen.kreis-unna+rvr", "finanzen.kreis-unna+rvr"),
        ("", ""),
    ],
)
def test_folding_spells_umlauts_out_and_keeps_the_rest(written: str, folded: str) -> None:
    assert names.fold(written) == folded


def test_folding_reads_the_umlauts_of_a_mac_too() -> None:
    assert names.fold(unicodedata.normalize("NFD", "Münster")) == "muenster"


def test_folding_twice_changes_nothing() -> None:
    assert names.fold(names.fold("Höxter")) == "hoexter"


@pytest.mark.parametrize(
    ("written", "slug"),
    [
        ("Rat der Stadt Köln", "rat-der-stadt-koeln"),
        ("U3-Betreuung & Ganztag", "u3-betreuung-ganztag"),
        ("Café", "cafe"),
        ("…", ""),
    ],
)
def test_a_slug_has_only_letters_digits_and_single_hyphens(written: str, slug: str) -> None:
    assert names.slug(written) == slug


@pytest.mark.parametrize(
    "name",
    [
        "kreis-unna-abo",
        "unna-ab",
        "unna-hilfe",
        "unna-subscribe",
        "unna-unsubscribe",
        "unna-help",
        "unna-owner",
        "faden-7",
        "gruppe-rat",
    ],
)
def test_a_name_is_no_command_and_no_thread_or_group(name: str) -> None:
    assert names.fault(name)


@pytest.mark.parametrize("name", ["", "Unna", "köln", "a--b", "-unna", "unna-", "un.na", "un na", "u" * 65])
def test_a_name_can_stand_in_an_address(name: str) -> None:
    assert names.fault(name)


@pytest.mark.parametrize("name", ["unna", "kreis-unna", "u3-betreuung", "abo", "ab", "faden", "wermelskirchen", "schwab"])
def test_what_only_looks_a_little_like_a_command_is_a_name(name: str) -> None:
    assert names.fault(name) is None
