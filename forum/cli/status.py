"""`ratspost status`: the state of the store in numbers. The JSON object is an interface that stays (DESIGN §9)."""

from __future__ import annotations

import json
from typing import TypedDict

import click

from forum.cli.house import House, pass_house
from forum.mailroom import deliveries, ledger, letters
from forum.threads import counts


class Status(TypedDict):
    """Posts, threads, accepted mails by state, copies by state."""

    posts: int
    threads: int
    inbound: dict[str, int]
    deliveries: dict[str, int]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
@pass_house
def command(house: House, as_json: bool) -> None:
    """Say how many posts and threads there are, and what became of mails and copies."""
    with house.open():
        found = status()
    click.echo(json.dumps(found) if as_json else "\n".join(_lines(found)))


def status() -> Status:
    """The numbers as of this transaction; `deliveries.waiting` counts a letter that was not fanned out yet as one."""
    sent = deliveries.counts()
    return Status(
        posts=counts.posts(),
        threads=counts.threads(),
        inbound=ledger.counts(),
        deliveries={"waiting": sent["waiting"] + letters.waiting(), "sent": sent["sent"], "failed": sent["failed"]},
    )


def _lines(found: Status) -> list[str]:
    lines = [f"Posts       {found['posts']}", f"Threads     {found['threads']}"]
    for name in ("inbound", "deliveries"):
        numbers: dict[str, int] = found["inbound"] if name == "inbound" else found["deliveries"]
        lines.append(f"{name.capitalize():<12}" + ", ".join(f"{state} {count}" for state, count in numbers.items()))
    return lines
