"""winmail.dat gives its text and its files; what is cut or no TNEF at all does no harm."""

# R89
from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbridge.inbound import parse
from mailbridge.inbound.parsing import rtf, tnef
from tests.mailbridge.inbound.mails import mail, multipart

RTF = r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}Gr\'fc\'dfe aus \{Bottrop\}\par Zeile \u8222?zwei\u8220?\tab Ende}"


def compressed(text: str) -> bytes:
    """RTF as Outlook packs it, but without saving anything: every control byte announces eight plain letters."""
    raw = text.encode("latin-1")
    packed = b"".join(b"\x00" + raw[start : start + 8] for start in range(0, len(raw), 8))
    return struct.pack("<II4sI", len(packed) + 12, len(raw), b"LZFu", 0) + packed


def attribute(level: int, number: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", level, number, 6, len(value)) + value + b"\x00\x00"


def properties(*rows: tuple[int, int, bytes]) -> bytes:
    """MAPI properties of variable length."""
    packed = struct.pack("<I", len(rows))
    for kind, number, value in rows:
        packed += struct.pack("<HHII", kind, number, 1, len(value)) + value + b"\x00" * (-len(value) % 4)
    return packed


def winmail(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x9007, struct.pack("<II", 1252, 0)) + b"".join(attributes)


def file(name: str, content: bytes) -> bytes:
    long = properties((0x1F, 0x3707, (name + "\x00").encode("utf-16-le")), (0x1E, 0x370E, b"application/pdf\x00"))
    return (
        attribute(2, 0x9002, b"\x00" * 14)
        + attribute(2, 0x8010, b"ANTRAG~1.PDF\x00")
        + attribute(2, 0x800F, content)
        + attribute(2, 0x9005, long)
    )


TEXT = attribute(1, 0x9003, properties((0x1F, 0x1000, "Grüße\r\naus Bottrop\x00".encode("utf-16-le"))))
HTML = attribute(1, 0x9003, properties((0x102, 0x1013, "<p>Grüße</p>".encode("cp1252"))))
PACKED = attribute(1, 0x9003, properties((0x102, 0x1009, compressed(RTF))))


def test_text_and_files() -> None:
    opened = tnef.open_(winmail(TEXT, file("Antrag Müller.pdf", b"%PDF"), file("zwei.pdf", b"2")))
    assert opened is not None
    assert opened.text == "Grüße\r\naus Bottrop"
    assert opened.files == [("Antrag Müller.pdf", "application/pdf", b"%PDF"), ("zwei.pdf", "application/pdf", b"2")]


def test_html() -> None:
    opened = tnef.open_(winmail(HTML))
    assert opened is not None
    assert opened.html == "<p>Grüße</p>"


def test_rtf_is_the_text_when_there_is_no_other() -> None:
    opened = tnef.open_(winmail(PACKED))
    assert opened is not None
    assert opened.text == "Grüße aus {Bottrop}\nZeile „zwei“\tEnde"


def test_rtf_that_refers_back() -> None:
    # "{\rtf1" stands at 0 of the primed window; one reference (offset 0, six letters), then " Ja", then the end mark
    window = 207
    packed = b"\x11" + struct.pack(">H", 0 << 4 | 4) + b" Ja" + struct.pack(">H", (window + 9) << 4)
    data = struct.pack("<II4sI", len(packed) + 12, 9, b"LZFu", 0) + packed
    assert rtf.text(data) == "Ja"


def test_a_mail_of_winmail_alone_is_readable() -> None:
    read = parse.read(
        mail(winmail(TEXT, file("a.pdf", b"%PDF")), "Content-Type: application/ms-tnef", Content_Transfer_Encoding="binary")
    )
    assert read.text == "Grüße\naus Bottrop"
    assert [(one.filename, one.content) for one in read.enclosures] == [("a.pdf", b"%PDF")]


def test_the_plain_part_beside_it_wins() -> None:
    part = b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: binary\r\n\r\n" + winmail(HTML)
    read = parse.read(multipart("mixed", "Content-Type: text/plain\r\n\r\nGuten Tag", part))
    assert (read.text, read.html, read.enclosures) == ("Guten Tag", None, ())


def test_what_is_no_tnef_stays_a_file() -> None:
    read = parse.read(mail("kein TNEF", 'Content-Type: application/ms-tnef; name="winmail.dat"'))
    assert [one.filename for one in read.enclosures] == ["winmail.dat"]
    assert "tnef-broken" in read.problems


@pytest.mark.parametrize("cut", range(0, 400, 7))
def test_cut_anywhere(cut: int) -> None:
    whole = winmail(TEXT, file("a.pdf", b"%PDF"), PACKED)
    opened = tnef.open_(whole[:cut])
    assert (opened is None) == (cut < 6)


@given(st.binary(max_size=300), st.integers(0, 600))
def test_any_damage(junk: bytes, position: int) -> None:
    whole = winmail(TEXT, file("a.pdf", b"%PDF"), PACKED)
    tnef.open_(whole[:position] + junk + whole[position:])
    tnef.open_(winmail(junk))
    rtf.text(struct.pack("<II4sI", 0, 0, b"LZFu", 0) + junk)
