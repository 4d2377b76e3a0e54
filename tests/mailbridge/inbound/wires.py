"""A client that says exactly what a test wants, byte for byte; smtplib is too polite for that."""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from collections.abc import Callable
from types import TracebackType

from tests.cast import ANNE

FINANZEN = "finanzen.bottrop@ratspost.localhost"


def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for something that another thread is about to do; fails if it does not."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    assert condition()


class Wire:
    """One connection to a door."""

    def __init__(self, port: int, *, timeout: float = 10) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self._lines = self.socket.makefile("rb")

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.drop()

    def send(self, octets: bytes) -> None:
        """Send as it is."""
        self.socket.sendall(octets)

    def answer(self) -> bytes:
        """The next answer, all its lines; b"" when the other side has closed."""
        lines = b""
        with contextlib.suppress(ConnectionError):
            while line := self._lines.readline():
                lines += line
                if line[3:4] != b"-":
                    break
        return lines

    def say(self, command: str) -> bytes:
        """A command and its answer."""
        with contextlib.suppress(ConnectionError):
            self.send(command.encode() + b"\r\n")
        return self.answer()

    def say_nothing(self, seconds: float) -> bytes:
        """What comes although nothing was said; b"" if nothing does."""
        before = self.socket.gettimeout()
        self.socket.settimeout(seconds)
        try:
            return self.socket.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            return b""
        finally:
            self.socket.settimeout(before)

    def greet(self) -> Wire:
        """Hear the banner and say EHLO."""
        self.answer()
        self.say("EHLO client.example")
        return self

    def begin(self, sender: str = ANNE, *recipients: str) -> Wire:
        """Everything up to the 354."""
        self.say(f"MAIL FROM:<{sender}>")
        for recipient in recipients or (FINANZEN,):
            self.say(f"RCPT TO:<{recipient}>")
        assert self.say("DATA").startswith(b"354")
        return self

    def drop(self, *, reset: bool = False) -> None:
        """Close, with FIN or with RST."""
        if reset:
            with contextlib.suppress(OSError):
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._lines.close()
        self.socket.close()
