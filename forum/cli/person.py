"""`ratspost person`: enter people, one by one or from a list; shut one out and let them in again."""

from __future__ import annotations

from pathlib import Path

import click

from forum.cli import boards
from forum.cli.house import House, pass_house
from forum.cli.progress import shown
from forum.core.db import session, transaction
from forum.core.refusals import Refused
from forum.mailroom import notices
from forum.people import mandates, roster, service
from forum.people.models import RoleKind, Standing

ROLES = ("member", *(kind.value for kind in RoleKind))


@click.group("person")
def command() -> None:
    """People: add one, import many, lock and approve."""


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
                mandates.enter(person, region=roster.region_slug(region))
            found = boards.read_all(places)
            if role != "member":
                service.grant(person, RoleKind(role), found)
            line = f"Added {person.name} as person {person.id}, {role}"
        click.echo(line + (f" for {boards.titles(found)}." if found else "."))


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--invite", is_flag=True, help="Mail everybody who is new how to log in.")
@pass_house
def import_(house: House, file: Path, invite: bool) -> None:
    """Enter the people of FILE.csv; again adds only what is new.

    The columns are name, email, further_emails, region, mandate, body, status, from, to, confirmed_by, competences, role, boards
    (docs/operations.md). Good lines go in even if others are wrong; those are named, and the exit code is 1.
    """
    try:
        lines = roster.read(file.read_bytes())
    except (roster.BadRoster, OSError) as error:
        raise click.ClickException(f"{file}: {error}.") from error
    with house.open(), transaction(), shown("Entering") as progress:
        new, faults = 0, []
        for done, line in enumerate(lines, start=1):
            try:
                new += _enter(line, invite)
            except Refused as refused:
                faults.append((line.number, refused.sentence("en")))
            progress(done, len(lines))
    for number, why in faults:
        click.echo(f"Line {number}: {why}", err=True)
    click.echo(f"Read {len(lines)} lines: {new} people are new, {len(lines) - new - len(faults)} lines about known ones.")
    if faults:
        raise click.ClickException(f"{len(faults)} lines were not taken; the others are in.")


@command.command()
@click.argument("email")
@pass_house
def lock(house: House, email: str) -> None:
    """Shut a person out: sessions, login links and answer addresses end at once, no mail goes out; what they wrote stays."""
    with house.open():
        with transaction():
            person = service.get_by_email(email)
            service.set_standing(person, Standing.LOCKED)
            line = f"{person.name} is locked; sessions, login links and answer addresses have ended."
        click.echo(line)


@command.command()
@click.argument("email")
@pass_house
def approve(house: House, email: str) -> None:
    """Let a person in, or in again; they log in anew, and only new mails have answer addresses that work."""
    with house.open():
        with transaction():
            person = service.get_by_email(email)
            service.set_standing(person, Standing.APPROVED)
            line = f"{person.name} is approved."
        click.echo(line)


@command.command("reset-tokens")
@click.argument("email")
@pass_house
def reset_tokens(house: House, email: str) -> None:
    """End every answer and unsubscribe address of a person, where mails fell into wrong hands; sessions and login links too."""
    with house.open():
        with transaction():
            person = service.get_by_email(email)
            service.reset_tokens(person)
            service.end_logins(person)
            line = f"{person.name}: sessions, login links and answer addresses have ended; new mails bring new addresses."
        click.echo(line)


def _enter(line: roster.Line, invite: bool) -> bool:
    """Enter one line or nothing of it; True if the person is new."""
    with session().begin_nested():
        entered = roster.enter(line)
        if entered.is_new and invite:
            notices.send_welcome(entered.person)
    return entered.is_new
