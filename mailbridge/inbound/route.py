"""Where a mail goes: from its addresses and references to one target. Nothing is decided about rights here.

Boards are read from To and Cc, tokens from To, Cc or the envelope (DESIGN §4). A reply finds its thread by token, then by
In-Reply-To and References, then by the thread's address; never by subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from forum.core import site, tokens
from forum.core.db import session
from forum.threads import lists, message_ids
from forum.threads.models import PostRow, ThreadRow
from forum.threads.placing import MOST_TOPICS
from mailbridge import addresses, destinations
from mailbridge.inbound.mail import Envelope, ParsedMail
from mailbridge.known_names import KnownNames


@dataclass(frozen=True, slots=True)
class NewThread:
    """A contribution to boards or a group; `dropped` are topics beyond the third."""

    topics: tuple[str, ...]
    regions: tuple[str, ...]
    group: str | None = None
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a post; `via` says what found it: token, reference or thread."""

    post_id: int
    via: str


@dataclass(frozen=True, slots=True)
class PrivateReply:
    """A private answer to a person; the token names both who may write and to whom."""

    person_id: int


@dataclass(frozen=True, slots=True)
class ThreadWishCommand:
    """`faden-17-stumm@` and its siblings."""

    thread_id: int
    command: destinations.ThreadCommand


@dataclass(frozen=True, slots=True)
class BoardCommand:
    """`finanzen-abo@` and its siblings."""

    topics: tuple[str, ...]
    regions: tuple[str, ...]
    command: destinations.BoardCommand


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """The mailto of List-Unsubscribe."""

    token: tokens.Token | None


@dataclass(frozen=True, slots=True)
class Question:
    """The answer to a question of ours; None for a token that is not ours."""

    token: tokens.Token | None


@dataclass(frozen=True, slots=True)
class Case:
    """A moderator's answer to a moderation mail; None for a token that is not ours."""

    token: tokens.Token | None


@dataclass(frozen=True, slots=True)
class Returned:
    """A bounce of the delivery that its token names, or of an unknown one."""

    token: tokens.Token | None


@dataclass(frozen=True, slots=True)
class Service:
    """A word of `destinations.SERVICES`."""

    word: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """No single target; `cause` is a key of moderation's CAUSES, `place` where a moderator would let it go, if that is known."""

    cause: str
    place: NewThread | None = None


Wish = ThreadWishCommand | BoardCommand | Unsubscribe
Target = NewThread | Reply | PrivateReply | Wish | Question | Case | Returned | Service | Doubt


@dataclass(frozen=True, slots=True)
class Routed:
    """The target, and the answer token that the mail was sent to, if there was one that is ours and unequivocal.

    A token that has ended is still one: whoever brings it is asked for more than their From.
    """

    target: Target
    token: tokens.Token | None = None
    has_token: bool = False


Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class _Addressed:
    """All our destinations of one mail: named in To and Cc, and named in the envelope."""

    named: tuple[destinations.Destination, ...]
    all: tuple[destinations.Destination, ...]

    def of(self, kind: type[Kind], *, named_only: bool = False) -> list[Kind]:
        return [found for found in (self.named if named_only else self.all) if isinstance(found, kind)]


def resolve(mail: ParsedMail, envelope: Envelope, names: KnownNames) -> Routed:
    """The one target of a mail; a Doubt where it has none or contradicting ones."""
    domains = site.config().mail_domains
    named = tuple(dict.fromkeys(addresses.read(box.address, names, domains) for box in (*mail.to, *mail.cc)))
    envelope_to = tuple(addresses.read(recipient, names, domains) for recipient in envelope.recipients)
    addressed = _Addressed(named, tuple(dict.fromkeys((*named, *envelope_to))))
    whole = _returned(addressed) or _question(addressed) or _case(addressed) or _answer(addressed) or _wish(addressed)
    return whole or Routed(_post(mail, addressed))


def _returned(addressed: _Addressed) -> Routed | None:
    found = addressed.of(destinations.Bounce)
    return Routed(Returned(_read(found[0].token, "b"))) if found else None


def _question(addressed: _Addressed) -> Routed | None:
    """What answers a question of ours is nothing else, whoever else it went to: a yes is no contribution."""
    found = addressed.of(destinations.Question)
    return Routed(Question(_read(found[0].token, "f"))) if found else None


