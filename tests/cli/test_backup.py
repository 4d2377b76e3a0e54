"""Everything into one file and back into an empty place; the words of a person who holds only the file."""

from __future__ import annotations

import dataclasses
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from forum.cli import make_cli
from forum.config import Config
from forum.core import backup, site
from forum.core.db import db, transaction
from forum.mailroom import ledger
from forum.main import build
from forum.people import service
from tests.cli.conftest import Ratspost

KEY = "a-key-of-the-first-house-a-key-of-the-first-house"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_SECRET_KEY": KEY}


@pytest.fixture
def elsewhere(tmp_path: Path, config: Config) -> Path:
    if not config.embedded:
        pytest.skip("the way over pg_dump needs PostgreSQL's client programs; tests/core/test_backup.py has it")
    return tmp_path / "elsewhere"


def run_in(folder: Path, *words: str) -> Result:
    """Run a command as if RATSPOST_DATA were this folder and nothing else were set."""
    houses: list[Flask] = []

    def make(*, demo: bool = False) -> Flask:
        houses.append(build(Config.from_env({"RATSPOST_DATA": str(folder)})))
        return houses[-1]

    result = CliRunner().invoke(make_cli(make), list(words))
    for house in houses:
        with house.app_context():
            db.session.remove()
            db.engine.dispose()
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_there_and_back(ratspost: Ratspost, store: Session, tmp_path: Path, elsewhere: Path) -> None:
    with transaction():
        service.add("Anne", "anne@rat.example")
        ledger.keep(b"Subject: x\r\n\r\n\xff", envelope_from="", envelope_to=["finanzen@x.example"], peer="127.0.0.1")
    file = tmp_path / "saved.tar"
    done = ratspost("backup", str(file))
    assert done.exit_code == 0
    assert "the secret keys" in done.stdout
    assert file.stat().st_mode & 0o077 == 0
    back = run_in(elsewhere, "restore", str(file))
    assert (back.exit_code, back.stdout) == (0, f"Restored everything from {file}.\n")
    assert (elsewhere / "secret.key").read_text() == KEY
    assert run_in(elsewhere, "login-link", "anne@rat.example").exit_code == 0
    assert run_in(elsewhere, "check").exit_code == 0
    assert run_in(elsewhere, "inbound", "show", "1", "--raw").stdout_bytes == b"Subject: x\r\n\r\n\xff"


def test_nothing_is_overwritten(ratspost: Ratspost, tmp_path: Path, elsewhere: Path) -> None:
    file = tmp_path / "saved.tar"
    ratspost("backup", str(file))
    assert run_in(elsewhere, "restore", str(file)).exit_code == 0
    (elsewhere / "secret.key").write_text("x" * 40)
    again = run_in(elsewhere, "restore", str(file))
    assert again.exit_code == 1
    assert "move it away first" in again.stderr
    assert (elsewhere / "secret.key").read_text() == "x" * 40


def test_what_is_no_backup_is_refused(tmp_path: Path, elsewhere: Path, ratspost: Ratspost) -> None:
    text, empty, damaged, newer = (tmp_path / name for name in ("text", "empty.tar", "damaged.tar", "newer.tar"))
    text.write_text("nothing")
    tarfile.open(empty, "w").close()
    ratspost("backup", str(damaged))
    damaged.write_bytes(damaged.read_bytes()[:5_000])
    ratspost("backup", str(newer))
    newer.write_bytes(newer.read_bytes().replace(b'"schema": "0', b'"schema": "9'))
    for file in (text, empty, damaged):
        refused = run_in(elsewhere, "restore", str(file))
        assert (refused.exit_code, refused.exception.__class__) == (1, SystemExit), file
    assert "made by a newer Ratspost" in run_in(elsewhere, "restore", str(newer)).stderr
    assert not (elsewhere / "ratspost.sqlite3").exists()


def test_an_older_backup_is_replaced_only_when_told(ratspost: Ratspost, store: Session, tmp_path: Path) -> None:
    if not site.config().embedded:
        pytest.skip("the way over pg_dump needs PostgreSQL's client programs; tests/core/test_backup.py has it")
    file = tmp_path / "saved.tar"
    file.write_text("of yesterday")
    refused = ratspost("backup", str(file))
    assert (refused.exit_code, refused.stderr) == (
        1, f"Error: {file} exists already; name another file, or replace it with --force.\n",
    )  # fmt: skip
    assert file.read_text() == "of yesterday"
    assert ratspost("backup", str(file), "--force").exit_code == 0
    assert tarfile.is_tarfile(file)


def test_other_keys_in_the_environment_are_told(
    ratspost: Ratspost, store: Session, tmp_path: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "saved.tar"
    ratspost("backup", str(file))
    monkeypatch.setenv("RATSPOST_SECRET_KEY", "another-key-another-key-another-key")
    back = run_in(elsewhere, "restore", str(file))
    assert back.exit_code == 0
    assert (elsewhere / "secret.key.restored").read_text() == KEY
    assert "old addresses are dead" in back.stdout
    assert site.config().secret_keys == (KEY,)


def test_a_missing_program_is_named(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    remote = dataclasses.replace(config, database_url="postgresql+psycopg://someone:secret@db.example/ratspost")
    with pytest.raises(backup.BackupFailed, match="pg_dump is missing"):
        backup.write(remote, tmp_path / "saved.tar", lambda _done, _total: None)
    assert not list(tmp_path.iterdir())
