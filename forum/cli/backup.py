"""`ratspost backup`: the store and the secret keys in one file, while everything runs."""

from __future__ import annotations

from pathlib import Path

import click

from forum.cli.house import House, pass_house
from forum.cli.progress import shown
from forum.core import backup, site


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@pass_house
def command(house: House, file: Path, force: bool) -> None:
    """Save everything to FILE (a tar archive), while Ratspost runs or not."""
    if file.exists() and not force:
        raise click.ClickException(f"{file} exists already; name another file, or replace it with --force.")
    with house.open(), shown("Saving") as progress:
        try:
            backup.write(site.config(), file, progress)
        except backup.BackupFailed as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            raise click.ClickException(f"{file} cannot be written: {error.strerror or error}.") from error
    click.echo(f"Saved everything to {file}. It contains all mails and the secret keys: keep it where only you can read it.")
