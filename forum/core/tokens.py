"""Tokens: who may answer what, in one word that survives mail. Written when mail is composed, read by identify and one-click.

Size budget, in octets before base32 (30 octets = 48 characters exactly, so no bits are left over that a copy could differ in):

    version << 4 | kind   1      epoch of the person   3
    key id                1      MAC                  13  (104 bits of HMAC-SHA256)
    person id             6
    target id             6      with the longest prefix, `abo+`: 52 of the 64 octets of a local part

The alphabet is a-z and 2-7 (RFC 4648 section 6, lower case), so a gateway that changes the case changes nothing. A token says
nothing about time: it ends when the person's epoch moves on, when they leave or are locked; callers check that against the store.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

KINDS = {"a": 1, "p": 2, "f": 3, "b": 4, "m": 5, "abo": 6}
"""Prefix of the address → number in the token: answer, private answer, question, bounce, moderation case, unsubscribe."""

LENGTH = 48
SHAPE = r"c[a-z2-7]{47}"
"""What a token of this version looks like in lower case: the version number 1 fixes the first letter for kinds below 8."""

_VERSION = 1
_MAC_OCTETS = 13
_PURPOSE = b"ratspost address token\x01"
_SMALLEST_KEY = 16
_KIND_NAMES = {number: name for name, number in KINDS.items()}
_WHOLE = re.compile(SHAPE)
_WRAPPING = " \t\r\n\"'<>"


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says: kind (a key of KINDS), whose it is, the post, letter or delivery it is about, the owner's epoch."""

    kind: str
    person_id: int
    target_id: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Keyring:
    """The secrets, newest first: the first signs, all read. Each has at least 16 octets; raises ValueError otherwise."""

    keys: tuple[bytes, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.keys or any(len(key) < _SMALLEST_KEY for key in self.keys):
            raise ValueError(f"a keyring needs at least one key, and each key at least {_SMALLEST_KEY} octets")

    @classmethod
    def from_setting(cls, text: str) -> Keyring:
        """The keyring of the setting RATSPOST_SECRET_KEY: keys separated by commas, blanks around them ignored."""
        return cls(tuple(part.strip().encode() for part in text.split(",") if part.strip()))


def write(token: Token, keyring: Keyring) -> str:
    """The token as 48 characters, signed with the first key; raises ValueError if its kind or a number does not fit."""
    if token.kind not in KINDS:
        raise ValueError(f"unknown kind of token: {token.kind!r}")
    key = keyring.keys[0]
    try:
        claim = b"".join((
            bytes((_VERSION << 4 | KINDS[token.kind], _key_id(key))),
            token.person_id.to_bytes(6, "big"),
            token.target_id.to_bytes(6, "big"),
            token.epoch.to_bytes(3, "big"),
        ))  # fmt: skip
    except OverflowError:
        raise ValueError(f"a number of {token} does not fit into a token") from None
    return base64.b32encode(claim + _mac(claim, key)).decode("ascii").lower()


def read(text: str, keyring: Keyring, kind: str) -> Token | None:
    """The token of this kind that the text holds, any letter case, blanks and quotes around it ignored; None if not ours."""
    word = text.strip(_WRAPPING)
    if not word.isascii() or not _WHOLE.fullmatch(word.lower()):
        return None
    octets = base64.b32decode(word.upper())
    claim, mac = octets[:-_MAC_OCTETS], octets[-_MAC_OCTETS:]
    if not _signed(claim, mac, keyring):
        return None
    token = _claimed(claim)
    return token if token is not None and token.kind == kind else None


def has_shape(text: str) -> bool:
    """Whether the text could be a token by its looks, in any letter case; says nothing about the signature."""
    return text.isascii() and _WHOLE.fullmatch(text.lower()) is not None


def _signed(claim: bytes, mac: bytes, keyring: Keyring) -> bool:
    return any(hmac.compare_digest(_mac(claim, key), mac) for key in _keys_named(claim[1], keyring))


def _keys_named(key_id: int, keyring: Keyring) -> Iterator[bytes]:
    # One octet names a key only roughly: two keys may share it, so every one that fits is tried.
    return (key for key in keyring.keys if _key_id(key) == key_id)


def _claimed(claim: bytes) -> Token | None:
    kind = _KIND_NAMES.get(claim[0] & 0x0F)
    if claim[0] >> 4 != _VERSION or kind is None:
        return None
    number = int.from_bytes
    return Token(kind, number(claim[2:8], "big"), number(claim[8:14], "big"), number(claim[14:17], "big"))


def _mac(claim: bytes, key: bytes) -> bytes:
    # The purpose keeps these signatures apart from whatever else the same secret signs (sessions, cookies).
    return hmac.digest(key, _PURPOSE + claim, "sha256")[:_MAC_OCTETS]


@lru_cache(maxsize=16)
def _key_id(key: bytes) -> int:
    return hmac.digest(key, _PURPOSE + b"key id", "sha256")[0]
