"""Any label and any bytes give text; the labels that are wrong in practice give the right one."""

# R79
from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbridge.inbound.parsing import charsets

LABELS = [
    None, "", "utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "koi8-r", "gb2312", "big5",
    "shift_jis", "iso-2022-jp",
    "utf-7", "utf-16", "utf-32", "hex", "zlib", "bz2", "base64", "rot13", "idna", "punycode", "undefined", "unicode_escape",
    "raw_unicode_escape", "mbcs", "utf\x0008", "x-unknown", "DEFAULT", "../../etc/passwd", "a" * 5000, "utf-8\r\nBcc: x", "ä",
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "label", "text", "problem"),
    [
        ("Grüße".encode(), "utf-8", "Grüße", None),
        ("Grüße".encode("latin-1"), "iso-8859-1", "Grüße", None),
        ("„Grüße“ – 5 €".encode("cp1252"), "iso-8859-1", "„Grüße“ – 5 €", None),  # Outlook
        ("Grüße".encode("latin-1"), "utf-8", "Grüße", "charset-wrong"),  # scripts that trust their editor
        ("Grüße".encode("latin-1"), None, "Grüße", "charset-wrong"),
        ("Grüße".encode(), "iso-8859-1", "Grüße", "charset-wrong"),  # gateways that add a label
        ("Grüße".encode(), "us-ascii", "Grüße", None),
        ("Grüße".encode("latin-1"), "us-ascii", "Grüße", "charset-wrong"),
        ("Grüße".encode("iso8859-15"), "ISO-8859-15", "Grüße", None),
        ("镕".encode("gb18030"), "gb2312", "镕", None),
        ("Grüße".encode(), "hex", "Grüße", "charset-unknown"),
        ("Grüße".encode(), "x-unknown", "Grüße", None),
        ("Straße äöü".encode()[:-1], "utf-8", "Straße äö\ufffd", "charset-broken"),  # cut in a letter
        (b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe", "cp1252", "Grüße", None),
        (b"\xff\xfeG\x00r\x00", "utf-8", "Gr", None),
    ],
)
def test_what_senders_mean(data: bytes, label: str | None, text: str, problem: str | None) -> None:
    assert charsets.decode(data, label) == (text, problem)


def test_utf_7_is_read_as_text_and_never_as_markup() -> None:
    data = b"+ADw-script+AD4- Gr+APw-n"
    assert charsets.decode(data, "utf-7")[0] == "<script> Grün"
    assert "<" not in charsets.decode(data, "utf-7", markup=True)[0]


@pytest.mark.parametrize("label", LABELS)
@settings(max_examples=15)
@given(data=st.binary(max_size=200))
def test_no_label_raises(label: str | None, data: bytes) -> None:
    for markup in (False, True):
        text, _ = charsets.decode(data, label, markup=markup)
        assert isinstance(text, str)
