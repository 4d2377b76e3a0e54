"""Running parts of the house until SIGTERM or Ctrl+C; shared by `web`, `bridge`, `worker` and `up`."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from types import FrameType

import click

from forum.core.ports import Runner


def until_told(parts: Sequence[tuple[str, Runner]], announce: Callable[[], Sequence[str]]) -> None:
    """Start the parts in order, print the lines, wait for SIGTERM or SIGINT, stop the parts in the opposite order."""
    _write_log()
    with _told_to_stop() as told, ExitStack() as running:
        for name, part in parts:
            _start(name, part)
            running.callback(part.stop)
        for line in announce():
            click.echo(line)
        told.wait()
        click.echo("Stopping …")
    click.echo("Stopped.")


def _write_log() -> None:
    """Our own lines from INFO on, everybody else's from WARNING on, to standard error (R75)."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for house in ("forum", "mailbridge"):
        logging.getLogger(house).setLevel(logging.INFO)


def _start(name: str, part: Runner) -> None:
    try:
        part.start()
    except OSError as error:
        raise click.ClickException(f"The {name} could not be started: {error.strerror or error}.") from error


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set; a second signal while stopping acts as it always does."""
    told = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def tell(_number: int, _frame: FrameType | None) -> None:
        told.set()
        for number, handler in before.items():
            signal.signal(number, handler)

    for number in before:
        signal.signal(number, tell)
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
