"""The whole installation in one file, and back: the store as of one moment, and the secret keys. `ratspost backup` and `restore`.

The file is a tar with `about.json`, `secret.key` and the store: `ratspost.sqlite3` (SQLite's own online copy, taken while others
write) or `ratspost.pgdump` (pg_dump, custom format). Raw mails and attachments are rows, so nothing else is needed.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from forum.config import Config
from forum.core import clock, migrate
from forum.core.ports import Progress

ABOUT, SECRET, SQLITE, POSTGRESQL = "about.json", "secret.key", "ratspost.sqlite3", "ratspost.pgdump"
_PAGES = 2_000  # copied at a time, so that writers get in between
_TOOL_HINT = "it comes with PostgreSQL's client programs (Debian: postgresql-client)"


class BackupFailed(Exception):
    """It could not be done; the message is the one sentence why. Nothing was changed."""


def write(config: Config, file: Path, progress: Progress) -> None:
    """Save the installation to `file`, readable for its owner alone. Raises BackupFailed, OSError."""
    with tempfile.TemporaryDirectory(dir=file.resolve().parent, prefix=".ratspost-backup-") as folder:
        store = Path(folder) / (SQLITE if config.embedded else POSTGRESQL)
        if config.embedded:
            _copy_sqlite(_sqlite_path(config), store, progress)
        else:
            _run("pg_dump", "--format=custom", f"--file={store}", config=config)
        whole = Path(folder) / "whole.tar"
        with _private(whole) as out, tarfile.open(fileobj=out, mode="w") as tar:
            _add(tar, ABOUT, json.dumps({"made": clock.now().isoformat(), "schema": migrate.newest()}).encode())
            _add(tar, SECRET, ",".join(config.secret_keys).encode("ascii"))
            tar.add(store, store.name, filter=_anonymous)
        whole.replace(file)


def read(config: Config, file: Path) -> list[str]:
    """Put a saved installation into an empty place; returns what the person has to do now. Raises BackupFailed, OSError."""
    with tempfile.TemporaryDirectory(dir=config.data, prefix=".ratspost-restore-") as folder:
        keys = _unpack(file, Path(folder), SQLITE if config.embedded else POSTGRESQL)
        if config.embedded:
            _put_sqlite(Path(folder) / SQLITE, _sqlite_path(config))
        else:
            _put_postgresql(Path(folder) / POSTGRESQL, config)
    return _put_keys(keys, config)


def _sqlite_path(config: Config) -> Path:
    return Path(sa.engine.make_url(config.database_url).database or "")


def _copy_sqlite(source: Path, target: Path, progress: Progress) -> None:
    if not source.exists():
        raise BackupFailed(f"There is no store at {source}.")
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there, pages=_PAGES, progress=lambda _status, left, total: progress(total - left, total))
        _check_sqlite(there)


def _check_sqlite(connection: sqlite3.Connection) -> None:
    found = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != ("ok",):
        raise BackupFailed(f"The copy of the store is damaged: {found[0]}.")


def _put_sqlite(saved: Path, target: Path) -> None:
    if target.exists():
        raise BackupFailed(f"There is a store already at {target}; move it away first.")
    with closing(sqlite3.connect(saved)) as connection:
        _check_sqlite(connection)
    saved.chmod(0o600)
    target.parent.mkdir(parents=True, exist_ok=True)
    saved.replace(target)


def _put_postgresql(saved: Path, config: Config) -> None:
    engine = sa.create_engine(config.database_url, poolclass=sa.NullPool)
    if sa.inspect(engine).get_table_names():
        raise BackupFailed("The database is not empty; create an empty one and name it in RATSPOST_DATABASE_URL.")
    _run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(saved), config=config)


def _put_keys(keys: str, config: Config) -> list[str]:
    """The saved keys go beside the store; where the environment says others, the person is told."""
    if os.environ.get("RATSPOST_SECRET_KEY"):
        if ",".join(config.secret_keys) == keys:
            return []
        saved = config.data / "secret.key.restored"
        _write_private(saved, keys)
        return [f"RATSPOST_SECRET_KEY is set to other keys than the backup has; add those in {saved}, or old addresses are dead."]
    _write_private(config.data / SECRET, keys)
    return []


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with _private(path) as file:
        file.write(text.encode("ascii"))


def _private(path: Path) -> BinaryIO:
    """A new file that only its owner can read, from its first byte on."""
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _unpack(file: Path, folder: Path, store: str) -> str:
    """Write the saved store into `folder`; returns the keys."""
    try:
        with tarfile.open(file) as tar:
            names = {member.name: member for member in tar.getmembers() if member.isfile()}
            if ABOUT not in names or SECRET not in names:
                raise BackupFailed(f"{file} is no backup of Ratspost.")
            if store not in names:
                other = "PostgreSQL" if store == SQLITE else "SQLite"
                raise BackupFailed(f"{file} is a backup of a store on {other}; RATSPOST_DATABASE_URL names another kind.")
            about = json.loads(_content(tar, names[ABOUT]))
            if about.get("schema") not in migrate.revisions():
                raise BackupFailed(f"{file} was made by a newer Ratspost; install that one first.")
            with _member(tar, names[store]) as source, (folder / store).open("wb") as target:
                shutil.copyfileobj(source, target)
            return _content(tar, names[SECRET]).decode("ascii").strip()
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise BackupFailed(f"{file} is damaged or no backup of Ratspost.") from error


@contextmanager
def _member(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[Any]:
    source = tar.extractfile(member)
    if source is None:
        raise tarfile.TarError(member.name)
    with source:
        yield source


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    with _member(tar, member) as source:
        content: bytes = source.read(100_000)
        return content


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _run(program: str, *options: str, config: Config) -> None:
    """Run a client program of PostgreSQL; the password travels in the environment, where other users cannot read it."""
    found = shutil.which(program)
    if found is None:
        raise BackupFailed(f"The program {program} is missing; {_TOOL_HINT}.")
    url = sa.engine.make_url(config.database_url)
    environment = dict(os.environ, PGPASSWORD=url.password) if url.password else dict(os.environ)
    name = url.set(drivername="postgresql", password=None).render_as_string()
    done = subprocess.run([found, *options, f"--dbname={name}"], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise BackupFailed(f"{program} failed: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}.")
