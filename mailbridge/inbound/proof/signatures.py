"""DKIM signatures of a mail (RFC 6376), checked by ourselves; only those that speak for the domain of From are looked at.

dkimpy does the arithmetic. Here stands which signatures are worth asking the DNS for, and what dkimpy must not be given:
it searches blanks with patterns whose time grows with the square of a run, and it would compute with keys of any size.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

import dkim
import dkim.util

from forum.people.emails import find_canonical
from mailbridge.inbound.proof import domains
from mailbridge.inbound.proof.fields import Fields
from mailbridge.inbound.proof.lookup import Lookup, LookupFailed
from mailbridge.inbound.proof.results import Aligned

MOST_SIGNATURES, MOST_CHECKED = 20, 3
LONGEST_SIGNATURE, LONGEST_KEY = 8_192, 2_048  # octets
SMALLEST_KEY = 1_024  # bits
MUST_SIGN = frozenset(("from", "subject"))
TARGETS = frozenset(("to", "cc"))
"""Signed both or neither: Exchange Online signs neither, everyone else both, so an added one shows (docs/trust.md)."""

_BLANKS = re.compile(rb"[ \t]+")
_MOST_WORK = 400_000_000
_ALGORITHMS = ("rsa-sha256", "ed25519-sha256")  # RFC 8301: no SHA-1
_UNREADABLE = (
    dkim.DKIMException, dkim.util.InvalidTagValueList, ValueError, TypeError, KeyError, IndexError, AttributeError, NameError,
    OverflowError, RecursionError,
)  # fmt: skip

logging.getLogger("dkimpy").setLevel(logging.CRITICAL)

Tags = dict[str, str]


def verify(raw: bytes, fields: Fields, address: str, ask: Lookup, *, strict: bool = False) -> Aligned:
    """Whether a signature proves the From address: "pass", "fail" for one that is broken, "none" without or without an answer."""
    chosen = [number for number, tags in enumerate(_all(fields)) if tags and _counts(tags, fields, address, strict=strict)]
    if not chosen or _is_costly(raw):
        return "none"
    broken = False
    for number in chosen[:MOST_CHECKED]:
        try:
            if dkim.DKIM(raw, minkey=SMALLEST_KEY).verify(number, _key(ask)):
                return "pass"
            broken = True
        except LookupFailed:
            return "none"
        except _UNREADABLE:
            broken = True
    return "fail" if broken else "none"


def _all(fields: Fields) -> list[Tags | None]:
    """The tags of each DKIM-Signature, in the order in which dkimpy counts them; None for one that cannot be read."""
    values = [value for name, value in fields if name == "dkim-signature"]
    return [_tags(value) for value in values[:MOST_SIGNATURES]]


def _tags(value: str) -> Tags | None:
    if len(value) > LONGEST_SIGNATURE or not value.isascii():
        return None
    try:
        parsed = dkim.util.parse_tag_value(value.encode("ascii"))
    except _UNREADABLE:
        return None
    return {name.decode("ascii"): "".join(text.decode("ascii").split()) for name, text in parsed.items()}


def _counts(tags: Tags, fields: Fields, address: str, *, strict: bool) -> bool:
    """Whether a good signature with these tags would prove the From: aligned, over all that readers see, the whole body."""
    signed = {name.lower() for name in tags.get("h", "").split(":")}
    present = {name for name, _ in fields}
    return (
        domains.aligned(tags.get("d", ""), domains.of(address), strict=strict)
        and signed >= MUST_SIGN & present
        and (signed.isdisjoint(TARGETS) or signed >= TARGETS & present)
        and "l" not in tags
        and tags.get("a", "").lower() in _ALGORITHMS
        and _is_their_own(tags.get("i", ""), address)
    )


def _is_their_own(identity: str, address: str) -> bool:
    """A signer who names a person must name this one; most name none ("@domain")."""
    local, _, _ = identity.rpartition("@")
    return not local or find_canonical(identity) == address


def _key(ask: Lookup) -> Callable[..., bytes | None]:
    """dkimpy's way to the DNS: the one key record of a name that may be used, None otherwise. Raises LookupFailed."""

    def found(name: bytes, timeout: int = 0) -> bytes | None:  # noqa: ARG001 - the limit is in `ask`
        records = [record for record in ask(name.decode("ascii", "replace").rstrip(".")) if b"p=" in record]
        if len(records) != 1 or len(records[0]) > LONGEST_KEY:
            return None
        return None if _is_only_tried_out(records[0]) else records[0]

    return found


def _is_only_tried_out(record: bytes) -> bool:
    """The flag y: the domain tests its signatures, they prove nothing yet (RFC 6376 §3.6.1)."""
    flags = re.search(rb"(?:^|;)\s*t\s*=([^;]*)", record)
    return flags is not None and b"y" in flags[1].replace(b" ", b"").split(b":")


def _is_costly(raw: bytes) -> bool:
    return sum(len(run) ** 2 for run in _BLANKS.findall(raw)) > _MOST_WORK
