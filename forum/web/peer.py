"""Where a request comes from, for what is counted by place; behind a trusted proxy that is whom the proxy names."""

from __future__ import annotations

import ipaddress

from flask import request

from forum.core import site
from forum.core.peers import is_trusted

WHOLE_HOME = 64
"""Bits of an IPv6 address that name a line; the rest its owner chooses freely."""


def peer() -> str | None:
    """The peer's address (of IPv6 its network), None for a trusted one that speaks for itself.

    Of X-Forwarded-For only the last word counts, which our own proxy wrote; a stranger's header says nothing.
    """
    near = request.remote_addr or ""
    if not is_trusted(near, site.config().trusted_peers):
        return _place(near)
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return _place(told) if told else None


def _place(address: str) -> str:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if found.version == 4:
        return str(found)
    plain = getattr(found, "ipv4_mapped", None)
    return str(plain or ipaddress.ip_network((found, WHOLE_HOME), strict=False))
