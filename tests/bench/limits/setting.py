"""What all parts share: where to work, how often to repeat, and child servers that end with their block."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 10  # seconds


@dataclass(frozen=True, slots=True)
class Setting:
    """A folder for files, repeats of each figure, and seconds to wait for a quiet machine before each."""

    folder: Path
    repeat: int = 3
    quiet: float = 0


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def child(port: int, *arguments: str, **environment: str) -> Iterator[int]:
    """A Python process that listens on `port`, by its pid; ended with the block. Raises TimeoutError if it never listens."""
    process = subprocess.Popen([sys.executable, *arguments], env=os.environ | environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _wait_for(port: int) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if time.monotonic() > end:
            raise TimeoutError(f"nothing listens on port {port}")
        time.sleep(0.05)
