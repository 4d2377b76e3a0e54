"""A gigabyte without a line end, from ten clients at once, does not make the process grow (R69; M7)."""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path

import pytest

from mailbridge.inbound.server import Doors
from tests.mailbridge.inbound.wires import Wire

pytestmark = [pytest.mark.socket, pytest.mark.proof]
CLIENTS = 10
GROWTH = 100_000_000


def resident() -> int:
    """Octets this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


class Watch:
    """The most memory that was ever held while the block ran."""

    def __enter__(self) -> Watch:
        self.began = self.most = resident()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.005):
            self.most = max(self.most, resident())


def flood(port: int, piece: bytes, left: int, *, in_data: bool) -> None:
    """Send so many octets, on a new connection whenever one was cut."""
    while left > 0:
        with Wire(port, timeout=20) as wire, contextlib.suppress(ConnectionError, socket.timeout, AssertionError):
            wire.greet()
            if in_data:
                wire.begin()
            while left > 0:
                left -= len(piece)
                wire.send(piece)


ENDLESS, LINES = b"x" * 65_536, (b"y" * 998 + b"\r\n") * 64


@pytest.mark.parametrize(
    ("piece", "in_data", "octets"),
    [(ENDLESS, True, 1_000_000_000), (ENDLESS, False, 300_000_000), (LINES, True, 300_000_000)],
    ids=["a gigabyte in DATA", "commands", "mails that are too large"],
)
def test_ten_clients_do_not_fill_the_memory(doors: Doors, piece: bytes, in_data: bool, octets: int) -> None:
    def client() -> None:
        flood(doors.ports["smtp"], piece, octets // CLIENTS, in_data=in_data)

    with Watch() as watch:
        clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
        for thread in clients:
            thread.start()
        for thread in clients:
            thread.join()
    assert watch.most - watch.began < GROWTH
