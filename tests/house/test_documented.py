"""docs/operations.md names every setting, every command and every option, and nothing that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from flask import Flask

from forum.cli import make_cli
from forum.config import SETTINGS
from forum.people import roster
from tests.house.sources import ROOT

OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")


def never(*, demo: bool = False) -> Flask:
    raise AssertionError("reading the commands needs no house")


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command by its words: "person add"."""
    root = make_cli(never)
    context = click.Context(root)
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from ((f"{name} {word}", inner) for word, inner in command.commands.items())
        else:
            yield name, command


COMMANDS = dict(commands())


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_has_its_row(setting: str) -> None:
    row = re.search(rf"^\| `{setting}` \| (.+?) \| (.+?) \|$", OPERATIONS, re.M)
    assert row is not None
    assert len(row[2]) > 10


def test_no_setting_is_invented() -> None:
    assert set(re.findall(r"RATSPOST_[A-Z_]*[A-Z]", OPERATIONS)) <= set(SETTINGS)


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_is_named(words: str) -> None:
    assert re.search(rf"`ratspost {words}\b", OPERATIONS)


def test_no_command_is_invented() -> None:
    named = set(re.findall(r"`ratspost ((?:db|person|group|board|import|export|inbound) [a-z-]+|[a-z][a-z-]*)", OPERATIONS))
    assert named <= set(COMMANDS)


@pytest.mark.parametrize(("words", "option"), [
    (words, option)
    for words, command in COMMANDS.items()
    for parameter in command.params if isinstance(parameter, click.Option)
    for option in parameter.opts if option.startswith("--")
])  # fmt: skip
def test_every_option_is_named(words: str, option: str) -> None:
    lines = [line for line in OPERATIONS.splitlines() if f"`ratspost {words}" in line]
    assert any(option in line for line in lines)


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_says_what_it_does(words: str) -> None:
    assert COMMANDS[words].help


@pytest.mark.parametrize("column", roster.COLUMNS)
def test_every_column_of_the_roster_is_named(column: str) -> None:
    table = OPERATIONS.partition("**CSV of `person import`**")[2].partition("\n\n")[0]
    assert f"`{column}`" in table
