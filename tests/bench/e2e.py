"""End to end: inject posts, wait until the sink has every recipient of each, look for loss and duplicates.

Figures: `delivery_rate` = recipients arrived per second since the first injection · `drain_rate` = the same between first and
last arrival · `accept_to_last` = ms from a post's final 250 to its last recipient. The poster's own copy counts if expected.
"""

from __future__ import annotations

import json
import time
import urllib.request
from dataclasses import dataclass
from typing import Any

from tests.bench import processes
from tests.bench.figures import Figure, emit, percentile, rounded, spread
from tests.bench.inject import Outcome, Plan, inject


@dataclass(frozen=True, slots=True)
class Goal:
    """Recipients per post, the control port of the sink, seconds to wait: in all, without progress, for late duplicates."""

    expect: int = 1000
    control: int = 2526
    wait: float = 600
    stall: float = 45
    settle: float = 2


def measure(plan: Plan, goal: Goal) -> int:
    """Emit the three figures; the number of copies lost or doubled plus the errors of injection."""
    ask(goal.control, "/reset")
    outcome = inject(plan)
    wanted = len(outcome.accepted) * goal.expect
    stats = _arrived(goal, wanted)
    measured = outcome.meter.stop(stats["cpu_s"])
    measured |= processes.per_piece(measured, stats["recipients"])
    time.sleep(goal.settle)
    detail = ask(goal.control, "/detail")
    stats = detail["stats"]
    lost = wanted - stats["distinct_pairs"]
    common = _common(plan, goal, outcome, detail) | {"lost": lost, "others_share": measured.pop("others", None)}
    _emit(plan.peer, outcome, detail, measured, common)
    return int(lost + stats["duplicates"] + len(outcome.errors))


def ask(control: int, path: str) -> dict[str, Any]:
    """What the sink answers on its control port."""
    with urllib.request.urlopen(f"http://127.0.0.1:{control}{path}", timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def _arrived(goal: Goal, wanted: int) -> dict[str, Any]:
    """The sink's numbers when all came, the time is over, or nothing came for a while."""
    end, seen, moved = time.monotonic() + goal.wait, -1, time.monotonic()
    while True:
        stats = ask(goal.control, f"/wait?rcpts={wanted}&timeout={min(5, goal.wait, goal.stall)}")
        if stats["recipients"] != seen:
            seen, moved = stats["recipients"], time.monotonic()
        if seen >= wanted or time.monotonic() >= end or time.monotonic() - moved >= goal.stall:
            return stats


def _common(plan: Plan, goal: Goal, outcome: Outcome, detail: dict[str, Any]) -> Figure:
    config = {
        "proto": plan.proto,
        "conns": plan.conns,
        "posts": plan.count,
        "members": goal.expect,
        "kind": plan.kind,
        "rate": plan.rate,
        "mean_bytes": outcome.mean_octets,
    }
    return {
        "config": config,
        "duplicates": detail["stats"]["duplicates"],
        "posts_missing": sum(mid not in detail["mids"] for mid in outcome.accepted),
        "errors": len(outcome.errors),
        "note": plan.note,
    }


def _emit(peer: str, outcome: Outcome, detail: dict[str, Any], measured: Figure, common: Figure) -> None:
    stats, arrivals = detail["stats"], detail["mids"]
    span = stats["last"] - outcome.began if stats["last"] else 0
    waits = [(arrivals[mid][1] - accepted) * 1000 for mid, accepted in outcome.accepted.items() if mid in arrivals]
    counted = {
        "smtp_transactions": stats["messages"],
        "sink_connections": stats["connections"],
        "sink_cpu_s": rounded(stats["cpu_s"], 2),
        "span_s": rounded(span, 2),
    }
    rate = stats["recipients"] / span if span else 0
    emit(peer, "delivery_rate", rate, "recipients/s", higher_is_better=True, **counted, **measured, **common)
    emit(peer, "drain_rate", stats["recipients_per_s"] or 0, "recipients/s", higher_is_better=True, **common)
    emit(peer, "accept_to_last", percentile(waits, 50), "ms", higher_is_better=False, spread_ms=spread(waits, 1), **common)
