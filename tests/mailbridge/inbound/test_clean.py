"""Stored text is clean: what a database, a terminal or a reader's eye would stumble over is gone or visible."""

# R80
from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbridge.inbound import clean

ANY = st.text(alphabet=st.characters(codec=None, categories=None))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Zeile 1\r\nZeile 2\rZeile 3", "Zeile 1\nZeile 2\nZeile 3"),
        ("weich\x0bumbrochen\x0cneue Seite", "weich\numbrochen\nneue Seite"),
        ("N\x00U\x00L", "NUL"),
        ("Glocke\x07 und Farbe\x1b[31m", "Glocke und Farbe[31m"),
        ("\ud800", "\ufffd"),
        ("\ufeffAnfang", "Anfang"),
        ("antrag\u202efdp.exe", "antrag⟦RLO⟧fdp.exe"),
        ("Tab\tbleibt", "Tab\tbleibt"),
    ],
)
def test_a_body_keeps_its_lines(raw: str, shown: str) -> None:
    assert clean.body(raw) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Haushalt\r\nBcc: alle@rat.example", "Haushalt Bcc: alle@rat.example"),
        ("Anne\u202e lesmA", "Anne lesmA"),
        ("  viel   Platz\t", "viel Platz"),
        ("x\u2028y\x85z", "x y\ufffdz"),
    ],
)
def test_a_name_is_one_line(raw: str, shown: str) -> None:
    assert clean.line(raw) == shown


@given(ANY)
def test_nothing_unclean_gets_through(raw: str) -> None:
    for text in (clean.body(raw), clean.line(raw)):
        assert text.encode("utf-8").decode("utf-8") == text
        assert re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text) is None
    assert "\n" not in clean.line(raw)
    assert clean.body(clean.body(raw)) == clean.body(raw)
