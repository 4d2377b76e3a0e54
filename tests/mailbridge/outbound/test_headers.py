"""Header fields: what people write arrives as they wrote it, and never becomes a header of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest

from mailbridge.outbound import headers, mime

INJECTIONS = (
    "x\r\nBcc: dora@fremd.example", "x\nBcc: dora@fremd.example", "x\rBcc: dora@fremd.example", "x\r\n\r\n<h1>body</h1>",
    "\r\nX: y",
    "x\r\n\tX: y", "x\r\n X: y", "x\n\nbody", "x\x00y", "\x00", "x\x0bX: y", "x\x0cX: y", "x\x1cX: y", "x\x1dX: y", "x\x1eX: y",
    "x\x85X: y", "x\u2028X: y", "x\u2029X: y", "x\x7fy", "x\x1b[31my", "x\x08y", "x\ty\nX: z", "x\r", "x\n", "\rx", "\nx",
    "x\r\n.\r\nMAIL FROM:<a@b.example>", "x\n.\nQUIT", "x\r.\r", "x\ud800y", "x\udfffy", "\ud83d", "x\r\r\nX: y", "x\n\rX: y",
    "x\x80y", "x\x9fy", "a@b.example>\r\nCc: <c@d.example", "a@b.example\nCc: c@d.example", "=?utf-8?q?x?=\r\nX: y", "x\x1f\r\n",
)  # fmt: skip

WRITERS: dict[str, Callable[[str], bytes]] = {
    "Subject": lambda value: headers.text("Subject", value),
    "From name": lambda value: headers.mailbox("From", value, "finanzen@ratspost.localhost"),
    "From address": lambda value: headers.mailbox("From", "Anne", value),
    "To": lambda value: headers.plain("To", value),
    "Message-ID": lambda value: headers.ids("Message-ID", [value]),
    "References": lambda value: headers.ids("References", ["<a@b.example>", value]),
    "List-Post": lambda value: headers.links("List-Post", [value]),
}


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw + b"\r\n", policy=policy.default)


def test_there_are_forty_injections() -> None:
    assert len(set(INJECTIONS)) == 40


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize("value", INJECTIONS, ids=ascii)
def test_no_field_takes_line_ends_or_controls(write: Callable[[str], bytes], value: str) -> None:  # R38
    with pytest.raises(headers.BadHeader) as refused:
        write(value)
    assert "Bcc" not in str(refused.value)


@pytest.mark.parametrize("value", INJECTIONS, ids=ascii)
def test_made_one_line_they_are_harmless(value: str) -> None:  # R38
    raw = headers.text("Subject", headers.one_line(value)) + headers.mailbox("From", headers.one_line(value), "a@b.example")
    mail = parsed(raw)
    assert mail.keys() == ["Subject", "From"]
    assert mail["Subject"] == headers.one_line(value)
    assert [box.addr_spec for box in mail["From"].addresses] == ["a@b.example"]


@pytest.mark.parametrize("value", INJECTIONS, ids=ascii)
def test_a_file_name_is_one_parameter(value: str) -> None:  # R38
    part = message_from_bytes(mime.file_part(value, "text/plain", b"x").as_bytes(), policy=policy.default)
    assert sorted(part.keys()) == ["Content-Disposition", "Content-Transfer-Encoding", "Content-Type"]
    assert part.get_filename() == (headers.one_line(value) or "datei")


@pytest.mark.parametrize(
    "subject",
    [
        "[Finanzen · Bottrop] Hebesätze 2027",
        "Plain words",
        "ß" * 300,
        "Wort " * 60 + "Ende",
        "A" * 2_000,
        "=?utf-8?q?Vorsicht?=",
        "Заявление и 提案 und 🏛️ in einem",
        'Zeichen ()<>@,;:\\"/[]?=. alle',
        "",
    ],
)
def test_a_subject_reads_back_as_it_was(subject: str) -> None:
    raw = headers.text("Subject", subject)
    assert all(len(line) <= headers.WANTED_LINE for line in raw.decode("ascii").split("\r\n"))
    assert parsed(raw)["Subject"] == subject


@pytest.mark.parametrize(
    "name",
    [
        "Anna Muster (Rat Bottrop)",
        "Jörg Müßig (Rat Bergisch Gladbach)",
        'Die "Neue" \\ Fraktion',
        "Łukasz Żółć",
        "x" * 280,
        "a, b; c",
        "ö" * 200,
    ],
)
def test_a_display_name_reads_back_as_it_was(name: str) -> None:
    raw = headers.mailbox("From", name, "finanzen.bottrop@ratspost.localhost")
    box = parsed(raw)["From"].addresses[0]
    assert box.addr_spec == "finanzen.bottrop@ratspost.localhost"
    if raw.count(b"=?") > 1:  # the policy of Python 3.11 puts blanks between neighbouring encoded words of a name
        phrase = raw.decode("ascii").removeprefix("From: ").partition("<")[0].strip()
        assert str(make_header(decode_header(phrase))) == name
    else:
        assert box.display_name == name
    assert all(len(line) <= headers.WANTED_LINE + 5 for line in raw.decode("ascii").split("\r\n"))


def test_a_plain_name_is_quoted_as_it_stands() -> None:
    raw = headers.mailbox("From", "Anna Muster (Rat Bottrop)", "finanzen.bottrop@x.example")
    assert raw == b'From: "Anna Muster (Rat Bottrop)" <finanzen.bottrop@x.example>\r\n'


def test_long_ids_are_never_cut() -> None:
    ids = [f"<{'x' * 190}{number}@rat.example>" for number in range(41)]
    raw = headers.ids("References", ids)
    assert max(map(len, raw.split(b"\r\n"))) <= headers.LONGEST_LINE
    assert b" ".join(raw.split()[1:]).decode() == " ".join(ids)


def test_a_line_that_cannot_be_folded_is_refused() -> None:
    with pytest.raises(headers.BadHeader):
        headers.ids("Message-ID", [f"<{'x' * 998}@rat.example>"])


@pytest.mark.parametrize(
    "address", ["", "anne", "anne@", "@rat.example", "an ne@rat.example", "<anne@rat.example>", "änne@rat.example"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(headers.BadHeader):
        headers.mailbox("To", "", address)


def test_a_date_is_english_and_utc_in_every_locale() -> None:
    summer = dt.datetime(2026, 5, 3, 14, 5, 9, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    assert headers.date("Date", summer) == b"Date: Sun, 03 May 2026 12:05:09 +0000\r\n"
