"""What a domain asks receivers to do with mails that are not authenticated: its DMARC record (RFC 7489 §6.6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mailbridge.inbound.proof import domains
from mailbridge.inbound.proof.lookup import Lookup

Wish = Literal["none", "quarantine", "reject", "unknown"]


@dataclass(frozen=True, slots=True)
class Record:
    """`strict`: a DKIM signature counts only with exactly this domain."""

    wish: Wish
    strict: bool = False


NONE = Record("none")
UNKNOWN = Record("unknown")


def find(domain: str, ask: Lookup) -> Record:
    """The record that counts for a domain: its own, or that of its registered domain. Raises LookupFailed."""
    own = _read(ask(f"_dmarc.{domain}"), "p")
    above = domains.organisation(domain)
    if own is not None or above is None or above == domain:
        return own or NONE
    return _read(ask(f"_dmarc.{above}"), "sp") or NONE


def wish(word: str | None) -> Wish:
    """The policy that a word names; what is no policy asks for nothing."""
    match (word or "").strip().lower():
        case "quarantine":
            return "quarantine"
        case "reject":
            return "reject"
        case _:
            return "none"


def _read(records: tuple[bytes, ...], which: str) -> Record | None:
    """The one record among these; of two, none counts (RFC 7489 §6.6.3 step 5)."""
    found = [tags for tags in map(_tags, records) if tags is not None]
    if len(found) != 1:
        return None
    tags = found[0]
    return Record(wish(tags.get(which) or tags.get("p")), tags.get("adkim", "r").lower() == "s")


def _tags(record: bytes) -> dict[str, str] | None:
    pairs = [part.partition("=") for part in record.decode("latin-1").split(";") if part.strip()]
    if not pairs or pairs[0][0].strip().lower() != "v" or pairs[0][2].strip() != "DMARC1":
        return None
    return {name.strip().lower(): value.strip() for name, _, value in reversed(pairs)}
