"""`ratspost import`: old mails into threads, without mailing anybody."""

from __future__ import annotations

from pathlib import Path

import click

from forum.cli.house import House, pass_house
from forum.cli.progress import shown
from forum.core import site
from forum.core.db import session
from forum.core.ports import ImportReport

_GROUP = "gruppe-"


@click.group("import")
def command() -> None:
    """Bring an archive in."""


@command.command("mbox")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--board", required=True, metavar="BOARD", help='Where the threads stand: "finanzen.kreis-unna" or "gruppe-…".')
@pass_house
def mbox(house: House, file: Path, board: str) -> None:
    """Import FILE (an mbox, a Maildir, a folder of mails or one mail); what is known already is passed over.

    Exit code 0 also when single mails were broken: they are named, the others are in.
    """
    with house.open():
        topics, regions, group = _place(board)
        session().rollback()  # the import opens its own transactions
        try:
            with shown("Importing") as progress:
                report = site.ports().archive.import_mbox(file, topics, regions, group, progress)
        except OSError as error:
            raise click.ClickException(f"{file} cannot be read: {error.strerror or error}.") from error
    for number, reason in report.broken:
        click.echo(f"Mail {number} was skipped: {reason}.", err=True)
    click.echo(_sentence(report))


def _place(board: str) -> tuple[tuple[str, ...], tuple[str, ...], str | None]:
    word = board.strip().partition("@")[0]
    if word.startswith(_GROUP):
        return (), (), word.removeprefix(_GROUP)
    topics, regions = site.ports().addressing.read_board(board)
    return topics, regions, None


def _sentence(report: ImportReport) -> str:
    files = f", {report.files} files of blocked types left out" if report.files else ""
    return (
        f"Read {report.read} mails: {report.added} added, {report.known} known already, {len(report.broken)} skipped; "
        f"{report.threads} new threads{files}."
    )
