"""`ratspost restore`: a saved installation into an empty place."""

from __future__ import annotations

from pathlib import Path

import click

from forum.cli.house import House, pass_house
from forum.core import backup, migrate, site
from forum.core.db import db


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_house
def command(house: House, file: Path) -> None:
    """Put the installation saved in FILE into the data folder or the database, which must be empty."""
    with house.open():
        try:
            notes = backup.read(site.config(), file)
        except backup.BackupFailed as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            raise click.ClickException(f"It could not be restored: {error.strerror or error}.") from error
        current = migrate.is_current(db.engine)
    hint = "" if current else " Now run `ratspost db upgrade`: this Ratspost is newer."
    click.echo(f"Restored everything from {file}.{hint}")
    for note in notes:
        click.echo(note)
