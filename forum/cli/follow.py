"""`ratspost follow`: let a person follow a board."""

from __future__ import annotations

import click

from forum.cli import boards
from forum.cli.house import House, pass_house
from forum.core.db import transaction
from forum.people import service
from forum.subscriptions import service as subscriptions
from forum.subscriptions.models import Mode


@click.command()
@click.argument("email")
@click.argument("board")
@click.option("--mode", type=click.Choice([mode.value for mode in Mode]), default=Mode.EACH.value, show_default=True)
@pass_house
def command(house: House, email: str, board: str, mode: str) -> None:
    """Let the person with address EMAIL follow BOARD ("finanzen.kreis-unna"); again only sets the mode."""
    with house.open():
        with transaction():
            person = service.get_by_email(email)
            found = boards.read(board)
            for one in found:
                subscriptions.follow(person, one, Mode(mode))
            name = person.name
        click.echo(f"{name} follows {boards.titles(found)} ({mode}).")
