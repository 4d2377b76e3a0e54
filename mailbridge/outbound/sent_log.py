"""What the relay has taken but the store does not know yet: a few lines in a file of this worker, so that a kill repeats nothing.

`deliver` notes each copy at the relay's 250 (one write, no fsync: it is to outlive the process, not the machine) and settles in
groups. The next worker of this host that starts settles what a dead one noted and gives the rest of its lease back. Whether a
worker lives is told by the lock that the kernel holds for it, so nothing stale can stand in the way. Losing the file costs a few
second copies with the same Message-ID (R30), nothing else.
"""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Left:
    """What a worker left: its lease, and the deliveries of it that were sent."""

    lease: str
    sent: tuple[int, ...]


class SentLog:
    """The file of one worker; it is gone when the worker stops in peace. Trouble with it is logged and changes nothing else."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"{secrets.token_hex(6)}.sent"
        self._open: int | None = None
        self._lease = ""
        self._noted: list[int] = []

    def begin(self, lease: str) -> None:
        """A new batch: forget the last one."""
        self._lease = lease
        self._noted.clear()
        try:
            if self._open is None:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                self._open = os.open(self._file, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
                fcntl.flock(self._open, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._open, 0)
            os.write(self._open, f"{lease}\n".encode())
        except OSError as error:
            self._failed(error)

    def note(self, delivery_id: int) -> None:
        """The relay has taken this copy."""
        self._noted.append(delivery_id)
        if self._open is None:
            return
        try:
            os.write(self._open, b"%d\n" % delivery_id)
        except OSError as error:
            self._failed(error)

    def settled(self) -> None:
        """The store knows what was noted up to now."""
        self._noted.clear()

    def unsettled(self) -> Left | None:
        """What the store did not take when it was told."""
        return Left(self._lease, tuple(self._noted)) if self._noted else None

    def close(self) -> None:
        """Leave in peace: the file goes, unless the store does not know all of it."""
        if self._open is not None:
            if not self._noted:
                self._file.unlink(missing_ok=True)
            os.close(self._open)
            self._open = None

    def _failed(self, error: OSError) -> None:
        log.warning("copies are not noted before they are settled: error %s", error.errno)


def left(folder: Path) -> Iterator[Left]:
    """What dead workers left in this folder; the file goes when the block of the loop has ended well."""
    for file in sorted(folder.glob("*.sent")):
        try:
            handle = os.open(file, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield _read(file)
            file.unlink(missing_ok=True)
        except BlockingIOError:
            continue  # its worker lives
        finally:
            os.close(handle)


def _read(file: Path) -> Left:
    """A last line that was cut while it was written is left out; its copy goes out again."""
    lease, *numbers = file.read_text("ascii", "replace").split("\n")[:-1] or [""]
    return Left(lease, tuple(int(number) for number in numbers if number.isdecimal()))
