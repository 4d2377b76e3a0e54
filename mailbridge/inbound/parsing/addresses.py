"""Address headers to mailboxes, and whether the From can be relied on (R58): what two parsers say is compared."""

from __future__ import annotations

import email.utils
import re
from collections.abc import Iterable

from mailbridge.inbound import clean
from mailbridge.inbound.mail import Mailbox
from mailbridge.inbound.parsing import words

# Pairs as mail-parser and the standard library give them.
Pairs = Iterable[tuple[str, str]]

_ADDRESS = re.compile(r"[^\s@<>(),:;\[\]\\\"]{1,256}@(?:[^\s@<>(),:;\[\]\\\"]{1,255}|\[[0-9A-Fa-f.:IPv]{2,60}\])")
_QUOTED_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"|\((?:[^()\\]|\\.)*\)')
_LOOSE = re.compile(r"[^\s<>,;()\"@]{1,256}@[^\s<>,;()\"@]{1,256}")
_UNSAFE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def mailboxes(pairs: Pairs) -> tuple[Mailbox, ...]:
    """Every pair with a usable address, once, in order; names decoded and cleaned, domains lower-cased."""
    found: dict[str, Mailbox] = {}
    for name, written in pairs:
        address = canonical(written)
        if address is not None:
            found.setdefault(address.casefold(), Mailbox(clean.line(words.words(name)), address))
    return tuple(found.values())


def canonical(address: str) -> str | None:
    """`Local@domain` with the domain in lower case, None if it is no address (RFC 5321 §4.1.2, quoted local parts not taken)."""
    address = clean.line(address).strip("<>'\" ").rstrip(".")
    if not _ADDRESS.fullmatch(address):
        return None
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def standard(raw: str) -> list[tuple[str, str]]:
    """The second opinion: the standard library on the same header value."""
    try:
        return email.utils.getaddresses([words.unfold(raw)])
    except (ValueError, IndexError, TypeError, RecursionError, AttributeError):
        return []


def doubt(raw_values: list[str], lines_seen: int, first_opinion: Pairs) -> str | None:
    """Why the From cannot be relied on, None if it can. `lines_seen`: From lines counted in the bytes by our own eye."""
    if not raw_values and not lines_seen:
        return "none"
    if len(raw_values) != 1 or lines_seen != 1:
        return "several-headers"
    raw = raw_values[0]
    if _UNSAFE.search(re.sub(r"\r?\n(?=[ \t])", "", raw)):
        return "control-characters"
    bare = _QUOTED_OR_COMMENT.sub(" ", words.unfold(raw))
    if re.search(r":[^<>]*;|^[^<>@]*:", bare):
        return "group"
    first = {box.address.casefold() for box in mailboxes(first_opinion)}
    if len(first) > 1:
        return "several-addresses"
    second = {box.address.casefold() for box in mailboxes(standard(raw))}
    seen = [(canonical(one) or "").casefold() for one in _LOOSE.findall(bare)]
    if not first and not second:
        return "no-address"
    if re.search(r"[,;]", bare.strip(" \t,;")):  # `Rot, Anna <a@rat.example>`: a list of two for some, a name for others
        return "parsers-disagree"
    # Every @ outside quotes and comments must belong to the one address. The standard library may say nothing at all: newer
    # ones refuse `anna@x.example <anna@x.example>`, which PHP mailers and Outlook write all the time.
    agreed = (second == first or not second) and set(seen) == first and bare.count("@") == len(seen)
    return None if agreed else "parsers-disagree"
