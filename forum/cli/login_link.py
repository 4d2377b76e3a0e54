"""`ratspost login-link`: a way in without mail, for the first admin and for people who lost theirs."""

from __future__ import annotations

import click

from forum.cli.house import House, pass_house
from forum.core.db import transaction
from forum.mailroom import notices
from forum.people import access, service


@click.command()
@click.argument("email")
@pass_house
def command(house: House, email: str) -> None:
    """Print a login link (single use, 15 minutes) for the person with address EMAIL, and nothing else."""
    with house.open():
        with transaction():
            url = notices.login_url(access.require_member(service.get_by_email(email)))
        click.echo(url)
