"""The SMTP and LMTP doors: `protocol` speaks, `door` decides about recipients and senders, `spool` writes, then 250 is said.

Whatever goes wrong inside is answered with 451 and a constant text, so the sender's server tries again (R3).
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from aiosmtpd.smtp import Envelope as SmtpEnvelope
from aiosmtpd.smtp import Session as SmtpSession
from sqlalchemy.exc import SQLAlchemyError

from forum.config import Config, Door
from forum.core import crash_points as crash
from forum.core.ports import Scope
from mailbridge import replies
from mailbridge.inbound import data, door
from mailbridge.inbound.limits import ANSWER_SECONDS, DRAIN_SECONDS, Peers
from mailbridge.inbound.mail import Envelope
from mailbridge.inbound.protocol import Guarded, GuardedLmtp, House
from mailbridge.inbound.room import Room
from mailbridge.inbound.sessions import Sessions
from mailbridge.inbound.spool import Look, NotKept, Refused, Spool
from mailbridge.known_names import KnownNames

Answer = TypeVar("Answer")
log = logging.getLogger(__name__)
logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # aiosmtpd's own: it would write addresses and tokens (R109)


SWITCH_SECONDS = 0.0005
"""How long the loop waits for the interpreter while the worker of this process computes; Python's 5 ms come ten times a mail."""


class Recent:
    """Board addresses that were found good within the last second: a burst of mails to one board asks the store once."""

    def __init__(self, seconds: float = 1.0, most: int = 1000) -> None:
        self._seconds, self._most = seconds, most
        self._since = time.monotonic()
        self._known: set[str] = set()

    def has(self, address: str) -> bool:
        """Whether it was; forgets all of them when the second is over."""
        if time.monotonic() - self._since > self._seconds:
            self._since, self._known = time.monotonic(), set()
        return address in self._known

    def add(self, address: str) -> None:
        """It is good."""
        if len(self._known) < self._most:
            self._known.add(address)


class InnerFault(Exception):
    """Something of ours failed while a session asked; which class it was stands in the log."""


