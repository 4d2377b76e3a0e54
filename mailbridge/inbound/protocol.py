"""One SMTP or LMTP session: aiosmtpd's, made safe. Limits (R68), bounded memory (R69), constant answers (R3, R72), clean ends.

`server` opens the listeners and makes these; the hooks it gives decide about recipients and mails.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP

from forum.core import crash_points as crash
from forum.core import tally
from mailbridge import replies
from mailbridge.inbound import data
from mailbridge.inbound.limits import LONGEST_LINE, Limits, Peers
from mailbridge.inbound.sessions import Sessions

_TOO_LARGE = "552 Error: message size"

READ_AHEAD = 65_536
"""Octets that are buffered before a sender is made to wait; also the longest command line that is read at all."""


_PLAIN_PATH = re.compile(r"<([A-Za-z0-9_=+-]+(?:\.[A-Za-z0-9_=+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)>(?= |$)")


@dataclass(frozen=True, slots=True)
class House:
    """What all sessions of a process share."""

    peers: Peers
    sessions: Sessions
    memory: data.Memory
    largest: int
    hostname: str
    take: Callable[[Guarded, bytes], Coroutine[None, None, str]]
    """Answers a whole mail."""


class Guarded(SMTP):
    """A session within its limits. `limits` are those of its peer."""

    line_length_limit = READ_AHEAD

    def __init__(self, handler: object, house: House, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            handler, data_size_limit=house.largest, enable_SMTPUTF8=True, hostname=house.hostname, ident="Ratspost", loop=loop
        )
        self._house = house
        self.peer = ""
        self.limits: Limits = house.peers.limits("")
        self.mails = self.guesses = self._errors = self._unbroken = 0
        self._in_data = self._stopping = self.trusted = False
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Find out who it is before anything else."""
        name = transport.get_extra_info("peername")
        self.peer = str(name[0]) if name else ""
        self.trusted = self._house.peers.trusts(self.peer)  # whether the other side is our MTA
        self.limits = self._house.peers.limits(self.peer)
        self._timeout_duration = self.limits.idle
        self._deadline = self.loop.call_later(self.limits.session, self._timeout_cb)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Count it out, whatever ended it."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._house.sessions.leave(self)
        super().connection_lost(error)
        data.forget(self._reader)  # this object lies about in cycles for a while; what it has read must not

    def data_received(self, received: bytes) -> None:
        """Cut a stream without line ends before it fills the memory, in commands as in DATA (R69)."""
        end = received.rfind(b"\n")
        self._unbroken = self._unbroken + len(received) if end < 0 else len(received) - end - 1
        if self._unbroken <= LONGEST_LINE:
            super().data_received(received)
        elif self.transport is not None and not self.transport.is_closing():
            self._write(replies.ENDLESS_LINE.say())
            self.transport.close()

    # --- ends -------------------------------------------------------------------------------------------------------------------

    def end_soon(self) -> None:
        """Say 421 and close: now, or when the mail at hand is answered (R11)."""
        self._stopping = True
        if not self._in_data and self.transport is not None:
            self._write(replies.STOPPING.say())
            self.transport.close()

    def abort(self) -> None:
        """Close without a word."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    async def end(self, reply: str) -> None:
        """Say a last word and leave; commands that were sent ahead are not read any more."""
        self._write(reply)
        if self.transport is not None:
            self.transport.close()
        raise asyncio.CancelledError

    def _timeout_cb(self) -> None:
        if self.transport is not None:
            self._write(replies.TOO_SLOW.say())
            self.transport.close()

    def _write(self, reply: str) -> None:
        _count(reply)
        self._writer.write(reply.encode() + b"\r\n")

    # --- what is said -----------------------------------------------------------------------------------------------------------

    async def push(self, status: str | bytes) -> None:
        """Answer; nothing that a client sent breaks out of the line, and whoever makes too many errors has to leave."""
        text = status if isinstance(status, str) else status.decode("ascii", "replace")
        if text.startswith(_TOO_LARGE):  # aiosmtpd's own words for a SIZE that is announced in MAIL
            text = replies.TOO_LARGE.say(limit=f"{self._house.largest // 1_000_000} MB")
        _count(text)
        await super().push(_one_answer(text))
        self._errors += text.startswith("5")
        if self._errors > self.limits.errors:
            await self.end(replies.TOO_MANY_ERRORS.say())

    async def _handle_client(self) -> None:
        refusal = self._house.sessions.admit(self, self.limits)
        if refusal is None:
            await super()._handle_client()
        elif self.transport is not None:
            self._write(refusal)
            self.transport.close()

    # --- commands ---------------------------------------------------------------------------------------------------------------

    async def smtp_MAIL(self, arg: str | None) -> None:
        """A further mail of this session, if it may."""
        if self.mails >= self.limits.mails:
            await self.end(replies.TOO_MANY_MAILS.say())
        await super().smtp_MAIL(arg)

    async def smtp_DATA(self, arg: str | None) -> None:
        """RFC 5321 §4.1.1.4; our own reading, because aiosmtpd's grows without bound on lines without end."""
        if arg:
            await self.push("501 5.5.4 DATA")
        elif self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 RCPT TO")
        else:
            self._in_data = True
            try:
                await self._data(len(self.envelope.rcpt_tos))
            finally:
                self._in_data = False
            crash.here("after-250")
            if self._stopping:
                await self.end(replies.STOPPING.say())

    async def _data(self, recipients: int) -> None:
        await self.push("354 CRLF.CRLF")
        self._reset_timeout(self.limits.data)
        hold = data.Hold(self._house.memory)
        try:
            raw = await data.read(self._reader, hold, self._house.largest)
        except data.Refused as refused:
            reply = refused.reply
        except BaseException:
            hold.free()
            raise
        else:
            self._reset_timeout()
            reply = await self._taken(raw, hold)
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push(self._final(reply, recipients))

    async def _taken(self, raw: bytes, hold: data.Hold) -> str:
        """The answer to a whole mail. Its way to the disk is a task of its own, which goes on if the client drops now (R5)."""
        self.mails += 1
        task = self.loop.create_task(self._house.take(self, raw))
        task.add_done_callback(lambda _: hold.free())
        return await asyncio.shield(task)

    def _final(self, reply: str, _recipients: int) -> str:
        return reply

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """A plain `<name@domain>` is read at once: aiosmtpd's parser knows all forms and costs as much as a command."""
        plain = _PLAIN_PATH.match(arg)
        if plain is not None:
            return plain[1], arg[plain.end() :]
        found: tuple[str | None, str | None] = super()._getaddr(arg)
        return found

    async def smtp_VRFY(self, _arg: str | None) -> None:
        """The same for every name, so nobody learns who is a member (R65, R72)."""
        await self.push(replies.NO_COMMENT.say())

    async def _not_offered(self, arg: str) -> None:  # noqa: ARG002 - aiosmtpd's name
        await self.push(replies.EXPANSION_OFF.say())

    smtp_EXPN = smtp_AUTH = smtp_STARTTLS = _not_offered


class GuardedLmtp(Guarded, LMTP):
    """The same in LMTP, where every recipient of a mail gets an answer of its own (RFC 2033 §4.2)."""

    def _final(self, reply: str, recipients: int) -> str:
        return "\r\n".join([reply] * recipients)


def _count(reply: str) -> None:
    tally.add("smtp_answers", f"{reply[:1]}xx")


def _one_answer(status: str) -> str:
    """The answer with every sign that is not printable ASCII replaced, but the line ends between its lines (R3)."""
    lines = status.split("\r\n")
    if all(line.isascii() and line.isprintable() for line in lines):
        return status
    return "\r\n".join("".join(sign if " " <= sign <= "~" else "?" for sign in line) for line in lines)
