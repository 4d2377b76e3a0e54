"""The SMTP and LMTP doors: aiosmtpd speaks, `door` decides about recipients and senders, `spool` writes, then 250 is said.

Whatever goes wrong inside is answered with 451 and a constant text, so the sender's server tries again (R3).
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP
from aiosmtpd.smtp import Envelope as SmtpEnvelope
from aiosmtpd.smtp import Session as SmtpSession

from forum.config import Config, Door
from forum.core.ports import Scope
from mailbridge import replies
from mailbridge.inbound import door
from mailbridge.inbound.mail import Envelope
from mailbridge.inbound.spool import NotKept, Spool
from mailbridge.known_names import KnownNames

MOST_RECIPIENTS = 100
LONGEST_LINE = 65_536
KEEP_SECONDS = 60
DRAIN_SECONDS = 25
Answer = TypeVar("Answer")
log = logging.getLogger(__name__)


class Handler:
    """The hooks of one listener. `names` gives the current address book inside an application context."""

    def __init__(self, scope: Scope, names: Callable[[], KnownNames], spool: Spool) -> None:
        self._scope = scope
        self._names = names
        self._spool = spool
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="door")
        self.busy = 0  # mails between their last byte and our answer

    def close(self) -> None:
        """End the threads that asked the store."""
        self._pool.shutdown(wait=True)

    async def handle_RCPT(
        self, _server: SMTP, _session: SmtpSession, envelope: SmtpEnvelope, address: str, _options: list[str]
    ) -> str:
        """RFC 5321 §4.1.1.3: accept a recipient that is ours, refuse any other; never a relay."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return replies.TOO_MANY_RCPTS.say(limit=MOST_RECIPIENTS)
        refusal = await self._ask(lambda: door.recipient(address, self._names()))
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return replies.RECIPIENT_OK.say()

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: SmtpEnvelope) -> str:
        """RFC 5321 §4.1.1.4: 250 only when the mail is on the disk. LMTP answers once for each recipient (RFC 2033 §4.2)."""
        raw = bytes(envelope.original_content or b"")
        recipients = tuple(envelope.rcpt_tos)
        kept = Envelope(envelope.mail_from or "", recipients, _peer(session))
        self.busy += 1
        try:
            reply = await self._ask(lambda: door.mail(raw, recipients, self._names())) or await self._keep(kept, raw)
        finally:
            self.busy -= 1
        return "\r\n".join([reply] * len(recipients)) if isinstance(server, LMTP) else reply

    async def handle_exception(self, error: Exception) -> str:
        """Any inner fault: constant text, no class name, no path, nothing of the input (R3)."""
        log.error("an SMTP session failed: %s", type(error).__name__)
        return replies.TEMPORARY.say()

    async def _keep(self, envelope: Envelope, raw: bytes) -> str:
        future = asyncio.wrap_future(self._spool.keep(envelope, raw))
        try:
            await asyncio.wait_for(asyncio.shield(future), KEEP_SECONDS)
        except (NotKept, TimeoutError):
            return replies.TEMPORARY.say()
        return replies.KEPT.say()

    async def _ask(self, question: Callable[[], Answer]) -> Answer:
        """Ask the store in a thread, so that the loop goes on."""

        def asked() -> Answer:
            with self._scope():
                return question()

        return await asyncio.get_running_loop().run_in_executor(self._pool, asked)


def _peer(session: SmtpSession) -> str:
    """The address of the other side; "" for a Unix socket."""
    return str(session.peer[0]) if session.peer else ""


class _Smtp(SMTP):
    line_length_limit = LONGEST_LINE


class _Lmtp(LMTP):
    line_length_limit = LONGEST_LINE


class Doors:
    """All listeners of a configuration on one event loop in a thread of its own, with their spool.

    `ports` are the real ones after `start()`, also where the configuration says 0.
    """

    def __init__(self, config: Config, scope: Scope, names: Callable[[], KnownNames], spool: Spool) -> None:
        self._config = config
        self._spool = spool
        self._handler = Handler(scope, names, spool)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="doors", daemon=True)
        self._servers: list[asyncio.Server] = []
        self.ports: dict[str, int] = {}

    def start(self) -> None:
        """Open the doors; raises OSError when a port is taken."""
        self._spool.start()
        self._thread.start()
        for name, where, protocol in (("smtp", self._config.smtp, _Smtp), ("lmtp", self._config.lmtp, _Lmtp)):
            if where is not None:
                self.ports[name] = asyncio.run_coroutine_threadsafe(self._open(where, protocol), self._loop).result()

    def stop(self) -> None:
        """Close the doors, let open DATA finish, write what was handed in, end."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(DRAIN_SECONDS + 5)
        self._spool.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._handler.close()

    async def _open(self, where: Door, protocol: type[SMTP]) -> int:
        server = await self._loop.create_server(lambda: self._session(protocol), where.host, where.port)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    def _session(self, protocol: type[SMTP]) -> SMTP:
        return protocol(
            self._handler,
            data_size_limit=self._config.max_mail,
            enable_SMTPUTF8=True,
            hostname=self._config.mail_domain,
            ident="Ratspost",
            loop=self._loop,
        )

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        for _ in range(DRAIN_SECONDS * 20):
            if not self._handler.busy:
                break
            await asyncio.sleep(0.05)
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
