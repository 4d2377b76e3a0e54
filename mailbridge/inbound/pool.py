"""Keeps the child processes in which mails are read, and hands mails to them (R76). Used by the worker, from any thread.

A child that dies or hangs costs one mail its reading, never the parent: the caller gets `ParseTimedOut` or `ParseCrashed` and
can still show the plain extract of `parse.unread(raw, error.code)`. The next mail finds a fresh child.
"""

from __future__ import annotations

import os
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from types import TracebackType

from mailbridge.inbound import child, parse, wire
from mailbridge.inbound.bounces import Bounce
from mailbridge.inbound.mail import ParsedMail

CPU_SECONDS = 10
MEMORY = 512 * 1024 * 1024  # bytes of address space
WALL_SECONDS = 60  # a machine under load gives 10 s of CPU late
START_SECONDS = 30
MAILS_EACH = 1_000  # then a fresh process, so that nothing slowly grows

_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")  # no secret of ours goes to where hostile mail is read


class ParseFailed(Exception):
    """A mail could not be read. `code` is one of `problems.PROBLEMS`."""

    code = "crashed"


class ParseTimedOut(ParseFailed):
    """Reading took more than its share of CPU or of patience."""

    code = "timed-out"


class ParseCrashed(ParseFailed):
    """The child ran out of memory or died."""

    code = "crashed"


class _Died(ParseCrashed):
    """The child is gone without an answer."""


class Pool:
    """A few children, started when needed. `read` and `bounce` may be called from many threads; `close` ends the children."""

    def __init__(
        self, size: int = 2, *, cpu_seconds: int = CPU_SECONDS, memory: int = MEMORY, wall_seconds: float = WALL_SECONDS
    ) -> None:
        self._limits = (cpu_seconds, memory)
        self._wall = wall_seconds
        self._idle: list[_Child] = []
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(size)
        self._closed = False

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def warm(self) -> None:
        """Starts one child now, so that the first mail does not wait for it."""
        with self._slots:
            self._give_back(self._take())

    def read(self, raw: bytes) -> ParsedMail:
        """`parse.read` in a child. Raises ParseTimedOut or ParseCrashed; everything else is a ParsedMail."""
        try:
            return wire.unpack_mail(self._ask(child.MAIL, raw, ""))
        except (ValueError, KeyError, TypeError, struct.error) as error:
            raise ParseCrashed("unreadable answer") from error

    def read_anyway(self, raw: bytes) -> ParsedMail:
        """The same for the worker: of a mail that cannot be read the plain extract, with the reason among its problems."""
        try:
            return self.read(raw)
        except ParseFailed as failure:
            return parse.unread(raw, failure.code)

    def bounce(self, raw: bytes, sender: str) -> Bounce | None:
        """`bounces.read` in a child, for a mail that `rules.judge` calls a bounce; `sender` is its envelope sender."""
        try:
            return wire.unpack_bounce(self._ask(child.BOUNCE, raw, sender))
        except (ValueError, KeyError, TypeError, struct.error) as error:
            raise ParseCrashed("unreadable answer") from error

    def close(self) -> None:
        """Ends all idle children; busy ones end when they come back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for one in idle:
            one.end()

    def _ask(self, verb: bytes, raw: bytes, sender: str) -> bytes:
        with self._slots:
            try:
                return self._ask_one(self._take(), verb, raw, sender)
            except _Died:
                # It may have been ended from outside while it waited (out-of-memory killer). A mail that kills twice is to blame.
                return self._ask_one(_Child(*self._limits), verb, raw, sender)

    def _ask_one(self, one: _Child, verb: bytes, raw: bytes, sender: str) -> bytes:
        try:
            answer = one.ask(verb, raw, sender, self._wall)
        except BaseException:
            one.end()
            raise
        self._give_back(one)
        return answer

    def _take(self) -> _Child:
        with self._lock:
            while self._idle:
                one = self._idle.pop()
                if one.alive():
                    return one
                one.end()
        return _Child(*self._limits)

    def _give_back(self, one: _Child) -> None:
        with self._lock:
            if not self._closed and one.served < MAILS_EACH:
                self._idle.append(one)
                return
        one.end()


class _Child:
    """One process and its two pipes."""

    def __init__(self, cpu_seconds: int, memory: int) -> None:
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
        command = [sys.executable, "-m", child.__name__, str(cpu_seconds), str(memory)]
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no word of it comes from outside
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, bufsize=0
        )
        self.served = 0
        try:
            self._receive(time.monotonic() + START_SECONDS)
        except BaseException:
            self.end()
            raise

    def alive(self) -> bool:
        """True while the process runs."""
        return self._process.poll() is None

    def ask(self, verb: bytes, raw: bytes, sender: str, wall_seconds: float) -> bytes:
        """One request, one answer. ParseTimedOut or ParseCrashed, after which the child must be ended."""
        name = sender.encode("utf-8", "replace")[:2_000]
        deadline = time.monotonic() + wall_seconds
        self.served += 1
        self._send([child.REQUEST.pack(verb, len(name), len(raw)) + name, raw], deadline)
        return self._receive(deadline)

    def end(self) -> None:
        """Kills the process if it still runs and frees its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _send(self, pieces: list[bytes], deadline: float) -> None:
        assert self._process.stdin is not None
        sink = self._process.stdin.fileno()
        os.set_blocking(sink, False)
        for piece in pieces:
            rest = memoryview(piece)
            while rest:
                self._wait(sink, select.POLLOUT, deadline)
                try:
                    rest = rest[os.write(sink, rest) :]
                except BlockingIOError:
                    continue
                except OSError as error:
                    raise self._death() from error

    def _receive(self, deadline: float) -> bytes:
        flag, length = child.ANSWER.unpack(self._exactly(child.ANSWER.size, deadline))
        if flag == child.OUT_OF_MEMORY:
            raise ParseCrashed("out of memory")
        return self._exactly(length, deadline)

    def _exactly(self, count: int, deadline: float) -> bytes:
        assert self._process.stdout is not None
        source = self._process.stdout.fileno()
        pieces: list[bytes] = []
        while count:
            self._wait(source, select.POLLIN, deadline)
            piece = os.read(source, min(count, 1 << 20))
            if not piece:
                raise self._death()
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)

    def _wait(self, descriptor: int, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise ParseTimedOut("no answer in time")

    def _death(self) -> ParseFailed:
        code = self._process.wait()
        return ParseTimedOut("too much CPU") if code == -signal.SIGXCPU else _Died(f"child ended with {code}")
