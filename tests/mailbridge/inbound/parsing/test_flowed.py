"""format=flowed gives paragraphs back as they were typed (RFC 3676)."""

from __future__ import annotations

import pytest

from mailbridge.inbound.parsing.flowed import unflow


@pytest.mark.parametrize(
    ("wire", "written"),
    [
        ("Eine lange \nZeile.\nKurz.", "Eine lange Zeile.\nKurz."),
        ("> zitiert und \n> weiter\nAntwort", "> zitiert und weiter\nAntwort"),
        ("> tief \n>> tiefer \nflach", "> tief\n>> tiefer\nflach"),
        (">> a \n>> b\n> c", ">> a b\n> c"),
        ("-- \nAnne", "-- \nAnne"),
        ("Gruß \n-- \nAnne", "Gruß\n-- \nAnne"),
        (" From hier\n >kein Zitat", "From hier\n>kein Zitat"),
        ("Ende \n", "Ende "),
        ("\n\nLeer", "\n\nLeer"),
        (">", ">"),
        ("", ""),
    ],
)
def test_forms(wire: str, written: str) -> None:
    assert unflow(wire) == written


def test_delsp_removes_the_blank_too() -> None:
    assert unflow("Donaudampf \nschifffahrt", delsp=True) == "Donaudampfschifffahrt"
