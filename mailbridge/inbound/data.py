"""Reading what comes after DATA, in large pieces and with a bound on memory; the end is CR LF . CR LF and nothing else (R71).

`protocol` calls `read`. A refusal is said only when the sender has finished, as RFC 5321 §4.2.5 implies; nothing of a refused
mail is kept meanwhile.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from forum.core import crash_points as crash
from mailbridge import replies
from mailbridge.inbound.limits import MOST_HELD

_END = b"\r\n.\r\n"


class Refused(Exception):
    """The mail was read to its end but not taken; `reply` says why."""

    def __init__(self, reply: str) -> None:
        super().__init__(reply)
        self.reply = reply


@dataclass(slots=True)
class Memory:
    """Octets that all sessions hold of mails between their first byte and the disk."""

    most: int = MOST_HELD
    held: int = 0


class Hold:
    """What one mail holds of the memory; given back when its session has answered."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._octets = 0

    def take(self, octets: int) -> bool:
        """Reserve more, if there is room."""
        if self._memory.held + octets > self._memory.most:
            return False
        self._memory.held += octets
        self._octets += octets
        return True

    def free(self) -> None:
        """Give everything back."""
        self._memory.held -= self._octets
        self._octets = 0


async def read(reader: asyncio.StreamReader, hold: Hold, largest: int) -> bytes:
    """The mail up to its lone dot, dots undone (RFC 5321 §4.5.2). Raises Refused if it is too large or finds no room."""
    pieces: list[bytes] = []
    try:
        return await _read(reader, hold, largest, pieces)
    finally:
        pieces.clear()  # a cancelled session lies about in cycles for a while; its mail must not


async def _read(reader: asyncio.StreamReader, hold: Hold, largest: int, pieces: list[bytes]) -> bytes:
    _begin_line(reader)
    size, refusal, ended = 0, "", False
    while not ended:
        piece, ended = await _next(reader)
        crash.here("mid-data")
        size += len(piece)
        if not refusal and size > largest + len(_END):
            refusal = replies.TOO_LARGE.say(limit=f"{largest // 1_000_000} MB")
        elif not refusal and not hold.take(len(piece)):
            refusal = replies.NO_ROOM.say()
        if refusal:
            pieces.clear()
            hold.free()
        else:
            pieces.append(piece)
    if refusal:
        raise Refused(refusal)
    return _undone(pieces)


def is_irregular(raw: bytes) -> bool:
    """Whether a mail holds bare CR, bare LF or NUL (RFC 5321 §2.3.8), with which others could be made to see two mails."""
    ends = raw.count(b"\r\n")
    return raw.count(b"\n") != ends or raw.count(b"\r") != ends or b"\0" in raw


def forget(reader: asyncio.StreamReader) -> None:
    """Drop what was read ahead."""
    reader._buffer.clear()  # type: ignore[attr-defined]


def _begin_line(reader: asyncio.StreamReader) -> None:
    """Put the line end of the DATA command before the mail, so that a dot in its first line ends it like any other."""
    reader._buffer[:0] = b"\r\n"  # type: ignore[attr-defined]


async def _next(reader: asyncio.StreamReader) -> tuple[bytes, bool]:
    """The next piece of the mail, and whether it was the last."""
    try:
        return await reader.readuntil(_END), True
    except asyncio.LimitOverrunError as longer:
        return await reader.read(longer.consumed), False


def _undone(pieces: list[bytes]) -> bytes:
    """One mail from its pieces, without the two line ends and the dot that we added or that ended it."""
    raw = b"".join(pieces)
    pieces.clear()
    raw = raw[: -len(_END) + 2]
    return raw.replace(b"\r\n.", b"\r\n")[2:]
