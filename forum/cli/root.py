"""The root command: a table of all commands, each loaded when it is called, and errors turned into one sentence."""

from __future__ import annotations

import importlib
from dataclasses import replace
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from forum.cli.house import Build, House
from forum.config import BadSetting
from forum.core.refusals import Refused
from forum.places.catalogue import NotSeeded

COMMANDS = {
    "up": "forum.cli.up",
    "web": "forum.cli.web",
    "bridge": "forum.cli.bridge",
    "worker": "forum.cli.worker",
    "db": "forum.cli.database",
    "person": "forum.cli.person",
    "follow": "forum.cli.follow",
    "group": "forum.cli.group",
    "board": "forum.cli.board",
    "login-link": "forum.cli.login_link",
    "import": "forum.cli.archive_in",
    "export": "forum.cli.archive_out",
    "inbound": "forum.cli.inbound",
    "backup": "forum.cli.backup",
    "restore": "forum.cli.restore",
    "status": "forum.cli.status",
    "check": "forum.cli.check",
}
"""Where each command stands; every module there names it `command`."""


class Root(click.Group):
    """Loads a command when it is called, and says in one sentence (exit code 1) why it could not be done."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name]).command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refused as refused:
            raise click.ClickException(refused.sentence("en")) from refused
        except (BadSetting, NotSeeded) as error:
            raise click.ClickException(str(error)) from error
        except DBAPIError as error:
            raise click.ClickException(_about_the_store(error)) from error


def _about_the_store(error: DBAPIError) -> str:
    reason = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    missing = "no such table" in reason or "does not exist" in reason or "no such column" in reason
    hint = "; `ratspost db upgrade` sets it up" if missing else ""
    return f"The store cannot do that: {reason}{hint}."


@click.pass_context
def _choose(ctx: click.Context, demo: bool) -> None:
    """Decide, before the command itself, which settings it has."""
    ctx.obj = replace(ctx.obj, demo=demo)


def make_cli(build: Build) -> click.Group:
    """The whole command tree; `build(demo=…)` makes the application from the environment."""
    demo = click.Option(["--demo"], is_flag=True, help="With the settings of `ratspost up --demo`, beside a running demo.")
    about = "Ratspost: a forum and its mail lists, one thread with two doors."
    root = Root("ratspost", help=about, params=[demo], callback=_choose)
    root.context_settings = {"obj": House(build)}
    return root
