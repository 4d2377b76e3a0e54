"""`ratspost person`: enter people, one by one or from a list."""

from __future__ import annotations

import click

from forum.cli import boards
from forum.cli.house import House, pass_house
from forum.core.db import transaction
from forum.people import mandates, service
from forum.people.models import RoleKind

ROLES = ("member", *(kind.value for kind in RoleKind))


@click.group("person")
def command() -> None:
    """People: add one, import many."""


@command.command("add")
@click.argument("email")
@click.option("--name", required=True, help="As it stands beside posts.")
@click.option("--region", "regions", multiple=True, metavar="SLUG", help="Where the person sits in the council; may be repeated.")
@click.option("--role", type=click.Choice(ROLES), default="member", show_default=True)
@click.option("--for", "places", multiple=True, metavar="BOARD", help="What a moderator looks after; everything if not given.")
@pass_house
def add(house: House, email: str, name: str, regions: tuple[str, ...], role: str, places: tuple[str, ...]) -> None:
    """Enter an approved person whose address EMAIL counts as verified."""
    if places and role != RoleKind.MODERATOR.value:
        raise click.UsageError("--for goes with --role moderator only.")
    with house.open():
        with transaction():
            person = service.add(name, email)
            for region in regions:
                mandates.add_for_region(person, region)
            found = boards.read_all(places)
            if role != "member":
                service.grant(person, RoleKind(role), found)
            line = f"Added {person.name} as person {person.id}, {role}"
        click.echo(line + (f" for {boards.titles(found)}." if found else "."))
