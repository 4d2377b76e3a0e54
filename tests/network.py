"""No test talks to the network: sockets are an error, except on the loopback in tests that are about sockets.

Unix sockets stay free; PostgreSQL is reached through one.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

_allowed = False


class ForbiddenSocket(AssertionError):
    """A test opened a socket without the marker `socket`, or one that leaves this machine."""


@contextmanager
def loopback() -> Iterator[None]:
    """Allow sockets on the loopback inside the block."""
    global _allowed
    before, _allowed = _allowed, True
    try:
        yield
    finally:
        _allowed = before


def guard(patch: pytest.MonkeyPatch) -> None:
    """Put the check before everything by which a Python socket meets the world."""
    for name in ("bind", "connect", "connect_ex", "sendto"):
        patch.setattr(socket.socket, name, _checked(name, getattr(socket.socket, name)))


def _checked(name: str, original: Any) -> Any:
    def act(self: socket.socket, *args: Any) -> Any:
        if self.family != socket.AF_UNIX:
            _check(name, args[-1])
        return original(self, *args)

    return act


def _check(name: str, address: Any) -> None:
    host = str(address[0])
    if not _allowed:
        raise ForbiddenSocket(f"socket.{name} to {address}: mark the test with @pytest.mark.socket if it is about sockets")
    if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
        raise ForbiddenSocket(f"socket.{name} to {address}: tests stay on the loopback")
