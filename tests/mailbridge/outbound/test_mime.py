"""Bodies and files: short 7-bit lines that end in CRLF, whatever goes in (R39)."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from mailbridge.outbound import mime

TEXTS = {
    "umlauts": "Größe, Maß und Übermut",
    "long line": "Wort " * 5_000,
    "no blank": "ü" * 3_000,
    "bare ends": "a\rb\r\nc\nd",
    "controls": "a\x00b\x01c\x1bd\x7fe",
    "dots": ".\n..\n.\r\n.",
    "from": "From hier\nFrom dort",
    "signature": "Text\n-- \nAnne",
    "trailing": "blank \ntab\t\nEnde",
    "surrogate": "a\ud800b",
    "empty": "",
    "emoji": "🏛️" * 500,
    "tabs": "\tA\tB\t",
    "other separators": "a\x0bb\x0cc\x1cd\x85e\u2028f",
}


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def check_lines(raw: bytes) -> None:
    assert raw.isascii()
    assert b"\x00" not in raw
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) <= 78


@pytest.mark.parametrize("content", TEXTS.values(), ids=TEXTS)
def test_a_text_arrives_in_short_seven_bit_lines(content: str) -> None:  # R39
    raw = mime.text_part(content, "plain").as_bytes()
    check_lines(raw)
    assert not any(line.startswith(b"From ") for line in raw.split(b"\r\n"))
    wanted = "".join(
        sign for sign in content.replace("\r\n", "\n").replace("\r", "\n") if sign in "\n\t" or (sign >= " " and sign != "\x7f")
    )
    wanted = "".join(sign for sign in wanted if not 0xD800 <= ord(sign) <= 0xDFFF)
    assert parsed(raw).get_content().replace("\r\n", "\n").rstrip("\n") == wanted.rstrip("\n")


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("application/pdf", "application/pdf"),
        ("TEXT/HTML", "text/html"),
        ("message/rfc822", "application/octet-stream"),
        ("multipart/mixed", "application/octet-stream"),
        ("/", "application/octet-stream"),
        ("text/plain\r\nX: y", "application/octet-stream"),
        ("text/plain; charset=x", "application/octet-stream"),
    ],
)
def test_a_file_has_a_media_type_that_exists(given: str, sent: str) -> None:
    assert parsed(mime.file_part("a.bin", given, b"x").as_bytes()).get_content_type() == sent


@pytest.mark.parametrize(
    "name",
    [
        "haushalt.pdf",
        'ein "Name".pdf',
        "Haushaltsplan Übersicht 2027.pdf",
        "ü" * 150 + ".pdf",
        "x" * 156 + ".pdf",
        "提案.odt",
        "a;b=c%20'd'.txt",
    ],
)
def test_a_file_name_survives(name: str) -> None:
    raw = mime.file_part(name, "application/pdf", b"\x00\xff" * 500).as_bytes()
    check_lines(raw)
    part = parsed(raw)
    assert part.get_filename() == name
    assert part.get_content() == b"\x00\xff" * 500
    assert part.get_content_disposition() == "attachment"


def test_parts_nest_and_come_out_the_same_each_time() -> None:
    def make() -> bytes:
        both = mime.multipart("alternative", [mime.text_part("a", "plain"), mime.text_part("<p>a</p>", "html")], "<id@x>")
        return mime.multipart("mixed", [both, mime.file_part("a.txt", "text/plain", b"=_ --=_mixed")], "<id@x>").as_bytes()

    mail = parsed(make())
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/plain",
    ]  # fmt: skip
    assert [part.defects for part in mail.walk()] == [[]] * 5
    assert make() == make()
