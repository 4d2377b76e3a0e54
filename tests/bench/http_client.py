"""A thin HTTP/1.1 client for measuring: one kept connection, no compression asked for."""

from __future__ import annotations

import asyncio
import urllib.parse
from collections.abc import AsyncIterator
from dataclasses import dataclass

_LONGEST_LINE = 1 << 22


@dataclass(frozen=True, slots=True)
class Header:
    """What a response says about its body."""

    status: int
    length: int | None
    chunked: bool
    closes: bool


class Client:
    """Fetches one URL after the other."""

    def __init__(self, cookie: str = "") -> None:
        self._cookie = cookie
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, url: str) -> tuple[int, bytes]:
        """Status and body; raises OSError, IncompleteReadError or ValueError."""
        parts = urllib.parse.urlsplit(url)
        reader, line = await self._ask(parts, _request(parts, self._cookie))
        header = await _header(line, reader)
        body = await _body(header, reader)
        if header.closes:
            self.drop()
        return header.status, body

    def drop(self) -> None:
        """Let the connection go."""
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None

    async def _ask(self, parts: urllib.parse.SplitResult, request: bytes) -> tuple[asyncio.StreamReader, bytes]:
        """The first line of the answer; a kept connection that the server closed meanwhile is tried once more."""
        while True:
            fresh = self._streams is None
            if self._streams is None:
                assert parts.hostname is not None
                self._streams = await asyncio.open_connection(parts.hostname, parts.port or 80, limit=_LONGEST_LINE)
            reader, writer = self._streams
            try:
                writer.write(request)
                line = await reader.readline()
            except ConnectionError:
                line = b""
            if line:
                return reader, line
            self.drop()
            if fresh:
                raise OSError("closed without an answer")


def _request(parts: urllib.parse.SplitResult, cookie: str) -> bytes:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {parts.netloc}",
        "User-Agent: bench",
        "Accept: text/html,*/*",
        "Accept-Language: en",
        *([f"Cookie: {cookie}"] if cookie else []),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _header(line: bytes, reader: asyncio.StreamReader) -> Header:
    fields: dict[str, str] = {}
    while (field := await reader.readline()) not in (b"\r\n", b"\n", b""):
        name, _, value = field.decode("latin-1").partition(":")
        fields[name.lower()] = value.strip().lower()
    length = int(fields["content-length"]) if "content-length" in fields else None
    chunked = "chunked" in fields.get("transfer-encoding", "")
    connection = fields.get("connection", "")
    old = line.startswith(b"HTTP/1.0") and connection != "keep-alive"
    unmeasured = length is None and not chunked
    return Header(int(line.split()[1]), length, chunked, connection == "close" or old or unmeasured)


async def _body(header: Header, reader: asyncio.StreamReader) -> bytes:
    if header.chunked:
        return b"".join([chunk async for chunk in _chunks(reader)])
    return await reader.read() if header.length is None else await reader.readexactly(header.length)


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while size := int((await reader.readline()).split(b";")[0], 16):
        yield await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readline()
