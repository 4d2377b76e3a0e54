"""`ratspost db`: the schema and the seed."""

from __future__ import annotations

import click

from forum.core import migrate
from forum.core.db import db, transaction
from forum.places import seed


@click.group("db", help="The store: schema and seed data.")
def group() -> None:
    """Commands about the store."""


@group.command("upgrade")
@click.pass_obj
def upgrade(build: object) -> None:
    """Bring the schema up to date and load the places; running it again changes nothing."""
    app = build()  # type: ignore[operator]
    with app.app_context():
        migrate.upgrade(db.engine)
        with transaction():
            counts = seed.load()
    click.echo(f"The store is up to date: {counts}")
