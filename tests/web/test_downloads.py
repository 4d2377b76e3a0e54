"""Attachments: always a download, with our own type, in a sandbox (R86)."""

from __future__ import annotations

import io

import pytest

from forum.web import filetypes
from forum.web.downloads import disposition
from tests.web.conftest import Browser
from tests.web.test_composer import start


def attach(browser: Browser, content: bytes, filename: str, claimed: str = "text/html") -> None:
    start(browser, dateien=(io.BytesIO(content), filename, claimed))


def test_a_file_comes_back_byte_for_byte(anne: Browser, birol: Browser, dora: Browser) -> None:
    content = bytes(range(256)) * 40
    attach(anne, content, "Übersicht 2027.pdf")
    page = birol.page("/faden/1")
    assert "Übersicht 2027.pdf" in page
    assert "10 kB" in page
    answer = birol.get("/anhang/1/Übersicht 2027.pdf")
    assert answer.data == content
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="_bersicht 2027.pdf"')
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert dora.get("/anhang/1/x").status_code == 302
    assert birol.get("/anhang/1/anders.html").headers["Location"].startswith("/anhang/1/")
    assert birol.get("/anhang/2/x").status_code == 404


def test_a_withdrawn_post_takes_its_files_along(anne: Browser) -> None:
    attach(anne, b"x", "a.txt")
    anne.post("/beitrag/1/zurueckziehen")
    assert anne.get("/anhang/1/a.txt").status_code == 404


@pytest.mark.parametrize("name", ["seite.odd", "bild.pdf.unbekannt", "ohne"])
def test_what_we_do_not_know_is_octets(name: str) -> None:
    assert filetypes.of(name) == "application/octet-stream"


def test_a_name_cannot_break_the_header() -> None:
    assert disposition('a"b\\c%\r\nd.txt').splitlines() == [
        "attachment; filename=\"a_b_c___d.txt\"; filename*=UTF-8''a%22b%5Cc%25%0D%0Ad.txt"
    ]
