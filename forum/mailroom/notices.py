"""Letters to one person about their own affairs; each act that owes somebody word calls its function here."""

from __future__ import annotations

from forum.core import site
from forum.core.db import session
from forum.mailroom import letters
from forum.people import login, service
from forum.people.access import is_member
from forum.people.models import PersonRow


def send_login_link(person: PersonRow) -> str:
    """Mail a login link to a person; returns the link's address (for the CLI)."""
    url = login_url(person)
    letters.write("login", person=person, url=url, minutes=int(login.LINK_LIFETIME.total_seconds() // 60))
    return url


def offer_login(email: str) -> None:
    """Mail a login link to whoever this is, if they take part.

    If not, the same is done for somebody else and taken back before anything is seen of it, so that the time it takes says
    nothing about who is a member (R65).
    """
    person, stand_in = service.find_by_email(email), service.first()
    if stand_in is None:
        return
    with session().begin_nested() as trial:
        send_login_link(person or stand_in)
        if not is_member(person):
            trial.rollback()


def login_url(person: PersonRow) -> str:
    """A new login link's address, without mailing it."""
    return f"{site.config().base_url}/anmelden/{login.make_link(person)}"


def send_welcome(person: PersonRow) -> None:
    """Invite a person who was entered by somebody else."""
    letters.write("welcome", person=person, url=f"{site.config().base_url}/anmelden")
