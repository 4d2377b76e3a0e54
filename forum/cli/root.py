"""The root command and what all groups share: the application is built only when a command needs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from flask import Flask

from forum.core.refusals import Refused

Build = Callable[..., Flask]


class Refusals(click.Group):
    """Turns a refusal of the house into one clear sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refused as refused:
            raise click.ClickException(refused.sentence("en")) from refused


def make_cli(build: Build) -> click.Group:
    """The whole command tree; `build(demo=…)` makes the application from the environment."""
    from forum.cli import database

    root = Refusals("ratspost", help="Ratspost: a forum and its mail lists, one thread with two doors.")
    root.context_settings = {"obj": build}
    root.add_command(database.group)
    return root
