"""Waits until Mailman's queue folders are empty, at most $MAX seconds; prints the seconds it took. Takes QUEUES [NAME…]."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

_QUEUES = ("in", "pipeline", "out", "virgin", "archive")
_PAUSE, _EMPTY_LOOKS = 0.2, 3


def drain(root: Path, names: tuple[str, ...] = _QUEUES, patience: float = 180) -> float:
    """Seconds until the queues were empty for three looks in a row; those looks are not counted."""
    start, empty = time.monotonic(), 0
    while time.monotonic() < start + patience and empty < _EMPTY_LOOKS:
        waiting = any(any((root / name).iterdir()) for name in names if (root / name).is_dir())
        empty = 0 if waiting else empty + 1
        time.sleep(_PAUSE)
    return time.monotonic() - start - (_EMPTY_LOOKS - 1) * _PAUSE


if __name__ == "__main__":
    print(round(drain(Path(sys.argv[1]), tuple(sys.argv[2:]) or _QUEUES, float(os.environ.get("MAX", "180"))), 2))
