"""`ratspost bridge`: the mail door alone."""

from __future__ import annotations

import click

from forum.cli.house import House, pass_house
from forum.cli.running import until_told
from forum.core import site


@click.command()
@pass_house
def command(house: House) -> None:
    """Accept mail by SMTP and LMTP at RATSPOST_SMTP and RATSPOST_LMTP until SIGTERM or Ctrl+C."""
    with house.open():
        config = site.config()
        doors = [f"{name} {door}" for name, door in (("SMTP", config.smtp), ("LMTP", config.lmtp)) if door]
        if not doors:
            raise click.ClickException("Both mail doors are off; set RATSPOST_SMTP or RATSPOST_LMTP.")
        until_told([("mail door", site.ports().servers.bridge())], lambda: [f"Mail in at {', '.join(doors)}"])
