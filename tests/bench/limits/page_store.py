"""A small SQLite archive with full-text search of 10,000 invented mails, for the page and search limits."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path

from tests.bench.council_mail import CouncilMail, Mail
from tests.bench.figures import emit

MAILS = 10_000
_SCHEMA = """pragma journal_mode=wal;
create table thread(id integer primary key, title text);
create table post(id integer primary key, thread_id integer references thread, mid text unique, author text, at text,
                  subject text, body text);
create index post_thread on post(thread_id, id);
create virtual table fts using fts5(subject, body, content='post', content_rowid='id',
                                    tokenize='unicode61 remove_diacritics 2');"""


def made(folder: Path) -> Path:
    """The archive in this folder, filled if it is not there yet; emits how fast that went."""
    path = folder / "page.db"
    if not path.exists():
        mails = list(CouncilMail(7).archive(MAILS))
        seconds = _fill(path, mails)
        emit(
            "limit-page", "import_10k", MAILS / seconds, "messages/s", higher_is_better=True,
            note="SQLite inserts of post + FTS5 in one transaction, text already parsed",
            config={"db_MiB": path.stat().st_size / 2**20},
        )  # fmt: skip
    return path


def biggest_thread(path: Path) -> int:
    """The id of the thread with the most posts."""
    rows = sqlite3.connect(path).execute("select thread_id from post group by 1 order by count(*) desc limit 1")
    found: int = rows.fetchone()[0]
    return found


def _fill(path: Path, mails: Iterable[Mail]) -> float:
    database = sqlite3.connect(path)
    database.executescript(_SCHEMA)
    threads: dict[str, int | None] = {}
    start = time.perf_counter()
    for mail in mails:
        if mail.root not in threads:
            threads[mail.root] = database.execute("insert into thread(title) values(?)", (mail.subject,)).lastrowid
        at = time.strftime("%Y-%m-%d %H:%M", time.gmtime(mail.when))
        row = (threads[mail.root], mail.mid, mail.name, at, mail.subject, mail.text)
        post = database.execute("insert into post(thread_id, mid, author, at, subject, body) values(?, ?, ?, ?, ?, ?)", row)
        database.execute("insert into fts(rowid, subject, body) values(?, ?, ?)", (post.lastrowid, mail.subject, mail.text))
    database.commit()
    took = time.perf_counter() - start
    database.close()
    return took
