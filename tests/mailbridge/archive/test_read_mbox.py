"""Cutting an archive into mails: what begins one, what only looks like it, and what is put back as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbridge.archive import read_mbox
from mailbridge.archive.read_mbox import LARGEST, Place

FIRST = b"Subject: eins\n\nHallo.\n"
SECOND = b"Subject: zwei\n\nGuten Tag.\n"
LINE = b"From anne@rat.example Mon Sep  2 10:00:00 2024\n"


def read(tmp_path: Path, content: bytes) -> list[bytes]:
    path = tmp_path / "a.mbox"
    path.write_bytes(content)
    return [place.read() for place in read_mbox.places(path)]


def test_two_mails(tmp_path: Path) -> None:
    assert read(tmp_path, LINE + FIRST + b"\n" + LINE + SECOND + b"\n") == [FIRST, SECOND]


def test_windows_line_ends(tmp_path: Path) -> None:
    content = (LINE + FIRST + b"\n" + LINE + SECOND + b"\n").replace(b"\n", b"\r\n")
    assert read(tmp_path, content) == [FIRST.replace(b"\n", b"\r\n"), SECOND.replace(b"\n", b"\r\n")]


def test_a_sentence_that_begins_with_from_is_no_mail(tmp_path: Path) -> None:
    told = b"Subject: drei\n\nWie gesagt:\n\nFrom 2024 on we pay more.\nThat is all.\n\nFrom here: to there.\n"
    assert read(tmp_path, LINE + told + b"\n" + LINE + SECOND) == [told, SECOND]


def test_a_missing_blank_line_before_a_strict_line_is_forgiven(tmp_path: Path) -> None:
    assert read(tmp_path, LINE + FIRST + LINE + SECOND) == [FIRST, SECOND]


def test_escapes_are_taken_off_once(tmp_path: Path) -> None:
    escaped = b"Subject: vier\n\n>From me\n>>From you\n> From\n"
    assert read(tmp_path, LINE + escaped) == [b"Subject: vier\n\nFrom me\n>From you\n> From\n"]


@pytest.mark.parametrize("body", [b"From me\n", b">From me\n>>>From you\n", b"From \n\nFrom x Mon Sep  2 10:00:00 2024\nA: b\n"])
def test_whatever_is_boxed_comes_out_the_same(tmp_path: Path, body: bytes) -> None:
    mail = b"Subject: hin und her\n\n" + body
    assert read(tmp_path, LINE + read_mbox.boxed(mail) + b"\n" + LINE + SECOND) == [mail, SECOND]


def test_a_single_mail_is_an_archive_too(tmp_path: Path) -> None:
    assert read(tmp_path, FIRST) == [FIRST]
    assert read(tmp_path, b"") == []


def test_a_maildir_and_a_folder(tmp_path: Path) -> None:
    for name in ("cur", "new", "tmp"):
        (tmp_path / "box" / name).mkdir(parents=True)
    (tmp_path / "box" / "cur" / "1.a:2,S").write_bytes(FIRST)
    (tmp_path / "box" / "new" / "2.a").write_bytes(SECOND)
    (tmp_path / "box" / "tmp" / "3.a").write_bytes(b"half")
    found = list(read_mbox.places(tmp_path / "box"))
    assert [(place.number, place.read()) for place in found] == [(1, FIRST), (2, SECOND)]
    assert read_mbox.total_size(tmp_path / "box") == len(FIRST) + len(SECOND)
    assert [place.read() for place in read_mbox.places(tmp_path / "box" / "new")] == [SECOND]


def test_the_mbox_line_is_kept_for_its_date(tmp_path: Path) -> None:
    path = tmp_path / "a.mbox"
    path.write_bytes(LINE + FIRST)
    assert [place.from_line() for place in read_mbox.places(path)] == [LINE.rstrip()]


def test_a_mail_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="100 MB"):
        Place(tmp_path / "none", 0, LARGEST + 1, 1, True).read()


def test_very_long_lines_do_not_matter(tmp_path: Path) -> None:
    long = b"Subject: lang\n\n" + b"x" * 2_500_000 + b"\n"
    assert read(tmp_path, LINE + long + b"\n" + LINE + SECOND) == [long, SECOND]
