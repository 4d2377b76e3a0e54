"""How fast SQLite's FTS5 answers in process, best 25 by bm25."""

from __future__ import annotations

import sqlite3
import time

from tests.bench.council_words import SEARCH_TERMS
from tests.bench.figures import emit, percentile, spread
from tests.bench.limits import page_store
from tests.bench.limits.setting import Setting

_TIMES = 100
_BEST = """select p.id, p.author, p.at, bm25(fts) b from fts join post p on p.id = fts.rowid
where fts match ? order by b limit 25"""


def measure(setting: Setting) -> None:
    """Emit the median time of each query."""
    database = sqlite3.connect(page_store.made(setting.folder))
    for query in (*SEARCH_TERMS, "Haushalt", "Haushalt AND Radweg", "Grundsteuer*"):
        latencies, rows = [], 0
        for _ in range(_TIMES):
            start = time.perf_counter()
            rows = len(database.execute(_BEST, (query,)).fetchall())
            latencies.append((time.perf_counter() - start) * 1000)
        hits = database.execute("select count(*) from fts where fts match ?", (query,)).fetchone()[0]
        config = {"q": query, "messages": page_store.MAILS, "hits": hits, "rows": rows, "rank": "bm25"}
        middle = percentile(latencies, 50)
        emit("limit-fts5", "query_p50", middle, "ms", higher_is_better=False, spread_ms=spread(latencies), config=config)
