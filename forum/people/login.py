"""Logging in: by a mailed link (single use, 15 minutes) or a password (argon2); sessions are rows that can be ended.

The letter with the link is written by `mailroom.notices`; the pages are in `web.login`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from forum.core import clock
from forum.core.db import session
from forum.core.refusals import BadInput, LinkSpent, WrongPassword
from forum.people.models import LoginLinkRow, LoginSessionRow, PersonRow, Standing
from forum.people.service import find_by_email

LINK_LIFETIME = dt.timedelta(minutes=15)
SESSION_LIFETIME = dt.timedelta(days=14)
SHORTEST_PASSWORD = 10
_hasher = PasswordHasher()
_nobody = _hasher.hash("nobody")


def make_link(person: PersonRow) -> str:
    """The secret of a new login link; only its hash is kept."""
    secret = secrets.token_urlsafe(32)
    session().add(LoginLinkRow(person_id=person.id, secret_hash=_hash(secret), expires_at=clock.now() + LINK_LIFETIME))
    return secret


def use_link(secret: str) -> PersonRow:
    """Spend a link and return its person. Raises LinkSpent for an unknown, used or expired one, or a locked person.

    Spending is one conditional UPDATE, so of two clicks at once only one logs in.
    """
    spent = (
        session()
        .execute(
            sa.update(LoginLinkRow)
            .where(
                LoginLinkRow.secret_hash == _hash(secret), LoginLinkRow.used_at.is_(None), LoginLinkRow.expires_at > clock.now()
            )
            .values(used_at=clock.now())
            .returning(LoginLinkRow.person_id)
        )
        .scalar()
    )
    person = session().get(PersonRow, spent) if spent else None
    if person is None or person.standing is not Standing.APPROVED:
        raise LinkSpent()
    return person


def check_password(email: str, password: str) -> PersonRow:
    """The person, or WrongPassword; takes the same time for an unknown address (R65)."""
    person = find_by_email(email)
    known = person.password_hash if person and person.standing is Standing.APPROVED else None
    try:
        _hasher.verify(known or _nobody, password)
    except VerificationError:
        raise WrongPassword() from None
    if person is None or known is None:
        raise WrongPassword()
    return person


def set_password(person: PersonRow, password: str, *, keep: str | None = None) -> None:
    """Set a password and end all other sessions. Raises BadInput when it is too short."""
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(field="Passwort", value=f"< {SHORTEST_PASSWORD}")
    person.password_hash = _hasher.hash(password)
    end_sessions(person, keep=keep)


def open_session(person: PersonRow) -> str:
    """The key of a new session, for the browser's cookie."""
    key = secrets.token_urlsafe(32)
    session().add(LoginSessionRow(person_id=person.id, key=_hash(key), created_at=clock.now()))
    return key


def find_session(key: str) -> PersonRow | None:
    """Whose session this is; None when it has ended, is too old, or the person may no longer take part."""
    return session().scalar(
        sa.select(PersonRow)
        .join(LoginSessionRow, LoginSessionRow.person_id == PersonRow.id)
        .where(
            LoginSessionRow.key == _hash(key),
            LoginSessionRow.ended_at.is_(None),
            LoginSessionRow.created_at > clock.now() - SESSION_LIFETIME,
            PersonRow.standing == Standing.APPROVED,
        )
    )


def end_session(key: str) -> None:
    """Log one browser out."""
    session().execute(sa.update(LoginSessionRow).where(LoginSessionRow.key == _hash(key)).values(ended_at=clock.now()))


def end_sessions(person: PersonRow, *, keep: str | None = None) -> None:
    """Log a person out everywhere, but for the session with the key `keep`."""
    ending = sa.update(LoginSessionRow).where(LoginSessionRow.person_id == person.id, LoginSessionRow.ended_at.is_(None))
    if keep:
        ending = ending.where(LoginSessionRow.key != _hash(keep))
    session().execute(ending.values(ended_at=clock.now()))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
