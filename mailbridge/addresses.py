"""The grammar of our mail addresses (DESIGN §4), read and written. Pure: the catalogue of names comes in as an argument.

First step of a mail in (RCPT TO, then To and Cc) and the only place that spells an address of a mail out. Whether a thread, a
token or a board is open to the sender is asked later; here it is only said what an address means.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import assert_never

from forum.core import tokens
from forum.places.names import fold
from mailbridge import nearest
from mailbridge.destinations import (
    SERVICES,
    SUFFIXES,
    AboToken,
    Answer,
    Board,
    BoardCommand,
    Bounce,
    Case,
    Command,
    Destination,
    Group,
    Private,
    Question,
    Reason,
    Service,
    ThreadAddress,
    ThreadCommand,
    TokenAddress,
    Unknown,
)
from mailbridge.nearest import Names

__all__ = [
    "LONGEST_ADDRESS",
    "LONGEST_LOCAL",
    "SERVICES",
    "SUFFIXES",
    "AboToken",
    "Answer",
    "Board",
    "BoardCommand",
    "Bounce",
    "Case",
    "Command",
    "Destination",
    "Group",
    "Names",
    "Private",
    "Question",
    "Reason",
    "Service",
    "ThreadAddress",
    "ThreadCommand",
    "TokenAddress",
    "Unknown",
    "answer",
    "board",
    "bounce",
    "case",
    "command",
    "group",
    "private",
    "question",
    "read",
    "service",
    "thread",
    "thread_command",
    "unsubscribe",
    "write",
]

LONGEST_LOCAL, LONGEST_ADDRESS = 64, 254
"""Octets, RFC 5321 §4.5.3.1."""


_TOKEN_FORMS: dict[str, type[TokenAddress]] = {
    "a": Answer,
    "p": Private,
    "f": Question,
    "b": Bounce,
    "m": Case,
    "abo": AboToken,
}
_TOKEN_PREFIXES: dict[type[TokenAddress], str] = {form: prefix for prefix, form in _TOKEN_FORMS.items()}

_GROUP = "gruppe-"
_THREAD = re.compile(r"faden-([1-9][0-9]{0,17})(?:-(abo|ab|stumm))?")
_NEARLY_THREAD = re.compile(r"([a-z]{3,6})[-_.+]?0*([1-9][0-9]{0,17})(?:[-_.+][a-z]*)?")
_PART_END = re.compile(r"[.+]")
# Letters with umlauts may come composed or with a combining diaeresis; whatever else is not ASCII has no meaning here (R67).
_LOCAL = re.compile("[A-Za-z0-9äöüÄÖÜßẞ\N{COMBINING DIAERESIS}._+-]+")


def read(address: str, names: Names, domains: tuple[str, ...]) -> Destination:
    """What an address of the envelope, To or Cc means (RFC 5321 §4.1.2); `domains` are ours, the first stands in suggestions."""
    local, at, domain = address.rpartition("@")
    if not at:  # RFC 5321 §4.5.1: the bare word is an address on every host
        return Service("postmaster") if address.lower() == "postmaster" else Unknown(Reason.SYNTAX)
    if not _is_ours(domain, domains):
        return Unknown(Reason.FOREIGN)
    word = fold(local)
    if not _LOCAL.fullmatch(local) or not word.isascii() or not _fits(word, domain):
        return Unknown(Reason.SYNTAX)
    # An umlaut that folds into a letter of a token would give that token a second spelling.
    found = _read_whole(word) if local.isascii() else None
    return found or _read_names(word, names, domains[0])


def write(destination: Destination, domain: str) -> str:
    """The address that `read` reads as this destination; raises ValueError for Unknown and for what is too long for mail."""
    local = _local(destination)
    if not _fits(local, domain):
        raise ValueError(f"too long for a mail address: {local}")
    return f"{local}@{domain}"


def board(topics: tuple[str, ...], regions: tuple[str, ...], domain: str) -> str:
    """The address of a board, topics first; raises ValueError without any or over 64 octets."""
    return write(Board(topics, regions), domain)


def group(slug: str, domain: str) -> str:
    """The address that starts a thread for this group."""
    return write(Group(slug), domain)


def thread(thread_id: int, domain: str) -> str:
    """The address of a thread."""
    return write(ThreadAddress(thread_id), domain)


def thread_command(thread_id: int, command: ThreadCommand, domain: str) -> str:
    """The address that follows, leaves or mutes a thread."""
    return write(ThreadAddress(thread_id, command), domain)


def command(to: Board | Group, wish: BoardCommand, domain: str) -> str:
    """The address that takes a command for a board or a group."""
    return write(Command(to, wish), domain)


def answer(token: str, domain: str) -> str:
    """The answer address of one person for one post (Reply-To)."""
    return write(Answer(token), domain)


def private(token: str, domain: str) -> str:
    """The address of a private answer to an author."""
    return write(Private(token), domain)


def question(token: str, domain: str) -> str:
    """The address that an answer to one question of ours goes to."""
    return write(Question(token), domain)


def bounce(token: str, domain: str) -> str:
    """The envelope sender of one delivery."""
    return write(Bounce(token), domain)


def case(token: str, domain: str) -> str:
    """The answer address of a moderation mail."""
    return write(Case(token), domain)


def unsubscribe(token: str, domain: str) -> str:
    """The address of List-Unsubscribe (RFC 2369 §3.2)."""
    return write(AboToken(token), domain)


def service(word: str, domain: str) -> str:
    """The address of a service word; raises ValueError if it is none."""
    return write(Service(word), domain)


def _read_whole(word: str) -> Destination | None:
    """The forms that take the whole local part and need no catalogue."""
    if word in SERVICES:
        return Service(word)
    if found := _THREAD.fullmatch(word):
        return ThreadAddress(int(found[1]), _thread_command(found[2]))
    prefix, plus, token = word.partition("+")
    if plus and (form := _TOKEN_FORMS.get(prefix)):
        return form(token) if tokens.has_shape(token) else Unknown(Reason.TOKEN)
    return None


def _read_names(word: str, names: Names, domain: str) -> Destination:
    for suffix, wish in SUFFIXES.items():
        if word.endswith(suffix):
            to = _read_target(word.removesuffix(suffix), names, domain, suffix)
            return Command(to, wish) if isinstance(to, Board | Group) else to
    return _read_target(word, names, domain, "")


def _read_target(word: str, names: Names, domain: str, suffix: str) -> Board | Group | Unknown:
    if word.startswith(_GROUP):
        slug = names.find_group(word.removeprefix(_GROUP))
        return Group(slug) if slug else Unknown(Reason.GROUP)  # no suggestions: which groups exist is nobody's business
    if (found := _NEARLY_THREAD.fullmatch(word)) and (found[1] == "thread" or nearest.distance(found[1], "faden") <= 2):
        return Unknown(Reason.TYPO, (thread(int(found[2]), domain),))
    parts = tuple(_PART_END.split(word))
    read_as = _read_parts(parts, names)
    if isinstance(read_as, Board):
        return read_as
    return replace(read_as, suggestions=_suggestions(read_as.reason, parts, names, domain, suffix))


def _read_parts(parts: tuple[str, ...], names: Names) -> Board | Unknown:
    topics: dict[str, None] = {}
    regions: dict[str, None] = {}
    for part in parts:
        name = nearest.resolve(part, names)
        if name is not None and name.kind == "topic":
            topics[name.target] = None
        elif name is not None and name.kind == "region":
            regions[name.target] = None
        else:
            return Unknown(Reason.SYNTAX if not part else _WHY.get(name.kind if name else "", Reason.TYPO))
    return Board(tuple(topics), tuple(regions))


_WHY = {"body": Reason.BODY, "reserved": Reason.RESERVED, "group": Reason.RESERVED, "ambiguous": Reason.AMBIGUOUS}


def _suggestions(reason: Reason, parts: tuple[str, ...], names: Names, domain: str, suffix: str) -> tuple[str, ...]:
    if reason is Reason.RESERVED:
        return (service("hilfe", domain),)
    extra = () if suffix else SERVICES
    words = nearest.suggest(tuple(part for part in parts if part), names, extra)
    return tuple(f"{word}{suffix}@{domain}" for word in words if _fits(word + suffix, domain))


def _local(destination: Destination) -> str:
    match destination:
        case Board(topics, regions):
            if not topics and not regions:
                raise ValueError("a board has a topic or a region")
            return ".".join((*topics, *regions))
        case Group(slug):
            return _GROUP + slug
        case ThreadAddress(thread_id, wish):
            return f"faden-{thread_id}" + (f"-{wish}" if wish else "")
        case Command(to, wish):
            return _local(to) + next(suffix for suffix, meant in SUFFIXES.items() if meant == wish)
        case Service(word):
            if word not in SERVICES:
                raise ValueError(f"not a service word: {word}")
            return word
        case Unknown():
            raise ValueError("an unknown destination has no address")
        case TokenAddress():
            return f"{_TOKEN_PREFIXES[type(destination)]}+{destination.token}"
        case _:
            assert_never(destination)


def _thread_command(text: str | None) -> ThreadCommand | None:
    match text:
        case "abo" | "ab" | "stumm":
            return text
        case _:
            return None


def _is_ours(domain: str, domains: tuple[str, ...]) -> bool:
    wanted = _ascii_domain(domain)
    return wanted is not None and any(wanted == _ascii_domain(ours) for ours in domains)


def _ascii_domain(domain: str) -> str | None:
    """The domain in lower case and, if it is international, in its ASCII form; None if it has none."""
    if domain.isascii():
        return domain.lower()
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None


def _fits(local: str, domain: str) -> bool:
    return len(local) <= LONGEST_LOCAL and len(local) + 1 + len(domain) <= LONGEST_ADDRESS
