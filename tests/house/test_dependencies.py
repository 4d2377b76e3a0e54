"""What pyproject.toml asks for is bounded, is what the lock files name, and each name comes with its hashes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = {
    "requirements.lock": ("postgres", "prod", "build"),
    "requirements-dev.lock": ("postgres", "prod", "build", "dev"),
}


def _wanted(extras: tuple[str, ...]) -> list[Requirement]:
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in PROJECT["optional-dependencies"][extra])]
    return [wanted for wanted in map(Requirement, lines) if wanted.name != PROJECT["name"]]


def _locked(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.-]+)==([^ ;\\]+)", (CHECKOUT / lock).read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize(("lock", "extras"), EXTRAS.items())
def test_the_lock_file_fits_the_project(lock: str, extras: tuple[str, ...]) -> None:
    locked = _locked(lock)
    found = {str(wanted): locked.get(canonicalize_name(wanted.name), "0") in wanted.specifier for wanted in _wanted(extras)}
    assert [wanted for wanted, fits in found.items() if not fits] == []


def test_every_dependency_has_an_upper_bound() -> None:
    assert [str(wanted) for wanted in _wanted(EXTRAS["requirements-dev.lock"]) if "<" not in str(wanted.specifier)] == []


@pytest.mark.parametrize("lock", EXTRAS)
def test_every_locked_version_has_its_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=[a-z])", (CHECKOUT / lock).read_text("utf-8").strip())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_both_lock_files_name_the_same_versions() -> None:
    dev = _locked("requirements-dev.lock")
    assert {name: version for name, version in _locked("requirements.lock").items() if dev.get(name) != version} == {}
