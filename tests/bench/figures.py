"""Figures: one measured number each, as one JSON line. `value` is a plain number, so that a/b of two peers is their ratio.

$BENCH_RESULTS is a file that every figure is added to; $BENCH_RUN names the run that figures belong to.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from typing import Any

from forum.core import clock

Figure = dict[str, Any]


def rounded(value: float | None, digits: int = 3) -> float | None:
    """The value rounded, None as it is."""
    return None if value is None else round(value, digits)


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The value that this many percent do not exceed (nearest rank); None without values."""
    if not values:
        return None
    rank = math.ceil(percent * len(values) / 100)
    return sorted(values)[max(0, min(len(values), rank) - 1)]


def spread(values: Sequence[float], digits: int = 3) -> Figure:
    """Count, p50, p90, p99, maximum and mean."""
    return {
        "n": len(values),
        **{f"p{percent}": rounded(percentile(values, percent), digits) for percent in (50, 90, 99)},
        "max": rounded(max(values, default=None), digits),
        "mean": rounded(sum(values) / len(values) if values else None, digits),
    }


def emit(peer: str, metric: str, value: float | None, unit: str, *, higher_is_better: bool, **more: object) -> Figure:
    """Print one figure, add it to the results, and give it back."""
    figure: Figure = {
        "run": os.environ.get("BENCH_RUN", "adhoc"),
        "peer": peer,
        "metric": metric,
        "value": rounded(value, 4),
        "unit": unit,
        "better": "higher" if higher_is_better else "lower",
        "ts": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "load1": rounded(os.getloadavg()[0], 2),
        **more,
    }
    line = json.dumps(figure, ensure_ascii=False)
    print(line, flush=True)
    results = os.environ.get("BENCH_RESULTS")
    if results:
        with open(results, "a", encoding="utf-8") as file:
            file.write(line + "\n")
    return figure
