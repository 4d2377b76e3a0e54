"""Which files travel on: what councils send does, what runs on somebody's desk waits."""

# R88
from __future__ import annotations

import io
import zipfile

import pytest

from mailbridge.inbound import enclosures
from mailbridge.inbound.mail import Enclosure


def packed(*names: str, encrypted: bool = False) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    content = bytearray(buffer.getvalue())
    if encrypted:
        content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def verdict(name: str, content: bytes = b"x", kind: str = "application/octet-stream") -> tuple[bool, str | None]:
    found = enclosures.verdict(Enclosure(name, kind, content))
    return found.welcome, found.reason


WELCOME = [
    ("Vorlage.pdf", b"%PDF-1.7"),
    ("Antrag der Fraktion.docx", packed("[Content_Types].xml", "word/document.xml")),
    ("Haushalt.xlsx", packed("[Content_Types].xml", "xl/workbook.xml")),
    ("Rede.odt", packed("mimetype", "content.xml")),
    ("Tabelle.xlsx", packed("[Content_Types].xml", "xl/printerSettings/printerSettings1.bin")),
    ("Rechnung.xml", b'<?xml version="1.0" encoding="UTF-8"?><ubl:Invoice xmlns:ubl="urn:oasis:names"/>'),
    ("Haushalt.xml", "\ufeff<?xml version='1.0' encoding='utf-16'?><zeilen/>".encode("utf-16-le")),
    ("Bild.JPG", b"\xff\xd8\xff"),
    ("alt.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 ohne Makros"),
    ("Unterlagen.zip", packed("Vorlage.pdf", "Plan.png", "seite.html")),
    ("Dr. Com. Meier.pdf", b"%PDF"),
    ("Sitzung vom 3.4.2025", b"text"),
    ("1. Nachtrag.pdf", b"%PDF"),
    ("Rat.com.pdf", b"%PDF"),
    ("haushalt.url.pdf", b"%PDF"),
    ("Anleitung setup.exe.pdf", b"%PDF"),
    ("www.stadt.com.docx", packed("[Content_Types].xml", "word/document.xml")),
    ("exe", b"text"),
    ("py", b"text"),
    ("Liste.csv", b"MZ;Menge\n1;2"),
    ("liesmich.txt", b"#! kein Skript"),
    ("termin.ics", b"BEGIN:VCALENDAR"),
    ("message.eml", b"From: x"),
]

HELD = [
    ("setup.exe", b"x", "program"),
    ("SETUP.EXE", b"x", "program"),
    ("rechnung.pdf.exe", b"x", "program"),
    ("vorlage.pdf.lnk", b"x", "shortcut"),
    ("vorlage.docx.js", b"x", "script"),
    ("Foto.jpg                    .exe", b"x", "program"),
    ("rechnung.exe.pdf", b"MZ\x90\x00", "program"),
    ("rechnung.pdf .scr", b"x", "program"),
    ("rechnung.exe.", b"x", "program"),
    ("vorlage.pdf", b"MZ\x90\x00", "program"),
    ("vorlage.pdf", b"\x7fELF", "program"),
    ("a.js", b"x", "script"),
    ("a.vbs", b"x", "script"),
    ("a.hta", b"x", "script"),
    ("a.ps1", b"x", "script"),
    ("a.bat", b"x", "program"),
    ("a.jar", b"x", "program"),
    ("hilfe.chm", b"x", "script"),
    ("bild.png", b"#!/bin/sh", "script"),
    ("a.lnk", b"x", "shortcut"),
    ("foto.jpg", b"L\x00\x00\x00\x01\x14\x02\x00", "shortcut"),
    ("a.url", b"x", "shortcut"),
    ("a.iso", b"x", "disk image"),
    ("a.img", b"x", "disk image"),
    ("a.docm", b"x", "macros"),
    ("a.xlsb", b"x", "macros"),
    ("a.docx", packed("[Content_Types].xml", "word/vbaProject.bin"), "macros"),
    ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le"), "macros"),
    ("a.one", b"x", "macros"),
    ("a.svg", b"<svg>", "active document"),
    ("a.html", b"<p>", "active document"),
    ("a.xml", b'<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><a/>', "active document"),
    ("a.xml", b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><a/>', "active document"),
    ("a.xml", b'<x:html xmlns:x="http://www.w3.org/1999/xhtml"><x:script/></x:html>', "active document"),
    ("a.xml", '<?xml version="1.0" encoding="utf-16"?><svg/>'.encode("utf-16-le"), "active document"),
    ("a.xml", b'<?xml version="1.0" encoding="utf-7"?>+ADw-svg+AD4-', "active document"),
    ("a.xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "active document"),
    ("a.zip", packed("[Content_Types].xml", "setup.exe"), "program"),
    ("a.zip", packed("mimetype", "setup.js"), "script"),
    ("a.zip", packed("x" * 400 + ".exe"), "program"),
    ("a.zip", packed(*(f"{n}.txt" for n in range(2_000)), "setup.exe"), "archive is too large"),
    ("a.zip", packed("innen/setup.exe"), "program"),
    ("a.zip", packed("rechnung.pdf.js"), "script"),
    ("a.zip", packed("geheim.pdf", encrypted=True), "encrypted archive"),
    ("a.zip", b"PK\x03\x04 kaputt", "archive is broken"),
    ("a.rar", b"Rar!", "archive that is not opened"),
    ("bild.png", b"7z\xbc\xaf\x27\x1c", "archive that is not opened"),
]


@pytest.mark.parametrize(("name", "content"), WELCOME, ids=[name for name, _ in WELCOME])
def test_welcome(name: str, content: bytes) -> None:
    assert verdict(name, content) == (True, None)


@pytest.mark.parametrize(("name", "content", "reason"), HELD)
def test_held(name: str, content: bytes, reason: str) -> None:
    assert verdict(name, content) == (False, reason)


def test_every_reason_is_known() -> None:
    assert {reason for *_, reason in HELD} <= set(enclosures.REASONS)


@pytest.mark.parametrize(("kind", "reason"), [("application/x-msdownload", "program"), ("text/html", "active document")])
def test_the_type_can_only_add_to_the_verdict(kind: str, reason: str) -> None:
    assert verdict("harmlos.pdf", kind=kind) == (False, reason)