class Handler:
    """The hooks of all sessions. `names` gives the current address book inside an application context.

    `asks_network` tells whether the look at a sender may have to wait for others.
    """

    def __init__(self, scope: Scope, names: Callable[[], KnownNames], spool: Spool, room: Room, *, asks_network: bool) -> None:
        self._asks_network = asks_network
        self._scope = scope
        self._names = names
        self._spool = spool
        self._room = room
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="door")
        self._boards = Recent()

    def close(self) -> None:
        """End the threads that asked the store."""
        self._pool.shutdown(wait=True)

    async def handle_MAIL(
        self, _talk: Guarded, _session: SmtpSession, envelope: SmtpEnvelope, address: str, options: list[str]
    ) -> str:
        """RFC 5321 §4.1.1.2: whether we have room for a mail just now (R6, R7, R10)."""
        found = unicodedata.normalize("NFC", address)
        if not found.isprintable():
            return replies.BAD_SENDER.say()
        refusal = self._room.breaker()
        if refusal is None:
            refusal = self._room.seen if self._room.is_fresh() else await self._ask(self._room.look)
        if refusal is not None:
            return refusal
        envelope.mail_from = found
        envelope.mail_options.extend(options)
        return replies.SENDER_OK.say()

    async def handle_RCPT(
        self, talk: Guarded, _session: SmtpSession, envelope: SmtpEnvelope, address: str, _options: list[str]
    ) -> str:
        """RFC 5321 §4.1.1.3: accept a recipient that is ours, refuse any other; never a relay (R67)."""
        if len(envelope.rcpt_tos) >= talk.limits.recipients:
            return replies.TOO_MANY_RCPTS.say(limit=talk.limits.recipients)
        refusal = None if self._boards.has(address) else await self._ask(lambda: self._recipient(address))
        if refusal is not None:
            talk.guesses += 1
            if talk.guesses > talk.limits.guesses:
                await talk.end(replies.TOO_MANY_GUESSES.say())
            return refusal
        envelope.rcpt_tos.append(address)
        crash.here("after-rcpt")
        return replies.RECIPIENT_OK.say()

    async def handle_exception(self, error: Exception) -> str:
        """Any inner fault: constant text, no class name, no path, nothing of the input (R3)."""
        log.error("an SMTP session failed: %s", type(error).__name__)
        return replies.TEMPORARY.say()

    async def take(self, talk: Guarded, raw: bytes) -> str:
        """RFC 5321 §4.1.1.4: 250 only when the mail is on the disk; never raises."""
        began, given = time.monotonic(), talk.envelope
        if given is None:
            return replies.TEMPORARY.say()
        sender = "" if given.mail_from in (None, "<>") else given.mail_from
        envelope = Envelope(sender, tuple(given.rcpt_tos), talk.peer)
        try:
            reply, number = await self._decide(envelope, raw, trusted=talk.trusted)
        except Exception as error:  # noqa: BLE001 - an answer is owed whatever happened, and it is always "later"
            reply, number = await self.handle_exception(error), None
        took = round((time.monotonic() - began) * 1000)
        facts = (number, reply[:3], len(raw), len(envelope.recipients), talk.peer, took, data.is_irregular(raw))
        log.info("mail id=%s answer=%s octets=%s recipients=%s peer=%s ms=%s irregular=%s", *facts)
        return reply

    async def _decide(self, envelope: Envelope, raw: bytes, *, trusted: bool) -> tuple[str, int | None]:
        if not trusted and data.is_irregular(raw):
            return replies.BAD_LINE_ENDS.say(), None
        check = partial(door.mail, raw, envelope.recipients, self._names, envelope.peer)
        look: Look | None = check
        refusal = self._room.breaker()
        if refusal is None and self._asks_network:
            refusal, look = await self._ask(check), None  # in a thread of its own: the spool must not wait for the DNS
        if refusal is not None:
            return refusal, None
        try:
            number = await asyncio.wait_for(asyncio.wrap_future(self._spool.keep(envelope, raw, look)), ANSWER_SECONDS)
        except Refused as refused:
            return refused.reply, None
        except (NotKept, TimeoutError):
            self._room.failed()
            return replies.TEMPORARY.say(), None
        self._room.worked()
        return replies.KEPT.say(), number

    def _recipient(self, address: str) -> str | None:
        names = self._names()
        refusal = door.recipient(address, names)
        if refusal is None and door.is_board(address, names):
            self._boards.add(address)
        return refusal

    async def _ask(self, question: Callable[[], Answer]) -> Answer:
        """Ask the store in a thread, so that the loop goes on. Raises InnerFault, whatever happened."""

        def asked() -> Answer:
            try:
                with self._scope():
                    return question()
            except Exception as error:  # whatever failed in the store, the session hears "later" and the log the class
                if isinstance(error, SQLAlchemyError | OSError):
                    self._room.failed()
                raise InnerFault(type(error).__name__) from error

        return await asyncio.get_running_loop().run_in_executor(self._pool, asked)


class Doors:
    """All listeners of a configuration on one event loop in a thread of its own, with their spool.

    `ports` are the real ones after `start()`, also where the configuration says 0.
    """

    def __init__(self, config: Config, scope: Scope, names: Callable[[], KnownNames], spool: Spool) -> None:
        self._config = config
        self._spool = spool
        self.room = Room(config)
        self._handler = Handler(scope, names, spool, self.room, asks_network=config.verify_dkim)
        self.house = House(
            peers=Peers(config.trusted_peers, brakes=config.brakes),
            sessions=Sessions(),
            memory=data.Memory(),
            largest=config.max_mail,
            hostname=config.mail_domain,
            take=self._handler.take,
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="doors", daemon=True)
        self._servers: list[asyncio.Server] = []
        self.ports: dict[str, int] = {}
        self.stopped = False

    def start(self) -> None:
        """Open the doors; raises OSError when a port is taken."""
        sys.setswitchinterval(SWITCH_SECONDS)
        self._spool.start()
        self._thread.start()
        for name, where, protocol in (("smtp", self._config.smtp, Guarded), ("lmtp", self._config.lmtp, GuardedLmtp)):
            if where is not None:
                self.ports[name] = asyncio.run_coroutine_threadsafe(self._open(where, protocol), self._loop).result()

    def stop(self) -> None:
        """Close the doors, let open DATA finish, write what was handed in, end (R11)."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(DRAIN_SECONDS + ANSWER_SECONDS + 5)
        self._spool.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._handler.close()
        self.stopped = True

    async def _open(self, where: Door, protocol: type[Guarded]) -> int:
        server = await self._loop.create_server(
            lambda: protocol(self._handler, self.house, self._loop), where.host, where.port, backlog=256
        )
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        await self.house.sessions.close(DRAIN_SECONDS)
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        await asyncio.wait(tasks, timeout=ANSWER_SECONDS) if tasks else None  # mails whose sender went away meanwhile
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
