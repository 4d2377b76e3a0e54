"""What one session, one address and all sessions together may do at a door (R68), as two tables; `protocol` asks here.

Trusted peers are the MTA in front of us: it speaks for many senders, so nothing that counts over a session or an address
applies to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forum.core.peers import is_trusted

LONGEST_LINE = 1 << 20
"""Octets without a line end after which a connection is cut, in commands and in DATA (R69)."""

MOST_HELD = 64_000_000
"""Octets of DATA that all sessions together hold in memory; beyond it a mail is answered with 452."""

DRAIN_SECONDS = 25
"""How long open DATA may go on once we are told to stop (R11)."""

ANSWER_SECONDS = 9
"""How long the store may take for a mail; then 451 is said and the retry is known again (R4, R8)."""

_NO_LIMIT = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Counts and seconds; the answer to the first step beyond is in `replies`."""

    recipients: int = 100  # a mail
    mails: int = 10  # a session
    errors: int = 20  # a session
    guesses: int = 10  # unknown recipients a session
    idle: float = 120  # seconds between two commands
    data: float = 300  # seconds from DATA to its last byte
    session: float = 1_800  # seconds
    peer_sessions: int = 20  # open at once from one address
    sessions: int = 200  # open at once in all
    peer_arrivals: int = 600  # new sessions from one address a minute


STRANGERS = Limits()
TRUSTED = Limits(
    idle=300, mails=_NO_LIMIT, errors=_NO_LIMIT, guesses=_NO_LIMIT, session=_NO_LIMIT, sessions=_NO_LIMIT,
    peer_sessions=_NO_LIMIT, peer_arrivals=_NO_LIMIT,
)  # fmt: skip


class Peers:
    """Who is trusted, by RATSPOST_TRUSTED_PEERS; with the brakes off everybody has the limits of a trusted peer."""

    def __init__(self, networks: Sequence[str], *, brakes: bool = True) -> None:
        self._networks = tuple(networks)
        self._brakes = brakes

    def trusts(self, address: str) -> bool:
        """Whether this is the MTA."""
        return is_trusted(address, self._networks)

    def limits(self, address: str) -> Limits:
        """The table for this address."""
        return TRUSTED if not self._brakes or self.trusts(address) else STRANGERS
