"""`./run revision MESSAGE`: a fresh store is brought to the newest migration and compared with the models.

On PostgreSQL, because Alembic cannot read indexes over expressions from SQLite and would leave them out.
"""

from __future__ import annotations

import subprocess
import sys

from forum.core import migrate
from tests import postgresql


def main(words: list[str]) -> int:
    """Write one migration named by the words; returns the exit code."""
    if not words:
        print("usage: ./run revision MESSAGE")
        return 2
    with postgresql.server() as store:
        migrate.upgrade(store)
        path = migrate.revise(store, " ".join(words))
    return subprocess.call([sys.executable, "-m", "ruff", "format", "--quiet", path])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
