"""How often somebody may try to log in: counted in the store, so that all processes count together (R101).

The same work is done for an address that is known and for one that is not; nobody learns here who is a member (R65).
"""

from __future__ import annotations

import datetime as dt
import hashlib

import sqlalchemy as sa

from forum.core import clock, site
from forum.core.db import session
from forum.core.refusals import TooManyTries
from forum.people.emails import find_canonical
from forum.people.models import LoginAttemptRow

WINDOW = dt.timedelta(minutes=15)
WIDER = 5
"""So many times as often from all places together, and from one place with all addresses (an office has one)."""


def note(email: str, peer: str | None) -> None:
    """Count one try with this address from this peer (None: a trusted one). Raises TooManyTries, and then counts nothing."""
    most = _limits(email, peer)
    begin = clock.now() - WINDOW
    session().execute(sa.delete(LoginAttemptRow).where(LoginAttemptRow.at < begin))
    if site.config().brakes and any(count >= most[key] for key, count in _counts(list(most))):
        raise TooManyTries(minutes=int(WINDOW.total_seconds() // 60))
    session().execute(sa.insert(LoginAttemptRow), [{"key": key, "at": clock.now()} for key in most])


def _limits(email: str, peer: str | None) -> dict[str, int]:
    """How many tries each key of this one has."""
    address, tries = find_canonical(email) or email.strip().lower(), site.config().login_tries
    most = {_key("pair", address, peer or ""): tries, _key("address", address): tries * WIDER}
    return most if peer is None else {**most, _key("peer", peer): tries * WIDER}


def _counts(keys: list[str]) -> list[tuple[str, int]]:
    query = sa.select(LoginAttemptRow.key, sa.func.count()).where(LoginAttemptRow.key.in_(keys))
    return [(key, count) for key, count in session().execute(query.group_by(LoginAttemptRow.key))]


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()
