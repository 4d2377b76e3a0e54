"""Tables from files of figures: the median of the repeats, minimum and maximum, and how disturbed they were."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.bench.figures import Figure

_COLUMNS = ("peer", "metric", "what", "c", "n", "median", "min", "max", "unit", "CPU ms each", "others", "notes")


def read(files: Iterable[Path], *, run: str = "", peer: str = "", metric: str = "") -> Iterator[Figure]:
    """The figures in the files; of one run, of peers that begin so, of these metrics (by commas)."""
    for path in files:
        for line in path.read_text(encoding="utf-8").splitlines():
            figure: Figure = json.loads(line)
            wanted = not metric or figure["metric"] in metric.split(",")
            if wanted and figure["peer"].startswith(peer) and run in ("", figure["run"]):
                yield figure


def table(figures: Iterable[Figure]) -> str:
    """A Markdown table with one line for all repeats of the same measurement."""
    repeats: dict[tuple[str, ...], list[Figure]] = {}
    for figure in figures:
        repeats.setdefault(_key(figure), []).append(figure)
    rows = [_COLUMNS, tuple("---" for _ in _COLUMNS), *(_row(key, group) for key, group in repeats.items())]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _key(figure: Figure) -> tuple[str, ...]:
    config = figure.get("config", {})
    what = figure.get("page") or config.get("q") or figure.get("note", "")
    together = config.get("clients") or config.get("conns") or ""
    how = (config.get("client", ""), config.get("pipeline", ""))
    return tuple(str(each) for each in (figure["peer"], figure["metric"], what, together, figure["unit"], *how))


def _row(key: tuple[str, ...], group: Sequence[Figure]) -> tuple[str, ...]:
    peer, metric, what, together, unit, *_ = key
    values = _present(figure["value"] for figure in group)
    costs = _present(figure.get("peer_cpu_ms_each") for figure in group)
    others = _present(figure.get("others", figure.get("others_share")) for figure in group)
    bounds = [_short(f(values) if values else None) for f in (statistics.median, min, max)]
    measured = (_short(statistics.median(costs)) if costs else "", _short(statistics.median(others)) if others else "")
    return (peer, metric, what, together, str(len(values)), *bounds, unit, *measured, ", ".join(_notes(group)))


def _notes(group: Sequence[Figure]) -> Iterator[str]:
    for name in ("lost", "duplicates", "errors"):
        total = sum(figure.get(name) or 0 for figure in group)
        if total:
            yield f"{name} {total}"
    first, config = group[0], group[0].get("config", {})
    if config.get("client") not in (None, "", "raw"):
        yield str(config["client"])
    if config.get("pipeline") is True:
        yield "pipelined"
    if first["metric"] == "memory_pss" and first.get("processes"):
        yield f"{first['processes']} processes"
    if config.get("body_bytes"):
        yield f"{config['body_bytes'] // 1024} KiB"


def _present(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _short(value: float | None) -> str:
    if value is None:
        return "-"
    digits = next((digits for limit, digits in ((100, 0), (10, 1), (0.1, 2)) if abs(value) >= limit), 3)
    return f"{value:,.{digits}f}"
