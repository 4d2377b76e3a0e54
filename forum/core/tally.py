"""What this process has done since it began, in numbers that only grow; `/metrics` shows them (R75).

A name and one label value: `tally.add("smtp_answers", "4xx")`. Several processes count each for itself.
"""

from __future__ import annotations

import threading
from collections import Counter

_lock = threading.Lock()
_counts: Counter[tuple[str, str]] = Counter()


def add(name: str, label: str, count: int = 1) -> None:
    """Count something that happened."""
    with _lock:
        _counts[name, label] += count


def all_counts() -> dict[tuple[str, str], int]:
    """Everything counted so far, by name and label."""
    with _lock:
        return dict(_counts)
