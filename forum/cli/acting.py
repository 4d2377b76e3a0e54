"""Who acts at the command line: the person named by --by, else the operator, who has no account."""

from __future__ import annotations

import click

from forum.people import access, service
from forum.people.models import PersonRow

by_option = click.option("--by", metavar="EMAIL", help="Who does this, for the moderation log.")


def actor(email: str | None) -> PersonRow | None:
    """The person of --by, or None for whoever sits at the machine. Raises UnknownPerson, NotApproved."""
    return access.require_member(service.get_by_email(email)) if email else None


def moderator(email: str | None) -> PersonRow:
    """Who decides on a hold: the person of --by, else the first admin."""
    person = actor(email) or next(iter(service.admins()), None)
    if person is None:
        raise click.ClickException("There is no admin yet; name who decides with --by, or add one with --role admin.")
    return person
