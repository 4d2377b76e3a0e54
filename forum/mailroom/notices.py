"""Letters to one person about their own affairs; each act that owes somebody word calls its function here."""

from __future__ import annotations

from forum.core import site
from forum.mailroom import letters
from forum.people import login
from forum.people.models import PersonRow


def send_login_link(person: PersonRow) -> str:
    """Mail a login link to a person; returns the link's address (for the CLI)."""
    url = login_url(person)
    letters.write("login", person=person, url=url, minutes=int(login.LINK_LIFETIME.total_seconds() // 60))
    return url


def login_url(person: PersonRow) -> str:
    """A new login link's address, without mailing it."""
    return f"{site.config().base_url}/anmelden/{login.make_link(person)}"


def send_welcome(person: PersonRow) -> None:
    """Invite a person who was entered by somebody else."""
    letters.write("welcome", person=person, url=f"{site.config().base_url}/anmelden")
