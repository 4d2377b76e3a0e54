"""What speaks for a mail's From: the verdict of the MTA in front of us, or our own look at its DKIM signature.

Between `parse.read` and `identify.sender`, outside any transaction because the second source asks the DNS. A source that is
not configured, does not answer or cannot be read is no evidence; only a plain pass is a pass (R53, R57).
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, replace
from typing import Literal

from forum.core import site
from forum.people.emails import find_canonical
from mailbridge.inbound.mail import ParsedMail
from mailbridge.inbound.proof import dmarc, domains, fields, lookup, results, signatures
from mailbridge.inbound.proof.lookup import Lookup, LookupFailed

Source = Literal["none", "mta", "own"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Whether a proof is aligned with the domain of From (RFC 7489 §3.1), by which source, and what that domain publishes.

    `policy` is "none" also for a domain without any record; "unknown" when nobody could tell. `domain` is an A-label.
    """

    source: Source = "none"
    aligned: results.Aligned = "none"
    policy: dmarc.Wish = "unknown"
    domain: str = ""

    @property
    def is_proof(self) -> bool:
        """Whether the From counts as authenticated."""
        return self.aligned == "pass"

    @property
    def allows_doubt(self) -> bool:
        """Whether the domain asks nobody to be strict with what is not authenticated."""
        return self.policy == "none"


NOTHING = Evidence()


def is_configured() -> bool:
    """Whether there is any source at all; without one a valid answer token has to do (DESIGN §5)."""
    return bool(site.config().trusted_authserv) or site.config().verify_dkim


def of(mail: ParsedMail, raw: bytes, peer: str, *, ask: Lookup | None = None) -> Evidence:
    """The evidence for the one From address of a mail that `peer` handed in. Never raises; bounded by `lookup.SECONDS`."""
    address = find_canonical(mail.from_[0].address) if len(mail.from_) == 1 and mail.from_doubt is None else None
    return about(address, raw, peer, ask=ask) if address is not None else NOTHING


def about(address: str, raw: bytes, peer: str, *, ask: Lookup | None = None, seconds: float = lookup.SECONDS) -> Evidence:
    """The same for a canonical address that is known to be the one in From. `ask`: how the DNS is asked."""
    read = fields.read(raw) if is_configured() else None
    if read is None or fields.is_ambiguous(read):
        return NOTHING
    found = of_the_mta(read, domains.of(address), peer)
    if found.is_proof or not site.config().verify_dkim:
        return found
    own = _own(raw, read, address, lookup.bounded(ask or lookup.texts, seconds))
    if found.aligned == "none":
        return own if own.policy != "unknown" else replace(own, policy=found.policy)
    return found if found.policy != "unknown" else replace(found, policy=own.policy)


def of_the_mta(read: fields.Fields, domain: str, peer: str) -> Evidence:
    """What the MTA in front of us says, if the mail came from it; never asks the network."""
    ids = site.config().trusted_authserv
    verdict = results.read(read, ids, domain) if ids and is_trusted(peer) else None
    return Evidence("mta", verdict.aligned, verdict.policy, domain) if verdict else Evidence(domain=domain)


def is_trusted(peer: str) -> bool:
    """Whether the other side of the session is one of RATSPOST_TRUSTED_PEERS."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in ipaddress.ip_network(trusted) for trusted in site.config().trusted_peers)


def _own(raw: bytes, read: fields.Fields, address: str, ask: Lookup) -> Evidence:
    domain = domains.of(address)
    try:
        record = dmarc.find(domain, ask)
    except LookupFailed:
        record = dmarc.UNKNOWN
    return Evidence("own", signatures.verify(raw, read, address, ask, strict=record.strict), record.wish, domain)
