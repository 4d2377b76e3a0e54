"""Which addresses are trusted (RATSPOST_TRUSTED_PEERS): the MTA in front of the mail door, the collector of metrics."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence


def is_trusted(address: str, networks: Sequence[str]) -> bool:
    """Whether an address lies in one of the networks; "" is a Unix socket, which only this machine can open."""
    if not address:
        return True
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    plain = getattr(found, "ipv4_mapped", None) or found
    return any(plain in ipaddress.ip_network(network) for network in networks)
