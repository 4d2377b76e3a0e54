"""`ratspost follow`: let a person follow a board."""

from __future__ import annotations

import click

from forum.cli import boards
from forum.cli.house import House, pass_house
from forum.core.db import transaction
from forum.people import service
from forum.subscriptions import service as subscriptions
from forum.subscriptions.models import WORKING, Mode


@click.command()
@click.argument("email")
@click.argument("board")
@click.option("--mode", type=click.Choice([mode.value for mode in WORKING]), default=Mode.EACH.value, show_default=True)
@click.option("--except", "left_out", multiple=True, metavar="BOARD", help="A part that does not count; may be repeated.")
@pass_house
def command(house: House, email: str, board: str, mode: str, left_out: tuple[str, ...]) -> None:
    """Let the person with address EMAIL follow BOARD ("finanzen.kreis-unna"); again only sets the mode and adds exceptions."""
    with house.open():
        with transaction():
            person = service.get_by_email(email)
            found = boards.read(board)
            parts = boards.read_all(left_out)
            for one in found:
                row = subscriptions.follow(person, one, Mode(mode))
                for part in parts:
                    subscriptions.leave_out(row, part)
            name = person.name
        without = f", without {boards.titles(parts)}" if parts else ""
        click.echo(f"{name} follows {boards.titles(found)}{without} ({mode}).")
