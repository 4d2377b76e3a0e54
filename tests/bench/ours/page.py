"""docs/performance.md: what was measured in one run, beside the machine's limits and the peers' recorded figures."""

from __future__ import annotations

import statistics
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import report
from tests.bench.figures import Figure

PAGE = Path("docs/performance.md")

STORES = (("SQLite", "ours", 0), ("PostgreSQL", "ours-pg", 1))
"""Name, peer of the figures, place in `Goal.mailman`."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One line of the first table: a figure of ours, Mailman's on SQLite and PostgreSQL, and what issue 4 asks for."""

    title: str
    metric: str
    note: str
    unit: str
    mailman: tuple[float, float] | None
    asked: float
    higher: bool = True


GOALS = (
    Goal("accepted over SMTP, 16 sessions, fsync", "accept_rate", "accept", "mails/s", (164, 170), 850),
    Goal("personalised delivery to 1,000", "drain_rate", "personalised", "recipients/s", (74, 46), 2300),
    Goal("the same against Mailman's bulk", "drain_rate", "personalised", "recipients/s", (2271, 1169), 2300),
    Goal("CPU of a personal copy, everything included", "delivery_rate:cpu", "personalised", "ms", (13.1, 20.5), 0.5, False),
    Goal("one post: accepted until the last of 1,000", "accept_to_last", "1 post", "ms", (14_800, 22_500), 1000, False),
    Goal("memory of all processes (PSS) after that load", "memory_pss", "after", "MiB", (885, 1135), 200, False),
)


def write(figures: Sequence[Figure], *, machine: str, peers_now: bool) -> None:
    """Write the page from the figures of one run, in the order in which one reads them."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    when = figures[0]["ts"]
    parts = [_HEAD.format(when=when, commit=commit, machine=machine, disturbed=_disturbed(figures), peers=_PEERS[peers_now])]
    there = {one["peer"] for one in figures}
    parts += [_against_mailman(figures, store, peer, which) for store, peer, which in STORES if peer in there]
    parts += [_growth(figures), _machine(figures)]
    if _BOUNDS.exists():
        parts.append(_BOUNDS.read_text("utf-8").strip())
    PAGE.write_text("\n\n".join(part for part in parts if part) + "\n", "utf-8")


_BOUNDS = Path(__file__).with_name("bounds.md")
_PEERS = {
    False: "The peers' figures were not taken in this run: they were measured earlier, on a machine of this kind "
    "(`./run bench --peers` measures them anew).",
    True: "The peers were measured in the same run.",
}
_HEAD = """# How fast, and how much faster than its peers

Made by `./run bench` on {when}, commit {commit}. Machine: {machine}
Client, sink and Ratspost share the cores. {disturbed}

{peers} CPU is that of the whole process tree under test,
PostgreSQL included where it takes part. Every copy has its own Reply-To, its own one-click unsubscribe and its own envelope
sender; accepting means: committed with fsync before 250. The worker of the same process has the mails that came before on its
desk meanwhile and gives way while senders queue. Medians of all repeats."""


def _disturbed(figures: Iterable[Figure]) -> str:
    shares = [float(share) for one in figures if (share := one.get("others", one.get("others_share"))) is not None]
    if not shares:
        return ""
    middle = statistics.median(shares)
    said = f"Others used {middle:.0%} of all cores meanwhile (median; up to {max(shares):.0%})"
    return f"{said}, so rates are lower bounds and CPU is too high." if middle > 0.1 else f"{said}."


def _median(figures: Iterable[Figure], peer: str, metric: str, note: str) -> float | None:
    name, _, field = metric.partition(":")
    found = [
        float(value)
        for one in figures
        if one["peer"] == peer and one["metric"] == name and one.get("note", "") == note
        if (value := one.get("peer_cpu_ms_each" if field else "value")) is not None
    ]
    return statistics.median(found) if found else None


def _against_mailman(figures: Sequence[Figure], store: str, peer: str, which: int) -> str:
    lines = [
        f"## {store}, against Mailman 3.3.10 with {store}", "",
        "| | Ratspost | Mailman | ratio | asked | |", "| --- | ---: | ---: | ---: | ---: | --- |",
    ]  # fmt: skip
    for goal in GOALS:
        value = _median(figures, peer, goal.metric, goal.note)
        if value is None or goal.mailman is None:
            continue
        theirs = goal.mailman[which]
        ratio = value / theirs if goal.higher else theirs / value
        met = value >= goal.asked if goal.higher else value <= goal.asked
        lines.append(
            f"| {goal.title} | {_short(value)} {goal.unit} | {_short(theirs)} {goal.unit} | {ratio:,.1f} × "
            f"| {'≥' if goal.higher else '≤'} {_short(goal.asked)} | {'met' if met else '**not met**'} |"
        )
    lost = sum(one.get("lost") or 0 for one in figures if one["peer"] == peer)
    twice = sum(one.get("duplicates") or 0 for one in figures if one["peer"] == peer)
    return "\n".join([*lines, "", f"Copies lost: {lost}, doubled: {twice}."])


_Column = tuple[str, Callable[[str], float | None]]


def _growth(figures: Sequence[Figure]) -> str:
    def column(peer: str, metric: str) -> Callable[[str], float | None]:
        return lambda note: _median(figures, peer, metric, note)

    many: list[_Column] = [
        ("CPU ms a copy", column("ours-followers", "delivery_rate:cpu")),
        ("recipients/s", column("ours-followers", "drain_rate")),
    ]
    old: list[_Column] = [
        ("CPU ms to accept (with what the worker did meanwhile)", column("ours-posts", "accept_rate:cpu")),
        ("CPU ms a mail from accept to posted", column("ours-posts", "worked_rate:cpu")),
        ("CPU ms a copy to 1,000", column("ours-posts", "delivery_rate:cpu")),
    ]
    tables = [_table("More followers", "ours-followers", figures, many), _table("More old posts", "ours-posts", figures, old)]
    return "\n\n".join(table for table in tables if table)


def _table(title: str, peer: str, figures: Sequence[Figure], columns: Sequence[_Column]) -> str:
    notes = list(dict.fromkeys(str(one["note"]) for one in figures if one["peer"] == peer))
    if not notes:
        return ""
    head = [f"## {title}", "", "| | " + " | ".join(name for name, _ in columns) + " |", "| --- |" + " ---: |" * len(columns)]
    rows = [[note, *(_short(value(note)) for _, value in columns)] for note in notes]
    return "\n".join([*head, *("| " + " | ".join(row) + " |" for row in rows)])


def _machine(figures: Sequence[Figure]) -> str:
    limits = [one for one in figures if one["peer"].startswith("limit-")]
    return f"## What this machine can do at all\n\n{report.table(limits)}" if limits else ""


def _short(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
