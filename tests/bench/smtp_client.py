"""A thin SMTP and LMTP client for measuring: costs little CPU beside the server under test, and can send pipelined (RFC 2920)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

_LONGEST_REPLY = 1 << 20


class Refused(Exception):
    """The server answered something else than success, or closed."""


class Client:
    """One connection; replies are read one per command but with pipelining."""

    def __init__(self, host: str, port: int, *, lmtp: bool = False) -> None:
        self._host, self._port, self._lmtp = host, port, lmtp
        self._pipelining = False

    async def open(self) -> None:
        """Connect and greet; raises Refused or OSError."""
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port, limit=_LONGEST_REPLY)
        await self._expect(220)
        greeted = await self._say(b"LHLO bench.invalid\r\n" if self._lmtp else b"EHLO bench.invalid\r\n", 250)
        self._pipelining = b"PIPELINING" in greeted.upper()

    async def send(self, sender: str, recipients: Sequence[str], wire: bytes, *, pipeline: bool = False) -> None:
        """Deliver one mail, already in the form of `wire`; raises Refused unless it was accepted for all."""
        head = [b"MAIL FROM:<%s>\r\n" % sender.encode(), *(b"RCPT TO:<%s>\r\n" % each.encode() for each in recipients)]
        if pipeline and self._pipelining:
            self._writer.write(b"".join(head) + b"DATA\r\n")
            for _ in head:
                await self._expect(250)
            await self._expect(354)
        else:
            for command in head:
                await self._say(command, 250, 251)
            await self._say(b"DATA\r\n", 354)
        self._writer.write(wire)
        await self._final(len(recipients) if self._lmtp else 1)

    async def close(self) -> None:
        """Say goodbye, but do not insist on an answer."""
        with contextlib.suppress(OSError, Refused, asyncio.TimeoutError):
            self._writer.write(b"QUIT\r\n")
            await asyncio.wait_for(self._reply(), 2)
        self.abandon()

    def abandon(self) -> None:
        """Let the connection go without a word."""
        with contextlib.suppress(AttributeError, OSError):  # it may never have been opened
            self._writer.close()

    async def _final(self, answers: int) -> None:
        refused = None
        for _ in range(answers):
            code, text = await self._reply()
            refused = text if code != 250 else refused
        if refused:
            raise Refused(_readable(refused))

    async def _say(self, command: bytes, *wanted: int) -> bytes:
        self._writer.write(command)
        return await self._expect(*wanted)

    async def _expect(self, *wanted: int) -> bytes:
        code, text = await self._reply()
        if code not in wanted:
            raise Refused(_readable(text))
        return text

    async def _reply(self) -> tuple[int, bytes]:
        lines = []
        while line := await self._reader.readline():
            lines.append(line)
            if line[3:4] != b"-":
                return int(line[:3]), b"".join(lines)
        raise Refused("closed")


def wire(raw: bytes) -> bytes:
    """A mail with CR LF as it goes after DATA: dots doubled, the final dot added (RFC 5321 §4.5.2)."""
    stuffed = (b"." if raw.startswith(b".") else b"") + raw.replace(b"\r\n.", b"\r\n..")
    return stuffed + (b"" if raw.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _readable(text: bytes) -> str:
    return text.decode(errors="replace").strip()
