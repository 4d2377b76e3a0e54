"""TXT records of the DNS, with a limit in time and number. No answer and a broken answer are different things from "none"."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache

import dns.exception
import dns.resolver

SECONDS = 8.0
"""For all questions about one mail together."""
MOST = 12
ONE = 3.0

Lookup = Callable[[str], tuple[bytes, ...]]
"""All TXT records of a name, () for none; raises LookupFailed when nobody knows."""


class LookupFailed(Exception):
    """The DNS did not answer, or our patience is used up: temporary, so no evidence either way."""


def texts(name: str) -> tuple[bytes, ...]:
    """Ask the system's resolvers. Raises LookupFailed."""
    try:
        answer = _resolver().resolve(name, "TXT", lifetime=ONE)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except (dns.exception.DNSException, OSError, UnicodeError) as error:
        raise LookupFailed(type(error).__name__) from error
    return tuple(b"".join(record.strings) for record in answer)


def bounded(ask: Lookup, seconds: float = SECONDS) -> Lookup:
    """The same, but at most MOST questions, and none after so many seconds."""
    until, left = time.monotonic() + seconds, iter(range(MOST))

    def asked(name: str) -> tuple[bytes, ...]:
        if time.monotonic() > until or next(left, None) is None:
            raise LookupFailed("patience")
        return ask(name)

    return asked


@cache
def _resolver() -> dns.resolver.Resolver:
    try:
        resolver = dns.resolver.Resolver()
    except dns.resolver.NoResolverConfiguration:
        resolver = dns.resolver.Resolver(configure=False)
    resolver.cache = dns.resolver.LRUCache(2_000)
    return resolver
