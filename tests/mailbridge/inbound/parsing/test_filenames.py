"""A file name is a harmless label: the same for the same input, never a path, its ending always to be seen."""

# R85
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbridge.inbound import enclosures
from mailbridge.inbound.mail import Enclosure
from mailbridge.inbound.parsing import filenames

ANY = st.text(alphabet=st.characters(codec=None, categories=None), max_size=400)


@pytest.mark.parametrize(
    ("name", "kind", "label"),
    [
        ("Vorlage 12-2026.pdf", "application/pdf", "Vorlage 12-2026.pdf"),
        ("Übersicht Gebühren.xlsx", "application/x", "Übersicht Gebühren.xlsx"),
        ("U\u0308bersicht.pdf", "application/pdf", "Übersicht.pdf"),
        ("../../../etc/passwd", "text/plain", "passwd.txt"),
        ("C:\\Dokumente\\Anne\\antrag.doc", "application/msword", "antrag.doc"),
        ("Vorlage 12/2026.pdf", "application/pdf", "Vorlage 12_2026.pdf"),
        ("Antrag SPD/Grüne.pdf", "application/pdf", "Antrag SPD_Grüne.pdf"),
        ("/home/anne/antrag.pdf", "application/pdf", "antrag.pdf"),
        ("~/antrag.pdf", "application/pdf", "antrag.pdf"),
        ("C:antrag/neu.pdf", "application/pdf", "neu.pdf"),
        ("file:///home/anne/antrag.pdf", "application/pdf", "antrag.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "application/pdf", "a Set-Cookie_ x.pdf"),
        ("antrag\u202efdp.exe", "application/pdf", "antragfdp.exe"),
        ("<img src=x onerror=alert(1)>.pdf", "application/pdf", "_img src=x onerror=alert(1)_.pdf"),
        ("rechnung.pdf                                            .exe", "application/pdf", "rechnung.pdf .exe"),
        ("rechnung.pdf...", "application/pdf", "rechnung.pdf"),
        ("rechnung.pdf. . ", "application/pdf", "rechnung.pdf"),
        (".htaccess", "text/plain", "htaccess.txt"),
        ("..", "application/pdf", "anhang-1.pdf"),
        ("-rf", "application/pdf", "rf.pdf"),
        ("--help.pdf", "application/pdf", "help.pdf"),
        (".-. -x.pdf", "application/pdf", "x.pdf"),
        ("---", "application/pdf", "anhang-1.pdf"),
        ("Vorlage -neu-.pdf", "application/pdf", "Vorlage -neu-.pdf"),
        ("", "application/pdf", "anhang-1.pdf"),
        (None, "image/png", "anhang-1.png"),
        (None, "application/x-unheard", "anhang-1.dat"),
        ("   ", "text/calendar", "anhang-1.ics"),
        ("con.txt", "text/plain", "_con.txt"),
        ("LPT1", "application/pdf", "_LPT1.pdf"),
        ("a\x00b.pdf", "application/pdf", "ab.pdf"),
        ("\u200b\u200e.pdf", "application/pdf", "pdf.pdf"),
        ("CON\u200b.pdf", "application/pdf", "_CON.pdf"),
        ('a"b|c?d*e.pdf', "application/pdf", "a_b_c_d_e.pdf"),
        ("x" * 300 + ".pdf", "application/pdf", "x" * 116 + ".pdf"),
        ("x" * 300, "application/pdf", "x" * 116 + ".pdf"),
        ("a." + "x" * 300, "application/pdf", ("a." + "x" * 300)[:120]),
        ("\ud800.pdf", "application/pdf", "\ufffd.pdf"),
        ("message", "message/rfc822", "message.eml"),
    ],
)
def test_forms(name: str | None, kind: str, label: str) -> None:
    assert filenames.label(name, kind, 1) == label


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (b"%PDF-1.7", ".pdf"),
        (b"\xff\xd8\xff\xe0", ".jpg"),
        (b"PK\x03\x04 word/document.xml", ".docx"),
        (b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.text", ".odt"),
        (b"PK\x03\x04 plan.pdf", ".zip"),
    ],
)
def test_a_type_that_says_nothing_is_told_by_the_first_bytes(content: bytes, ending: str) -> None:
    assert filenames.label(None, "application/octet-stream", 1, content) == f"anhang-1{ending}"
    assert filenames.label("Satzung", "application/octet-stream", 1, content) == f"Satzung{ending}"
    assert filenames.label("Satzung.xyz", "application/octet-stream", 1, content) == "Satzung.xyz"


def test_a_name_of_ours_is_never_the_reason_to_refuse_a_file() -> None:
    name = filenames.label(None, "application/octet-stream", 1, b"?")
    assert enclosures.verdict(Enclosure(name, "application/octet-stream", b"?")).welcome


@given(ANY, st.sampled_from(["application/pdf", "text/plain", "x/y"]))
def test_any_name_is_harmless(name: str, kind: str) -> None:
    label = filenames.label(name, kind, 3)
    assert label == filenames.label(name, kind, 3)
    assert 0 < len(label) <= filenames.LONGEST
    assert not set(label) & set('/\\<>:"|?*\n\r\t\x00')
    assert label not in (".", "..")
    assert not label.endswith((".", " "))
    assert not label.startswith((".", "-", " "))
    assert label.encode("utf-8")
