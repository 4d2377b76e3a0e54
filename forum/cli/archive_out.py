"""`ratspost export`: posts as mails for any mail program or another Ratspost. An act of an admin, and logged."""

from __future__ import annotations

import os
from pathlib import Path

import click

from forum.cli import boards
from forum.cli.house import House, pass_house
from forum.cli.progress import shown
from forum.core import site
from forum.core.db import transaction
from forum.moderation import log
from forum.threads import export


@click.group("export")
def command() -> None:
    """Take an archive out."""


@command.command("mbox")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--board", metavar="BOARD", help="Only the threads that stand there; otherwise all, those of groups too.")
@pass_house
def mbox(house: House, file: Path, board: str | None) -> None:
    """Write all published posts into FILE (mboxrd). Members' addresses are not in it; what they wrote in groups is."""
    with house.open():
        with transaction():
            places = boards.read(board) if board else [None]
            ids = list(dict.fromkeys(post_id for place in places for post_id in export.published_ids(place)))
            closed = export.threads_of_groups(ids)
            log.note(None, "export", reason=f"mbox, {len(ids)} posts, {board or 'everything'}")
        _write(file, ids)
    click.echo(f"Wrote {len(ids)} posts to {file}." + (f" {closed} threads in it belong to closed groups." if closed else ""))


def _write(file: Path, ids: list[int]) -> None:
    """Write beside the file first, so that a broken export never looks like a whole one; readable for its owner alone."""
    partial = file.with_name(file.name + ".partial")
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out, shown("Exporting") as progress:
            for done, entry in enumerate(site.ports().archive.export_mbox(ids), start=1):
                out.write(entry)
                progress(done, len(ids))
        partial.replace(file)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise click.ClickException(f"{file} cannot be written: {error.strerror or error}.") from error
