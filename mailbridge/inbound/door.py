"""What an SMTP session asks while it lasts: is this recipient ours, and may this sender write? Answers are lines of `replies`.

Plain functions, called in a worker thread inside an application context; the protocol itself is in `server`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

from forum.core import site, tokens
from forum.core.db import session
from forum.moderation import cases, questions
from forum.people import service
from forum.people.emails import find_canonical
from forum.places import boards
from forum.places.catalogue import get as places
from forum.threads.models import PostRow, ThreadRow, ThreadState
from mailbridge import addresses, destinations, replies
from mailbridge.inbound import evidence, identify, parse
from mailbridge.inbound.parsing import caps
from mailbridge.known_names import KnownNames

SESSION_SECONDS = 3.0
_LOOKED_AT = re.compile(rb"^(?:from|auto-submitted|list-id)[ \t]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.I | re.M)
_NO_BODY = b"\r\n\r\n\r\n"
_ASKING = threading.BoundedSemaphore(2)  # of the threads that answer sessions, some are always free


def recipient(address: str, names: KnownNames) -> str | None:
    """The refusal for RCPT TO, or None: unknown names (with the nearest valid ones), dead tokens, locked threads."""
    found = addresses.read(address, names, site.config().mail_domains)
    match found:
        case destinations.Unknown():
            return replies.unknown(found, _help())
        case destinations.ThreadAddress(thread_id, command):
            return _thread(thread_id, wants_to_post=command is None)
        case destinations.Answer(token):
            return _answer(token)
        case destinations.Private(token):
            return None if _owner(token, "p") else replies.DEAD_TOKEN.say(help=_help())
        case destinations.Bounce(token):
            return None if tokens.read(token, site.keyring(), "b") else replies.DEAD_TOKEN.say(help=_help())
        case destinations.AboToken(token):
            return None if tokens.read(token, site.keyring(), "abo") else replies.DEAD_TOKEN.say(help=_help())
        case destinations.Question(token):
            return None if _question(token) else replies.DEAD_TOKEN.say(help=_help())
        case destinations.Case(token):
            return None if _case(token) else replies.DEAD_TOKEN.say(help=_help())
        case _:
            return None


def is_board(address: str, names: KnownNames) -> bool:
    """Whether it is a board's or a service's: good as long as it exists, whatever becomes of threads and people."""
    return isinstance(addresses.read(address, names, site.config().mail_domains), destinations.Board | destinations.Service)


def mail(raw: bytes, recipients: tuple[str, ...], names: Callable[[], KnownNames], peer: str = "") -> str | None:
    """The refusal after DATA, or None: an authenticated sender whom nobody knows, on boards that welcome no guests.

    Only the sender line is read here, without a parser; the whole mail is read after 250, by the worker.
    """
    if not site.config().trust_from and not evidence.is_configured():
        return None  # nobody is authenticated, so nobody is refused: whoever probes must not learn who is a member
    seen = parse.unread(b"\r\n".join(_LOOKED_AT.findall(caps.header_block(raw))) + _NO_BODY, "glance")
    if len(seen.header_all("from")) != 1 or len(seen.from_) != 1:
        return None  # who writes is unclear, so it waits
    if seen.header("auto-submitted") not in (None, "no") or seen.header("list-id"):
        return None
    email = find_canonical(seen.from_[0].address)
    # Evidence first, also for members: who is not authenticated must not learn from our haste whom we know (R65).
    if email is None or not _is_proved(email, raw, peer):
        return None
    if service.is_proved(email) or _open_to_strangers(recipients, names()):
        return None
    return replies.STRANGER.say(link=f"{site.config().base_url}/hilfe")


def _is_proved(email: str, raw: bytes, peer: str) -> bool:
    """Whether the sender is authenticated. While too many sessions wait for the DNS, the mail is simply taken."""
    if site.config().trust_from:
        return True
    if not _ASKING.acquire(blocking=False):
        return False
    try:
        return evidence.about(email, raw, peer, seconds=SESSION_SECONDS).is_proof
    finally:
        _ASKING.release()


def _open_to_strangers(recipients: tuple[str, ...], names: KnownNames) -> bool:
    """Whether one of the recipients takes mail from anyone: service words, bounces, answers, boards with guests."""
    found = [addresses.read(address, names, site.config().mail_domains) for address in recipients]
    return any(not isinstance(one, destinations.Board | destinations.Group | destinations.ThreadAddress | destinations.Command)
               or (isinstance(one, destinations.Board) and _welcomes_guests(one)) for one in found)  # fmt: skip


def _welcomes_guests(found: destinations.Board) -> bool:
    known = places()
    topic = known.topic(found.topics[0]) if found.topics else None
    region = known.region(found.regions[0]) if found.regions else None
    return boards.setting(boards.Board(topic, region)).guests == "hold"


def _thread(thread_id: int, *, wants_to_post: bool) -> str | None:
    thread = session().get(ThreadRow, thread_id)
    while thread is not None and thread.merged_into_id is not None:
        thread = session().get(ThreadRow, thread.merged_into_id)
    if thread is None:
        return replies.UNKNOWN_THREAD.say(help=_help())
    # Of a group's thread nothing is told to whoever merely knows its number, not even that it is locked.
    return _locked(thread) if wants_to_post and thread.group_id is None else None


def _answer(token: str) -> str | None:
    read = _owner(token, "a")
    post = session().get(PostRow, read.target_id) if read else None
    if post is None:
        return replies.DEAD_TOKEN.say(help=_help())
    return _locked(session().get_one(ThreadRow, post.thread_id))


def _question(token: str) -> bool:
    read = _owner(token, "f")
    return read is not None and questions.find(read.target_id, read.person_id) is not None


def _case(token: str) -> bool:
    read = _owner(token, "m")
    return read is not None and cases.find(read.target_id, read.person_id) is not None


def _owner(token: str, kind: str) -> tokens.Token | None:
    """The token, if it is ours and its owner still takes part."""
    read = tokens.read(token, site.keyring(), kind)
    return read if identify.owner_of(read) is not None else None


def _locked(thread: ThreadRow) -> str | None:
    if thread.state is not ThreadState.LOCKED:
        return None
    return replies.LOCKED.say(link=f"{site.config().base_url}/faden/{thread.id}")


def _help() -> str:
    return addresses.service("hilfe", site.config().mail_domain)
