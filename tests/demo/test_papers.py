"""The committed files of the demo are what the drafts make."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

import pytest

from forum.demo import papers


def test_the_committed_files_are_the_made_ones() -> None:
    made = papers.made()
    assert len(made) >= 5
    for name, content in made.items():
        assert (papers.FILES / name).read_bytes() == content, f"{name}: run python -m forum.demo.papers"


def test_a_page_holds_the_words_of_the_draft() -> None:
    page = papers.pdf("# Überschrift\nEin Satz (mit Klammern) und 5 €.\n| a    b")
    assert page.startswith(b"%PDF-1.4")
    assert "(Überschrift) Tj".encode("cp1252") in page
    assert r"Ein Satz \(mit Klammern\) und 5 €.".encode("cp1252") in page
    assert b"(a    b) Tj" in page
    start = int(page.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert page[start:].startswith(b"xref\n")


def test_a_draft_that_is_too_long_for_its_page_is_refused() -> None:
    with pytest.raises(ValueError, match="one page"):
        papers.pdf("Noch eine Zeile.\n" * 80)


def test_an_opendocument_text_says_first_what_it_is() -> None:
    document = papers.odt("# Titel & mehr\nText")
    assert document[30:38] == b"mimetype"
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        assert archive.testzip() is None
        text = "".join(ElementTree.fromstring(archive.read("content.xml")).itertext())
    assert text == "Titel & mehrText"


def test_the_sketch_is_a_picture() -> None:
    assert papers.sketch().startswith(b"\x89PNG\r\n\x1a\n")
    assert (papers.FILES / papers.SKETCH).read_bytes().startswith(b"\x89PNG")
