"""The first look at a mail: its id, what it answers, its date."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from mailbridge.archive import glance, read_mbox
from mailbridge.archive.glance import Entry
from tests.mailbridge.archive.conftest import letter, mbox

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def look(tmp_path: Path, mail: bytes) -> Entry:
    return glance.look(next(read_mbox.places(mbox(tmp_path, mail))), NOW)


def test_in_reply_to_comes_before_references_and_those_from_the_end(tmp_path: Path) -> None:
    found = look(tmp_path, letter("d", answers="c", refs=["a", "b", "c", "d"]))
    assert found.key == "<d@alt.example>"
    assert found.ancestors == ("<c@alt.example>", "<b@alt.example>", "<a@alt.example>")
    assert found.date == dt.datetime(2024, 9, 1, 8, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "ancestors", "loose"),
    [
        ('Message from Anne <anne@x.example> of "Mon, 2 Sep." <b@x.example>', ["<anne@x.example>", "<b@x.example>"], 1),
        ('Message from "A. Muster"\r\n <anne@x.example> of "Mon, 2 Sep."', ["<anne@x.example>"], 1),
        ('Message from liste@x.example of "Mon, 2 Sep." <b@x.example>', ["<b@x.example>"], 0),
        ("Your message of Monday <b@x.example>", ["<b@x.example>"], 0),
        ("b@x.example", ["<b@x.example>"], 0),
        ("Nachricht von anne@x.example am Montag", ["<anne@x.example>"], 1),
    ],
)
def test_an_address_among_words_is_not_missed(tmp_path: Path, value: str, ancestors: list[str], loose: int) -> None:
    found = look(tmp_path, letter("x", fields=f"In-Reply-To: {value}"))
    assert found.ancestors == tuple(ancestors)
    assert {one for one in ancestors if one in found.loose} == set(ancestors[:loose])


def test_without_an_id_the_same_mail_gets_the_same_one(tmp_path: Path) -> None:
    mail = letter("x").replace(b"Message-ID: <x@alt.example>\r\n", b"")
    once = look(tmp_path, mail)
    again = look(tmp_path, b"Received: from a by b; Mon, 2 Sep 2024 10:00:00 +0200\r\n" + mail.replace(b"\r\n", b"\n") + b"\n")
    other = look(tmp_path, mail.replace(b"Das ist x", b"Das ist y"))
    assert once.key == again.key != other.key
    assert once.key.endswith("@ratspost.invalid>")


def test_an_id_that_breaks_the_grammar_can_still_be_answered(tmp_path: Path) -> None:
    assert look(tmp_path, letter("x").replace(b"<x@alt.example>", b"<kein at zeichen>")).key == "<keinatzeichen>"


@pytest.mark.parametrize(
    ("date", "line", "received", "expected"),
    [
        (b"Sat, 01 Jan 2050 00:00:00 +0000", b"From a Mon Sep  2 10:00:00 2024", b"", dt.datetime(2024, 9, 2, 10, tzinfo=dt.UTC)),
        (b"gestern", b"From a", b"Received: by b; Tue, 3 Sep 2024 10:00:00 +0200", dt.datetime(2024, 9, 3, 8, tzinfo=dt.UTC)),
        (b"gestern", b"From a", b"", None),
        (b"Sun, 22 Nov 2026 13:00:00 +0000", b"From a", b"", NOW),
    ],
)
def test_dates(tmp_path: Path, date: bytes, line: bytes, received: bytes, expected: dt.datetime | None) -> None:
    mail = letter("x").replace(b"01 Sep 2024 10:00:00 +0200", date)
    path = tmp_path / "a.mbox"
    path.write_bytes(line + b"\n" + (received + b"\r\n" if received else b"") + mail)
    assert glance.look(next(read_mbox.places(path)), NOW).date == expected


@pytest.mark.parametrize("content", [b"\x00\x01\x02 nichts davon ist eine Mail", b"X: " + b"y" * 200_000, b"\n\nnur Text\n"])
def test_what_is_no_mail_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken"
    path.write_bytes(content)
    with pytest.raises(glance.NoMail):
        glance.look(next(read_mbox.places(path)), NOW)
