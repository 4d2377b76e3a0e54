"""A mail server for tests: keeps what it gets and answers as a script says. On the loopback, on any free port."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Sink:
    """`says` maps a command ("MAIL", "RCPT", "DATA") or a recipient to the reply it gets; everything else is taken.

    About `silent` recipients it says nothing for a while.
    """

    says: dict[str, str] = field(default_factory=dict)
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    options: list[list[str]] = field(default_factory=list)
    sessions: list[Any] = field(default_factory=list)
    port: int = 0
    pipelining: bool = False
    silent: set[str] = field(default_factory=set)

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> list[str]:
        session.host_name = hostname
        return ["250-PIPELINING", *responses] if self.pipelining else responses

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, mail_options: list[str]) -> str:
        if session not in self.sessions:
            self.sessions.append(session)
        self.options.append(mail_options)
        if "MAIL" in self.says:
            return self.says["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, rcpt_options: list[str]) -> str:
        if address in self.silent:
            await asyncio.sleep(2)
        answer = self.says.get(address) or self.says.get("RCPT") or "250 OK"
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.says.get("DATA", "250 2.0.0 kept")
        if answer == "drop":
            server.transport.abort()
            return "250 nobody hears this"
        if answer.startswith("2"):
            self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return answer


class _AnyPort(Controller):
    """A controller that looks which port it got, before its own first connection."""

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def running(sink: Sink, *, port: int = 0, smtputf8: bool = True) -> Iterator[Sink]:
    """Serve until the block ends; `sink.port` tells where."""
    controller = _AnyPort(sink, hostname="127.0.0.1", port=port, enable_SMTPUTF8=smtputf8)
    controller.start()
    sink.port = controller.port
    try:
        yield sink
    finally:
        controller.stop()
