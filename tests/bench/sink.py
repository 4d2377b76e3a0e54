"""The SMTP sink: swallows what the system under test sends and counts it. A protocol without coroutines, so it costs little.

A mail counts when its final dot was answered with 250. Times are CLOCK_MONOTONIC, comparable with `inject` on the same machine.
It can answer with a temporary failure, reject a domain, wait, or cut the connection after the dot. Control is a line of JSON per
HTTP GET on a second port: /stats, /reset, /wait?rcpts=N&timeout=S, /detail (per Message-ID), /get?n=0 (one of the kept mails).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import time
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_MESSAGE_ID = re.compile(rb"^message-id:[ \t\r\n]*<?([^>\r\n]+)>?", re.IGNORECASE | re.MULTILINE)
_HEADER_LOOKED_AT = 16384
_CAPABILITIES = b"250-sink\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES\r\n"
_OK = b"250 ok\r\n"


@dataclass(frozen=True, slots=True)
class Manners:
    """How the sink behaves; 0 and None switch a fault off."""

    keep: int = 3
    delay_ms: float = 0
    tempfail_every: int = 0
    reject_domain: str | None = None
    drop_after_data_every: int = 0


@dataclass(slots=True)
class Arrival:
    """What came under one Message-ID."""

    first: float
    last: float
    recipients: int = 0
    messages: int = 0


@dataclass(slots=True)
class Counts:
    """Everything counted since the start or the last /reset."""

    messages: int = 0
    recipients: int = 0
    octets: int = 0
    connections: int = 0
    open: int = 0
    max_open: int = 0
    rcpt_seen: int = 0
    data_seen: int = 0
    tempfailed: int = 0
    rejected: int = 0
    dropped: int = 0
    first: float | None = None
    last: float | None = None
    pairs: dict[tuple[str, str], int] = field(default_factory=dict)  # (Message-ID, recipient) → copies
    arrivals: dict[str, Arrival] = field(default_factory=dict)
    samples: list[dict[str, Any]] = field(default_factory=list)
    cpu_before: float = field(default_factory=time.process_time)

    def take(self, message_id: str, recipients: list[str], octets: int) -> None:
        """Count one mail that was accepted just now."""
        now = time.monotonic()
        self.messages += 1
        self.recipients += len(recipients)
        self.octets += octets
        self.first, self.last = (now if self.first is None else self.first), now
        for recipient in recipients:
            self.pairs[message_id, recipient] = self.pairs.get((message_id, recipient), 0) + 1
        arrival = self.arrivals.setdefault(message_id, Arrival(now, now))
        arrival.last = now
        arrival.recipients += len(recipients)
        arrival.messages += 1

    def stats(self) -> dict[str, Any]:
        """The numbers as /stats tells them."""
        span = self.last - self.first if self.first is not None and self.last is not None else 0.0
        return {
            "messages": self.messages,
            "recipients": self.recipients,
            "bytes": self.octets,
            "connections": self.connections,
            "max_open": self.max_open,
            "first": self.first,
            "last": self.last,
            "span_s": span,
            "messages_per_s": self.messages / span if span else None,
            "recipients_per_s": self.recipients / span if span else None,
            "distinct_pairs": len(self.pairs),
            "duplicates": sum(copies - 1 for copies in self.pairs.values()),
            "message_ids": len(self.arrivals),
            "tempfailed": self.tempfailed,
            "rejected": self.rejected,
            "dropped": self.dropped,
            "cpu_s": time.process_time() - self.cpu_before,
            "now": time.monotonic(),
        }

    def detail(self) -> dict[str, Any]:
        """The numbers, the arrivals by Message-ID, and up to a thousand pairs that came more than once."""
        arrivals = {mid: [each.first, each.last, each.recipients, each.messages] for mid, each in self.arrivals.items()}
        twice = [[*pair, copies] for pair, copies in self.pairs.items() if copies > 1]
        return {"stats": self.stats(), "mids": arrivals, "dups": twice[:1000]}


class Sink:
    """One sink: its counts, its manners, and who waits for recipients."""

    def __init__(self, manners: Manners | None = None) -> None:
        self.manners = manners or Manners()
        self.counts = Counts()
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []

    async def start(self, port: int, control: int) -> tuple[asyncio.Server, asyncio.Server]:
        """Listen on the loopback; the ports may be 0."""
        loop = asyncio.get_running_loop()
        return (
            await loop.create_server(lambda: Session(self), "127.0.0.1", port, backlog=1024),
            await asyncio.start_server(self._control, "127.0.0.1", control),
        )

    def reset(self) -> None:
        """Forget all counts but the connections that are open."""
        self.counts = Counts(open=self.counts.open, max_open=self.counts.open)

    def recipient(self, line: bytes) -> tuple[str | None, bytes]:
        """The recipient of a RCPT line, None if it is turned away, and the answer."""
        manners, counts = self.manners, self.counts
        counts.rcpt_seen += 1
        address = line[line.find(b"<") + 1 : line.rfind(b">")].decode("utf-8", "replace").lower()
        if manners.tempfail_every and counts.rcpt_seen % manners.tempfail_every == 0:
            counts.tempfailed += 1
            return None, b"451 4.3.0 try later\r\n"
        if manners.reject_domain and address.endswith(f"@{manners.reject_domain}"):
            counts.rejected += 1
            return None, b"550 5.1.1 no such user\r\n"
        return address, _OK

    def drops(self) -> bool:
        """Whether this mail is one of those after whose dot the connection is cut."""
        self.counts.data_seen += 1
        every = self.manners.drop_after_data_every
        dropped = bool(every) and self.counts.data_seen % every == 0
        self.counts.dropped += dropped
        return dropped

    def take(self, body: bytes, recipients: list[str]) -> None:
        """Count a mail, keep the first few, wake who waited for it."""
        self.counts.take(_message_id(body), recipients, len(body))
        if len(self.counts.samples) < self.manners.keep:
            self.counts.samples.append({"rcpts": recipients, "raw": body.decode("utf-8", "replace")})
        for wanted, future in self._waiting:
            if self.counts.recipients >= wanted and not future.done():
                future.set_result(None)

    async def _control(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            target = (await reader.readline()).split()[1].decode()
            while (await reader.readline()).strip():
                pass
            url = urllib.parse.urlsplit(target)
            text = json.dumps(await self._answer(url.path, dict(urllib.parse.parse_qsl(url.query)))).encode()
            head = b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(text)
            writer.write(head + text)
            await writer.drain()
        except (IndexError, ConnectionError, KeyError):
            pass  # whoever asked wrongly, or went away, gets no answer
        finally:
            writer.close()

    async def _answer(self, path: str, query: dict[str, str]) -> object:
        match path:
            case "/reset":
                self.reset()
                return {"ok": True}
            case "/wait":
                await self._wait(int(query["rcpts"]), float(query.get("timeout", 60)))
                return self.counts.stats()
            case "/detail":
                return self.counts.detail()
            case "/get":
                return self.counts.samples[int(query.get("n", 0))] if self.counts.samples else None
            case _:
                return self.counts.stats()

    async def _wait(self, wanted: int, seconds: float) -> None:
        if self.counts.recipients >= wanted:
            return
        entry = (wanted, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        try:
            await asyncio.wait_for(entry[1], seconds)
        except TimeoutError:
            pass  # the stats tell how far it came
        finally:
            self._waiting.remove(entry)


class Session(asyncio.Protocol):
    """One SMTP connection."""

    __slots__ = ("_buffer", "_ended", "_in_data", "_recipients", "_sink", "_transport")

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._buffer = bytearray()
        self._in_data = self._ended = False
        self._recipients: list[str] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        counts = self._sink.counts
        counts.connections += 1
        counts.open += 1
        counts.max_open = max(counts.max_open, counts.open)
        transport.write(b"220 sink ESMTP\r\n")

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it out."""
        self._sink.counts.open -= 1

    def data_received(self, data: bytes) -> None:
        """Answer every whole command and mail in the buffer with one write."""
        self._buffer += data
        answers: list[bytes] = []
        while (answer := self._body() if self._in_data else self._command()) is not None:
            answers.append(answer)
            if self._ended or self._transport.is_closing():
                break
        if not self._transport.is_closing():
            self._transport.write(b"".join(answers))
        if self._ended:
            self._transport.close()

    def _command(self) -> bytes | None:
        """The answer to the next command, None if there is no whole one."""
        end = self._buffer.find(b"\n")
        if end < 0:
            return None
        line = bytes(self._buffer[:end]).rstrip(b"\r")
        del self._buffer[: end + 1]
        return self._obey(line[:4].upper(), line)

    def _obey(self, verb: bytes, line: bytes) -> bytes:
        match verb:
            case b"RCPT":
                recipient, answer = self._sink.recipient(line)
                self._recipients += [recipient] if recipient is not None else []
                return answer
            case b"DATA":
                self._in_data = bool(self._recipients)
                return b"354 go\r\n" if self._in_data else b"554 no valid recipients\r\n"
            case b"EHLO":
                return _CAPABILITIES
            case b"MAIL" | b"RSET":
                self._recipients = []
                return _OK
            case b"HELO" | b"NOOP" | b"LHLO":
                return _OK
            case b"QUIT":
                self._ended = True
                return b"221 bye\r\n"
            case _:
                return b"502 no\r\n"

    def _body(self) -> bytes | None:
        """The answer to the mail in the buffer, None if its end has not come yet."""
        end, skip = (0, 3) if self._buffer.startswith(b".\r\n") else (self._buffer.find(b"\r\n.\r\n"), 5)
        if end < 0:
            return None
        body = bytes(self._buffer[: end + 2])
        del self._buffer[: end + skip]
        self._in_data = False
        recipients, self._recipients = self._recipients, []
        if self._sink.drops():
            self._transport.abort()
            return b""
        self._sink.take(body, recipients)
        if not self._sink.manners.delay_ms:
            return b"250 ok queued\r\n"
        asyncio.get_running_loop().call_later(self._sink.manners.delay_ms / 1000, self._transport.write, _OK)
        return b""


def run(port: int, control: int, manners: Manners, pidfile: Path | None) -> None:
    """Serve until interrupted."""
    if pidfile:
        pidfile.write_text(str(os.getpid()))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(port, control, manners))


async def _serve(port: int, control: int, manners: Manners) -> None:
    servers = await Sink(manners).start(port, control)
    ports = [server.sockets[0].getsockname()[1] for server in servers]
    print(json.dumps({"sink": ports[0], "control": ports[1], "pid": os.getpid()}), flush=True)
    await asyncio.Event().wait()


def _message_id(body: bytes) -> str:
    header = body[:_HEADER_LOOKED_AT].partition(b"\r\n\r\n")[0] + b"\r\n"
    found = _MESSAGE_ID.search(header)
    return found[1].decode("utf-8", "replace").strip() if found else "(none)"
