"""`ratspost worker`: reads accepted mail, fans posts out and delivers copies."""

from __future__ import annotations

import click

from forum.cli.house import House, pass_house
from forum.cli.running import until_told
from forum.core import site


@click.command()
@pass_house
def command(house: House) -> None:
    """Work what mails and pages leave to do, and send what is due, until SIGTERM or Ctrl+C."""
    with house.open():
        relay = site.config().relay
        until_told([("worker", site.ports().servers.worker())], lambda: [f"Working; mail goes out by {relay}"])
