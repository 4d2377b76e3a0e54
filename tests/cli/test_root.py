"""The command itself: every command is there and loads, and what goes wrong is one sentence."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from flask import Flask

from forum.cli import make_cli
from forum.cli.root import COMMANDS
from forum.config import BadSetting, Config
from forum.core.db import db
from forum.main import build

PROMISED = {
    "up", "web", "bridge", "worker", "db upgrade", "person add", "person import", "follow", "login-link", "import mbox",
    "export mbox", "inbound list", "inbound show", "inbound retry", "inbound release", "inbound reject", "backup", "restore",
    "status", "check",
}  # fmt: skip
MORE = {
    "group add", "group join", "group leave", "group list", "group show", "board set", "board show",
    "person lock", "person approve", "person reset-tokens",
}  # fmt: skip


def never(*, demo: bool = False) -> Flask:
    raise BadSetting("RATSPOST_GRACE must be a whole number.")


def test_the_commands_of_the_design_and_those_that_came_later() -> None:
    root = make_cli(never)
    found = set()
    for name in COMMANDS:
        command = root.get_command(click.Context(root), name)
        assert command is not None
        found |= {f"{name} {sub}" for sub in command.commands} if isinstance(command, click.Group) else {name}
    assert found == PROMISED | MORE


def test_demo_before_a_command_takes_the_settings_of_the_demo() -> None:
    asked: list[bool] = []

    def build(*, demo: bool = False) -> Flask:
        asked.append(demo)
        raise BadSetting("Enough.")

    for words in (["status"], ["--demo", "status"], ["up", "--demo"], ["--demo", "up"], ["up"]):
        assert CliRunner().invoke(make_cli(build), words).exit_code == 1
    assert asked == [False, True, True, True, False]


def test_help_needs_no_house() -> None:
    result = CliRunner().invoke(make_cli(never), ["--help"])
    assert result.exit_code == 0
    assert all(name in result.stdout for name in COMMANDS)


def test_a_bad_setting_is_one_sentence() -> None:
    result = CliRunner().invoke(make_cli(never), ["status"])
    assert (result.exit_code, result.stderr) == (1, "Error: RATSPOST_GRACE must be a whole number.\n")


def test_an_unknown_command_is_a_usage_error() -> None:
    assert CliRunner().invoke(make_cli(never), ["stauts"]).exit_code == 2


@pytest.mark.parametrize("words", [["status"], ["check"], ["follow", "a@x.example", "finanzen"], ["login-link", "a@x.example"]])
def test_a_store_that_was_never_set_up(empty_store: str, data: Path, words: list[str]) -> None:
    settings = {"RATSPOST_DATA": str(data), "RATSPOST_DATABASE_URL": empty_store, "RATSPOST_SECRET_KEY": "x" * 40}
    house = build(Config.from_env(settings))
    refused = CliRunner().invoke(make_cli(lambda *, demo=False: house), words)
    assert refused.exit_code == 1
    assert "ratspost db upgrade" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    with house.app_context():
        db.engine.dispose()
