"""Pages: latency (p50, p99) and pages per second of URLs with several clients at once.

A request is timed from before the connect, or from the write on a kept connection, to the last octet. Several URLs are asked for
in turn; in a sequence one sample is all of them, one after the other, as for a page that loads its parts. A pattern that must
occur in the body so often proves that the page holds what it should.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.bench import processes
from tests.bench.figures import Figure, emit, percentile, spread
from tests.bench.http_client import Client
from tests.bench.processes import Meter


@dataclass(frozen=True, slots=True)
class Visit:
    """Which page to ask for how often, and what it must hold."""

    urls: tuple[str, ...]
    peer: str = "peer"
    name: str = "page"
    clients: int = 1
    requests: int = 200
    warmup: int = 5
    max_s: float = 60
    expect: str = ""
    expect_count: int = 1
    cookie: str = ""
    pids: str = ""
    quiet: float = 0
    sequence: bool = False
    wrk: int = 0
    note: str = ""


class Wrong(Exception):
    """The page is not the one that was to be measured."""


@dataclass(slots=True)
class Seen:
    """What the requests gave."""

    octets: int
    hits: int | None
    meter: Meter
    began: float = field(default_factory=time.monotonic)
    latencies_ms: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def measure(visit: Visit) -> int:
    """Emit p50, p99 and rate of a page; the number of requests that failed; raises Wrong."""
    seen = asyncio.run(_visit(visit))
    span = time.monotonic() - seen.began
    measured = seen.meter.stop()
    config = {
        "clients": visit.clients,
        "requests": len(seen.latencies_ms),
        "urls": len(visit.urls),
        "sequence": visit.sequence,
        "body_bytes": seen.octets,
    }
    measured |= processes.per_piece(measured, len(seen.latencies_ms))
    more: Figure = {
        "page": visit.name,
        "config": config,
        "errors": len(seen.faults),
        "expect_hits": seen.hits,
        "note": visit.note,
    }
    for percent in (50, 99):
        value = percentile(seen.latencies_ms, percent)
        spreading = {"spread_ms": spread(seen.latencies_ms, 2)} if percent == 50 else {}
        emit(visit.peer, f"page_p{percent}", value, "ms", higher_is_better=False, **spreading, **more)
    emit(visit.peer, "page_rate", len(seen.latencies_ms) / span, "pages/s", higher_is_better=True, **measured, **more)
    if visit.wrk:
        _by_wrk(visit, config)
    return len(seen.faults)


async def _visit(visit: Visit) -> Seen:
    first = Client(visit.cookie)
    octets, hits = await _check(visit, first)
    for number in range(visit.warmup):
        await first.get(visit.urls[number % len(visit.urls)])
    first.drop()
    if visit.quiet:
        processes.quiet(patience=visit.quiet)
    seen = Seen(octets, hits, Meter(processes.pids(visit.pids)))
    queue = iter(range(visit.requests))
    await asyncio.gather(*(_worker(visit, queue, seen) for _ in range(visit.clients)))
    return seen


async def _check(visit: Visit, client: Client) -> tuple[int, int | None]:
    """The size of one sample and how often the pattern occurs; raises Wrong if a page is not there or not the right one."""
    octets = hits = 0
    for url in visit.urls:
        status, body = await client.get(url)
        if status != 200:
            raise Wrong(f"{url}: {status} {body[:300]!r}")
        octets += len(body)
        hits += len(re.findall(visit.expect.encode(), body)) if visit.expect else 0
    if visit.expect and hits < visit.expect_count:
        raise Wrong(f"expected {visit.expect_count} x {visit.expect}, saw {hits}")
    return octets if visit.sequence else octets // len(visit.urls), hits if visit.expect else None


async def _worker(visit: Visit, queue: Iterator[int], seen: Seen) -> None:
    client = Client(visit.cookie)
    deadline = seen.began + visit.max_s
    for number in queue:
        if time.monotonic() > deadline:
            break
        start = time.monotonic()
        try:
            for url in visit.urls if visit.sequence else (visit.urls[number % len(visit.urls)],):
                status, _ = await client.get(url)
                if status != 200:
                    seen.faults.append(str(status))
        except (OSError, asyncio.IncompleteReadError, ValueError) as reason:
            seen.faults.append(str(reason))
            client.drop()
            continue
        seen.latencies_ms.append((time.monotonic() - start) * 1000)
    client.drop()


def _by_wrk(visit: Visit, config: Figure) -> None:
    """The same page by Debian's wrk, which is no bottleneck even for pages under a millisecond."""
    threads = str(min(2, visit.clients))
    command = [
        "wrk",
        "-t",
        threads,
        "-c",
        str(visit.clients),
        "-d",
        f"{visit.wrk}s",
        "--latency",
        "--timeout",
        "30s",
        visit.urls[0],
    ]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        print("wrk is not installed", file=sys.stderr)
        return
    rate, middle = re.search(r"Requests/sec:\s*([\d.]+)", said), re.search(r"50%\s+[\d.]+(?:us|ms|s)", said)
    emit(
        visit.peer, "wrk_rate", float(rate[1]) if rate else None, "pages/s", higher_is_better=True,
        p50=middle[0] if middle else None, non2xx="Non-2xx" in said, page=visit.name, config=config,
    )  # fmt: skip
