"""How fast Flask behind gunicorn shows a thread of 200, a list and a search, with nothing around them."""

from __future__ import annotations

import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import replace

from tests.bench import processes, web
from tests.bench.council_words import SEARCH_TERMS
from tests.bench.figures import emit
from tests.bench.limits import page_store
from tests.bench.limits.setting import Setting, child, free_port
from tests.bench.web import Visit

_WARM_UP = 1.5  # seconds until both workers of gunicorn are there


def measure(setting: Setting) -> None:
    """Emit latencies and rates of the bare pages, and the memory of the server."""
    database, port = page_store.made(setting.folder), free_port()
    app = "tests.bench.limits.page_app:make_app()"
    with child(port, "-m", "gunicorn", "-w", "2", "-b", f"127.0.0.1:{port}", app, PAGE_DB=str(database)) as pid:
        time.sleep(_WARM_UP)
        held = processes.memory([pid])
        emit("limit-page", "memory_pss", held.pss / 2**20, "MiB", higher_is_better=False, processes=held.processes)
        for visit in _visits(f"http://127.0.0.1:{port}", page_store.biggest_thread(database)):
            for clients in (1, 4):
                for _ in range(setting.repeat):
                    web.measure(
                        replace(visit, peer="limit-page", clients=clients, requests=300, pids=str(pid), quiet=setting.quiet)
                    )


def _visits(base: str, thread: int) -> Iterator[Visit]:
    yield Visit((f"{base}/hello",), name="hello")
    for way, name in (("raw", "thread200-raw-sqlite"), ("orm", "thread200-flask-sqlalchemy")):
        yield Visit((f"{base}/{way}/{thread}",), name=name, expect="<article", expect_count=200)
    yield Visit((f"{base}/list",), name="overview25")
    for term in SEARCH_TERMS:
        url = f"{base}/search?q={urllib.parse.quote(term)}"
        yield Visit((url,), name=f"search-{term}", expect="class=hit>[^<]{60}", expect_count=5)
