"""Named places where the fault harness (`tests/faults`) lets a process die; without RATSPOST_CRASH_AT they do nothing.

RATSPOST_CRASH_AT=after-commit:3 kills this process with SIGKILL when it comes to that place for the third time. `POINTS` lists
all places in the order in which a mail meets them.
"""

from __future__ import annotations

import os
import signal

POINTS = (
    "after-rcpt", "mid-data", "before-commit", "after-commit", "after-250",
    "mail-leased", "mail-parsed", "before-post-commit", "after-post-commit",
    "before-fanout-commit", "after-fanout-commit",
    "copies-leased", "copy-sent", "before-settle", "after-settle",
)  # fmt: skip


class _Fuse:
    """Burns down by one each time its point is passed."""

    def __init__(self, text: str) -> None:
        self.point, _, times = text.partition(":")
        self.left = int(times or 1)


_fuse = _Fuse(os.environ.get("RATSPOST_CRASH_AT", ""))


def here(point: str) -> None:
    """Die, if the harness wants this process to die here."""
    if point != _fuse.point:
        return
    _fuse.left -= 1
    if _fuse.left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
