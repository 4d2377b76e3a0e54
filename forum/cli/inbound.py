"""`ratspost inbound`: the accepted mails, what became of them, and what to do with those that wait for a person."""

from __future__ import annotations

import sys

import click

from forum.cli.acting import actor, by_option, moderator
from forum.cli.house import House, pass_house
from forum.core import site
from forum.core.db import transaction
from forum.core.refusals import NotFound
from forum.mailroom import ledger
from forum.mailroom.models import InboundState, LedgerRow
from forum.moderation import holds, log
from forum.moderation.models import HoldRow, HoldState

_NUMBERS = click.argument("numbers", metavar="NUMBER…", type=int, nargs=-1, required=True)


@click.group("inbound")
def command() -> None:
    """Accepted mails: list, show, try again, release, reject."""


@command.command("list")
@click.option("--state", "states", multiple=True, type=click.Choice([state.value for state in InboundState]))
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@pass_house
def list_(house: House, states: tuple[str, ...], limit: int) -> None:
    """List the latest mails: number, time, state, what decided, sender, subject."""
    with house.open():
        for row in ledger.newest([InboundState(state) for state in states], limit=limit):
            click.echo(f"{row.id:>6}  {row.received_at:%Y-%m-%d %H:%M}  {row.state.value:<9}  {row.outcome:<16}  {_about(row)}")


@command.command()
@click.argument("number", type=int)
@click.option("--raw", is_flag=True, help="The mail byte for byte; the look is logged.")
@by_option
@pass_house
def show(house: House, number: int, raw: bool, by: str | None) -> None:
    """Show what is known of mail NUMBER, and with --raw the mail itself."""
    with house.open():
        if raw:
            with transaction():
                content = ledger.get(number).raw
                log.note(actor(by), "read-raw", reason=f"#{number}")
            sys.stdout.buffer.write(content)
        else:
            for name, value in _facts(ledger.get(number)):
                click.echo(f"{name:<12}{value}")


@command.command()
@_NUMBERS
@pass_house
def retry(house: House, numbers: tuple[int, ...]) -> None:
    """Work stuck or discarded mails again, now."""
    with house.open():
        for number in numbers:
            with transaction():
                ledger.retry(_get_retriable(number))
            click.echo(f"Mail {number}: {site.ports().inbound.process(number)}.")


@command.command()
@_NUMBERS
@by_option
@pass_house
def release(house: House, numbers: tuple[int, ...], by: str | None) -> None:
    """Publish held mails; their authors are told."""
    with house.open():
        for number in numbers:
            with transaction():
                post = holds.release(_get_hold(number), moderator(by))
                line = f"Mail {number} was published as post {post.id} in thread {post.thread_id}."
            click.echo(line)


@command.command()
@_NUMBERS
@click.option("--reason", required=True, help="Told to the authors.")
@by_option
@pass_house
def reject(house: House, numbers: tuple[int, ...], reason: str, by: str | None) -> None:
    """Decline held mails; their authors are told why."""
    with house.open():
        for number in numbers:
            with transaction():
                holds.reject(_get_hold(number), moderator(by), reason)
            click.echo(f"Mail {number} was rejected.")


def _get_retriable(number: int) -> LedgerRow:
    row = ledger.lock(number)
    if row.state not in (InboundState.STUCK, InboundState.HELD, InboundState.DISCARDED):
        raise click.ClickException(f"Mail {number} is {row.state.value}; only what is stuck or was discarded is worked again.")
    hold = _find_hold(number)
    if hold is not None and hold.state is HoldState.WAITING:
        raise click.ClickException(f"Mail {number} waits for a decision; use release or reject.")
    if hold is not None:
        raise click.ClickException(f"Mail {number} was decided on ({hold.state.value}); that is undone on the moderation page.")
    return row


def _get_hold(number: int) -> HoldRow:
    state, hold = ledger.get(number).state.value, _find_hold(number)
    if hold is None:
        raise click.ClickException(f"Mail {number} is not held; its state is {state}.")
    return hold


def _find_hold(number: int) -> HoldRow | None:
    try:
        return holds.of_inbound(number)
    except NotFound:
        return None


def _about(row: LedgerRow) -> str:
    return _safe(f"{row.sender or row.envelope_from or '<>'}  {row.subject}".strip())


def _facts(row: LedgerRow) -> list[tuple[str, str]]:
    hold = _find_hold(row.id)
    facts = [
        ("mail", str(row.id)),
        ("received", f"{row.received_at:%Y-%m-%d %H:%M:%S} UTC from {row.peer}, {row.size} bytes"),
        ("state", row.state.value),
        ("outcome", row.outcome),
        ("hold", f"{hold.state.value}, since {hold.created_at:%Y-%m-%d %H:%M} ({hold.cause})" if hold else ""),
        ("from", row.sender or row.envelope_from or "<>"),
        ("to", ", ".join(row.envelope_to)),
        ("subject", row.subject),
        ("message-id", row.message_id or ""),
        ("post", str(row.post_id or "")),
        ("tries", str(row.attempts)),
    ]
    shown = [(name, _safe(value)) for name, value in facts if value]
    return shown + [("error" if n == 0 else "", _safe(line)) for n, line in enumerate(row.detail.splitlines())]


def _safe(text: str) -> str:
    """Without control signs: what strangers wrote must not steer the terminal."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)
