"""What an address of ours can mean: frozen values between `addresses.read` and the steps that act on them (route, replies)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

ThreadCommand = Literal["abo", "ab", "stumm"]
BoardCommand = Literal["subscribe", "unsubscribe", "help", "owner"]

SERVICES = ("hilfe", "anmelden", "moderation", "postmaster", "abuse")
"""Local parts that accept mail from anyone; never a post, always a case."""

SUFFIXES: dict[str, BoardCommand] = {
    "-abo": "subscribe",
    "-ab": "unsubscribe",
    "-hilfe": "help",
    "-subscribe": "subscribe",
    "-unsubscribe": "unsubscribe",
    "-help": "help",
    "-owner": "owner",
}
"""Suffix of the whole local part → command; the first suffix of a command is the one we write."""


class Reason(StrEnum):
    """Why an address is none of ours; each has its own SMTP answer in mailbridge.replies."""

    TYPO = "typo"
    BODY = "body"
    RESERVED = "reserved"
    AMBIGUOUS = "ambiguous plate"
    GROUP = "group"
    TOKEN = "token"  # noqa: S105
    FOREIGN = "foreign domain"
    SYNTAX = "syntax"


@dataclass(frozen=True, slots=True)
class Board:
    """One or more topics and regions, in order of appearance, without repetition; at least one of either."""

    topics: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A new thread for one group."""

    slug: str


@dataclass(frozen=True, slots=True)
class ThreadAddress:
    """A thread by its number, perhaps with a wish: follow it, do not follow it any more, mute it."""

    thread_id: int
    command: ThreadCommand | None = None


@dataclass(frozen=True, slots=True)
class TokenAddress:
    """An address with a token, in lower case, of the right looks and not yet checked."""

    token: str


class Answer(TokenAddress):
    """`a+`: the answer of one person to one post."""


class Private(TokenAddress):
    """`p+`: a private answer to an author."""


class Question(TokenAddress):
    """`f+`: the answer to a question of ours."""


class Bounce(TokenAddress):
    """`b+`: the envelope sender of one delivery."""


class Case(TokenAddress):
    """`m+`: a moderator's answer to a moderation mail."""


class AboToken(TokenAddress):
    """`abo+`: unsubscribe by mail."""


@dataclass(frozen=True, slots=True)
class Service:
    """One of SERVICES."""

    word: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command to a board or a group, not a post."""

    board: Board | Group
    command: BoardCommand


@dataclass(frozen=True, slots=True)
class Unknown:
    """None of ours, why, and up to three valid whole addresses that may have been meant."""

    reason: Reason
    suggestions: tuple[str, ...] = ()


Destination = Board | Group | ThreadAddress | TokenAddress | Service | Command | Unknown
