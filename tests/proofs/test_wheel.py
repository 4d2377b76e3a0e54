"""A wheel is complete: installed elsewhere and run from an empty folder, it has its templates, migrations and seed."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.proof

CHECKOUT = Path(__file__).resolve().parents[2]
PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input")


def _run(*words: str | Path, folder: Path = CHECKOUT, **env: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("RATSPOST_", "PYTHON"))}
    done = subprocess.run(words, cwd=folder, env={**clean, **env}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, *PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, CHECKOUT)
    return next(folder.glob("ratspost-*.whl"))


def test_every_file_that_travels_with_the_code_is_in_the_wheel(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    tracked = _run("git", "ls-files", "forum", "mailbridge", "templates", "migrations").split()
    moved = {f"forum/{name}" if name.startswith(("templates/", "migrations/")) else name for name in tracked}
    assert sorted(moved - inside) == []
    assert not [name for name in inside if name.startswith(("tests/", "docs/"))]


def test_the_wheel_runs_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    venv, empty = tmp_path / "venv", tmp_path / "empty"
    empty.mkdir()
    _run(sys.executable, "-m", "venv", venv)
    _run(venv / "bin" / "python", *PIP, "install", "--use-pep517", "--require-hashes", "-r", CHECKOUT / "requirements.lock")
    _run(venv / "bin" / "python", *PIP, "install", "--no-deps", wheel)
    ratspost = venv / "bin" / "ratspost"
    assert "person" in _run(ratspost, "--help", folder=empty)
    _run(ratspost, "db", "upgrade", folder=empty)
    assert '"threads": 0' in _run(ratspost, "status", "--json", folder=empty)
