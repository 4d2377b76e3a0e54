"""`ratspost web`: the browser door alone."""

from __future__ import annotations

import click

from forum.cli.house import House, pass_house
from forum.cli.running import until_told
from forum.cli.web_server import WebServer
from forum.core import site


@click.command()
@pass_house
def command(house: House) -> None:
    """Serve the pages by waitress at RATSPOST_WEB until SIGTERM or Ctrl+C."""
    with house.open() as app:
        server = WebServer(app, site.config())
        until_told([("browser door", server)], lambda: [f"Pages at http://{server.door}"])
