"""`ratspost up`: the whole house in one process. Store, worker, mail door, browser door, in this order."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import click

from forum.cli.database import bring_up_to_date
from forum.cli.house import House, pass_house
from forum.cli.progress import shown
from forum.cli.running import until_told
from forum.cli.web_server import WebServer
from forum.config import Config, Door
from forum.core import site
from forum.core.ports import Runner


@click.command()
@click.option("--demo", is_flag=True, help="Fill in demo content and show the local post boxes at /postfach/.")
@pass_house
def command(house: House, demo: bool) -> None:
    """Start everything in one process: set up the store if needed, then pages, mail in and mail out."""
    house = replace(house, demo=demo or house.demo)
    with house.open() as app:
        for line in bring_up_to_date():
            click.echo(line)
        if house.demo:
            _fill()
        config, servers = site.config(), site.ports().servers
        parts: list[tuple[str, Runner]] = [("worker", servers.worker())]
        if config.smtp or config.lmtp:
            parts.append(("mail door", servers.bridge()))
        web = WebServer(app, config)
        until_told([*parts, ("browser door", web)], lambda: _announcement(config, web.door))


def _fill() -> None:
    from forum.demo import load

    with shown("Filling in the demo") as progress:
        new = load.fill(progress)
    if new:
        click.echo(f"Demo: {new.people} people, {new.threads} threads, {new.posts} posts")


def _announcement(config: Config, web: Door) -> list[str]:
    pages = f"  Pages       {config.base_url}/"
    if urlsplit(config.base_url).netloc != str(web):
        pages += f" (here http://{web}/)"
    lines = ["", "Ratspost is running; Ctrl+C stops it.", pages]
    if config.demo:
        lines.append(f"  Post boxes  {config.base_url}/postfach/")
    lines += [
        f"  Mail in     {name} {door}, for addresses @{config.mail_domain}"
        for name, door in (("SMTP", config.smtp), ("LMTP", config.lmtp))
        if door
    ]
    return [*lines, f"  Mail out    {config.relay}", f"  Data        {config.data}"]
