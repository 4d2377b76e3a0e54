"""Domains compared: as A-labels, and by the part that somebody registered (RFC 7489 §3.2, public suffix list)."""

from __future__ import annotations

from functools import cache

from publicsuffixlist import PublicSuffixList

from forum.people.emails import find_canonical


def of(address: str) -> str:
    """The domain of an address in canonical form."""
    return address.rpartition("@")[2]


def ascii_form(domain: str) -> str | None:
    """A domain in lower case as A-label (RFC 5890), None for what is no domain."""
    found = find_canonical(f"x@{domain.strip().rstrip('.')}")
    return of(found) if found else None


def organisation(domain: str) -> str | None:
    """The registered domain above or at `domain`, None for a public suffix such as "de"."""
    return _suffixes().privatesuffix(domain)


def aligned(proved: str, domain: str, *, strict: bool = False) -> bool:
    """Whether a proof for `proved` counts for a From of `domain`: the same, or (relaxed) registered together."""
    name = ascii_form(proved)
    if name is None or strict or name == domain:
        return name == domain
    registered = organisation(name)
    return registered is not None and registered == organisation(domain)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()  # the list that lies in the package; nothing is fetched
