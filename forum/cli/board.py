"""`ratspost board`: how contributions to a board are treated."""

from __future__ import annotations

from dataclasses import asdict

import click

from forum.cli import boards as read
from forum.cli.house import House, pass_house
from forum.core.db import transaction
from forum.places import boards
from forum.places.boards import Board, Decided
from forum.places.models import GUESTS

_WORDS = {"guests": "guests", "first_posts_held": "first posts held", "held": "all posts held"}
_VALUES = {True: "yes", False: "no"}


@click.group("board")
def command() -> None:
    """Boards: which contributions wait for a moderator."""


@command.command("set")
@click.argument("board")
@click.option("--held/--no-held", default=None, help="Every contribution waits for a moderator.")
@click.option("--first-posts-held/--no-first-posts-held", default=None, help="Everybody's first contribution waits.")
@click.option("--guests", type=click.Choice(GUESTS), help="Mail of strangers with proof: refuse it, or hold it.")
@click.option("--inherit", is_flag=True, help="First forget what was set for this board, so that the more general ones count.")
@pass_house
def set_(
    house: House, board: str, held: bool | None, first_posts_held: bool | None, guests: str | None, inherit: bool
) -> None:
    """Decide for BOARD ("finanzen.kreis-unna", "verkehr", "nrw" for everything) and what lies beneath; the nearest counts."""
    if (held, first_posts_held, guests) == (None, None, None) and not inherit:
        raise click.UsageError("Name what to set: --held, --first-posts-held, --guests or --inherit.")
    with house.open():
        with transaction():
            found = read.read(board)
            for one in found:
                before = Decided() if inherit else boards.decided(one)
                boards.configure(
                    one,
                    guests=before.guests if guests is None else guests,
                    first_posts_held=before.first_posts_held if first_posts_held is None else first_posts_held,
                    held=before.held if held is None else held,
                )
            lines = [line for one in found for line in _lines(one)]
        for line in lines:
            click.echo(line)


@command.command()
@click.argument("board")
@pass_house
def show(house: House, board: str) -> None:
    """Show what counts on BOARD, and whether it was set there or comes from a more general board."""
    with house.open():
        lines = [line for one in read.read(board) for line in _lines(one)]
    for line in lines:
        click.echo(line)


def _lines(board: Board) -> list[str]:
    counts, here = asdict(boards.setting(board)), asdict(boards.decided(board))
    lines = [board.title("en")]
    for name, word in _WORDS.items():
        lines.append(f"  {word:<18}{_said(counts[name]):<8}({_origin(here[name], counts[name])})")
    return lines


def _said(value: str | bool) -> str:
    return _VALUES[value] if isinstance(value, bool) else value


def _origin(here: str | bool | None, counts: str | bool) -> str:
    if here is None:
        return "inherited"
    return "set here" if here == counts else f"set here to {_said(here)}, but a stricter one that is as near counts"
