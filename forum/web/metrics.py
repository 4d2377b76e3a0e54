"""`/metrics`: how the house does, for Prometheus (text format 0.0.4). Only numbers; only for trusted peers (R75)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from flask import Blueprint, Response

from forum.core import clock, tally
from forum.mailroom import deliveries, ledger, letters
from forum.threads import counts
from forum.web.guards import peer

pages = Blueprint("metrics", __name__)


@pages.get("/metrics")
@peer
def show() -> Response:
    """States of mails and copies, what waits and how long, and what this process has counted."""
    return Response("".join(f"{line}\n" for line in _lines()), content_type="text/plain; version=0.0.4; charset=utf-8")


def _lines() -> Iterator[str]:
    backlog = ledger.backlog()
    age = (clock.now() - backlog.oldest).total_seconds() if backlog.oldest else 0.0
    yield from _family("posts", "gauge", "Posts.", {"": counts.posts()})
    yield from _family("threads", "gauge", "Threads.", {"": counts.threads()})
    yield from _family("inbound_mails", "gauge", "Accepted mails by state.", _labelled("state", ledger.counts()))
    yield from _family("inbound_waiting_octets", "gauge", "Octets of mails that wait for the worker.", {"": backlog.octets})
    yield from _family("inbound_oldest_seconds", "gauge", "Age of the oldest mail that waits.", {"": round(max(age, 0.0), 1)})
    yield from _family("deliveries", "gauge", "Copies by state.", _labelled("state", deliveries.counts()))
    yield from _family("letters_waiting", "gauge", "Letters that are not fanned out yet.", {"": letters.waiting()})
    counted: dict[str, dict[str, int]] = {}
    for (name, label), count in sorted(tally.all_counts().items()):
        counted.setdefault(name, {})[f'{{kind="{label}"}}'] = count
    for name, values in counted.items():
        yield from _family(f"{name}_total", "counter", "Counted by this process since it began.", values)


def _labelled(label: str, values: Mapping[str, int]) -> dict[str, int]:
    return {f'{{{label}="{value}"}}': count for value, count in values.items()}


def _family(name: str, kind: str, text: str, values: Mapping[str, float]) -> Iterable[str]:
    yield f"# HELP ratspost_{name} {text}"
    yield f"# TYPE ratspost_{name} {kind}"
    for labels, value in values.items():
        yield f"ratspost_{name}{labels} {value}"
