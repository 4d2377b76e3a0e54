"""`./run` tells a newcomer in one sentence what is missing, and does not work twice."""

from __future__ import annotations

import ast
import sys
import time
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, over a checkout of its own without .venv/."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    spec = spec_from_loader("run", SourceFileLoader("run", str(CHECKOUT / "run")))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_bytes((CHECKOUT / name).read_bytes())
    vars(module).update(ROOT=str(tmp_path), VENV=str(tmp_path / ".venv"), PYTHON=str(tmp_path / ".venv" / "bin" / "python"))
    return module


def test_an_old_python_can_read_the_script_and_is_told(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    ast.parse((CHECKOUT / "run").read_text("utf-8"), feature_version=(3, 7))
    monkeypatch.setattr(sys, "version_info", (3, 10, 12))
    with pytest.raises(run.Stop, match=r"needs Python 3\.11 or newer"):
        run.main(["setup"])


def test_a_python_without_venv_is_told_which_package_to_install(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(run.Stop, match="install the Debian package python3-venv"):
        run.setup()


@pytest.fixture
def installs(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands by which something would have been installed."""
    calls: list[list[str]] = []
    monkeypatch.setattr(run, "_make_venv", lambda: Path(run.VENV).mkdir(exist_ok=True))
    monkeypatch.setattr(run, "_call", lambda command, failure: calls.append(command))
    return calls


def test_what_is_installed_is_not_installed_again(run: ModuleType, installs: list[list[str]]) -> None:
    run.setup("dev")
    first = len(installs)
    begin = time.monotonic()
    run.setup("dev")
    run.setup("run")
    assert first > 0
    assert len(installs) == first
    assert time.monotonic() - begin < 1


@pytest.mark.parametrize("changed", ["pyproject.toml", "requirements.lock"])
def test_a_change_of_the_dependencies_installs_again(run: ModuleType, installs: list[list[str]], changed: str) -> None:
    run.setup()
    first = len(installs)
    with open(Path(run.ROOT) / changed, "a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    run.setup()
    assert len(installs) > first


def test_every_command_says_what_it_does(run: ModuleType) -> None:
    assert {"setup", "demo", "test", "proof", "lint", "types"} <= set(run.COMMANDS)
    assert all(act.__doc__ for act in run.COMMANDS.values())
