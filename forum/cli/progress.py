"""Progress of long work, on standard error, so that the output of a command stays what it did."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from forum.core.ports import Progress


@contextmanager
def shown(label: str) -> Iterator[Progress]:
    """A bar that follows (done, total); without a terminal nothing is drawn."""
    bar: list[Any] = []

    def told(done: int, total: int) -> None:
        if not bar and sys.stderr.isatty():
            bar.append(click.progressbar(length=max(total, 1), label=label, file=sys.stderr))
            bar[0].render_progress()
        for one in bar:
            one.update(done - one.pos)

    try:
        yield told
    finally:
        for one in bar:
            one.render_finish()