def _case(addressed: _Addressed) -> Routed | None:
    """A decision of one moderator about one case, written to it: two cases, or one in the blind copy only, are none."""
    if not addressed.of(destinations.Case):
        return None
    found = addressed.of(destinations.Case, named_only=True)
    return Routed(Case(_read(found[0].token, "m") if len(found) == 1 else None))


def _answer(addressed: _Addressed) -> Routed | None:
    """Answer and private tokens: never both in one mail, never of two people, never of two threads."""
    answers, privates = addressed.of(destinations.Answer), addressed.of(destinations.Private)
    if not answers and not privates:
        return None
    kind = "a" if answers else "p"
    read = [token for found in (*answers, *privates) if (token := _read(found.token, kind))]
    if (answers and privates) or len({token.person_id for token in read}) > 1:
        return Routed(Doubt("two-threads"))
    if not read:
        return Routed(Doubt("no-target"))
    if privates:
        one = len({token.target_id for token in read}) == 1
        return Routed(PrivateReply(read[0].target_id) if one else Doubt("two-threads"), read[0], has_token=True)
    return Routed(_answered(read), read[0], has_token=True)


def _answered(read: list[tokens.Token]) -> Target:
    """The first token's post, if all lead into one thread."""
    threads = {_thread_of(token) for token in read}
    if None in threads:
        return Doubt("no-target")
    return Reply(read[0].target_id, "token") if len(threads) == 1 else Doubt("two-threads")


def _thread_of(token: tokens.Token) -> int | None:
    post = session().get(PostRow, token.target_id)
    return post.thread_id if post else None


def _wish(addressed: _Addressed) -> Routed | None:
    """Commands and unsubscribing, which are never posts."""
    for unsubscribe in addressed.of(destinations.AboToken):
        return Routed(Unsubscribe(_read(unsubscribe.token, "abo")))
    for wish in addressed.of(destinations.ThreadAddress):
        if wish.command is not None:
            return Routed(ThreadWishCommand(wish.thread_id, wish.command))
    for command in addressed.of(destinations.Command):
        if isinstance(command.board, destinations.Board):
            return Routed(BoardCommand(command.board.topics, command.board.regions, command.command))
        return Routed(Doubt("no-target"))
    return None


def _post(mail: ParsedMail, addressed: _Addressed) -> Target:
    boards = addressed.of(destinations.Board, named_only=True)
    groups = addressed.of(destinations.Group, named_only=True)
    threads = addressed.of(destinations.ThreadAddress)
    known = message_ids.find_post_id((*mail.in_reply_to, *reversed(mail.references)))
    if known is not None and (boards or groups or threads):
        return Reply(known, "reference")
    if threads:
        return _to_thread({one.thread_id for one in threads})
    if groups:
        return Doubt("two-threads") if len(groups) > 1 or boards else NewThread((), (), groups[0].slug)
    if boards:
        return _new_thread(boards)
    for service in addressed.of(destinations.Service):
        return Service(service.word)
    return _hidden(addressed)


def _hidden(addressed: _Addressed) -> Doubt:
    """Boards and groups that stand in the envelope only; a moderator decides, and then it goes there."""
    boards, groups = addressed.of(destinations.Board), addressed.of(destinations.Group)
    if groups:
        return Doubt("bcc-only", NewThread((), (), groups[0].slug))
    return Doubt("bcc-only", _new_thread(boards)) if boards else Doubt("no-target")


def _to_thread(thread_ids: set[int]) -> Target:
    if len(thread_ids) > 1:
        return Doubt("two-threads")
    thread = session().get(ThreadRow, thread_ids.pop())
    while thread is not None and thread.merged_into_id is not None:
        thread = session().get(ThreadRow, thread.merged_into_id)
    return Reply(lists.opening_post(thread).id, "thread") if thread is not None else Doubt("no-target")


def _new_thread(boards: list[destinations.Board]) -> NewThread:
    """The boards of several addresses united: one thread on all of them, with at most three topics."""
    topics = tuple(dict.fromkeys(topic for board in boards for topic in board.topics))
    regions = tuple(dict.fromkeys(region for board in boards for region in board.regions))
    return NewThread(topics[:MOST_TOPICS], regions, dropped=topics[MOST_TOPICS:])


def _read(token: str, kind: str) -> tokens.Token | None:
    return tokens.read(token, site.keyring(), kind)
