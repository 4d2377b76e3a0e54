"""`./run revision MESSAGE`: a fresh store is brought to the newest migration and compared with the models."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from forum.core import migrate


def main(words: list[str]) -> int:
    """Write one migration named by the words; returns the exit code."""
    if not words:
        print("usage: ./run revision MESSAGE")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        store = f"sqlite:///{Path(folder) / 'empty.sqlite3'}"
        migrate.upgrade(store)
        print(migrate.revise(store, " ".join(words)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
