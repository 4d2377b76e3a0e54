"""`ratspost check`: whether everything that must be true of the store is true."""

from __future__ import annotations

import click

from forum.cli.house import House, pass_house
from forum.core import invariants, migrate
from forum.core.db import db
from forum.core.invariants import Finding
from forum.mailroom.invariants import INVARIANTS as OF_THE_MAILROOM
from forum.moderation.invariants import INVARIANTS as OF_MODERATION
from forum.threads.invariants import INVARIANTS as OF_THREADS

ALL = (*OF_THREADS, *OF_THE_MAILROOM, *OF_MODERATION)


@click.command()
@pass_house
def command(house: House) -> None:
    """Verify the invariants of the store; exit code 1 if one is broken. Safe while everything runs."""
    with house.open():
        if not migrate.is_current(db.engine):
            raise click.ClickException("The store is not up to date; run `ratspost db upgrade` first.")
        damage = invariants.damage()
        broken = [finding for finding in map(invariants.ask, ALL) if finding.count]
    for line in damage:
        click.echo(f"damaged: {line}", err=True)
    for finding in broken:
        click.echo(_sentence(finding), err=True)
    if damage or broken:
        raise click.ClickException(f"{len(broken) + bool(damage)} of {len(ALL) + 1} checks failed.")
    click.echo(f"{len(ALL) + 1} checks, all is well.")


def _sentence(finding: Finding) -> str:
    ids = ", ".join(map(str, finding.ids)) + (" …" if finding.count > len(finding.ids) else "")
    return f"{finding.invariant.code}: {finding.invariant.says} Not so for {finding.count}: {ids}"
