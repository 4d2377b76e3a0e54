"""`ratspost db`: the schema and the seed."""

from __future__ import annotations

import click

from forum.cli.house import House, pass_house
from forum.core import migrate
from forum.core.db import db, transaction
from forum.places import seed


@click.group("db")
def command() -> None:
    """The store: schema and places."""


@command.command()
@pass_house
def upgrade(house: House) -> None:
    """Bring the schema up to date and load the places; running it again changes nothing."""
    with house.open():
        for line in bring_up_to_date():
            click.echo(line)
        click.echo("The store is up to date.")


def bring_up_to_date() -> list[str]:
    """Migrate and seed what is missing; one line for each thing that was done."""
    done = [f"Schema: {step}" for step in migrate.upgrade(db.engine)]
    with transaction():
        counts = seed.load()
    return [*done, f"Places: {counts.regions} regions, {counts.topics} topics"]
