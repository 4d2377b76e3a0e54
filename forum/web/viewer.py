"""Who is looking: the person of the logged-in browser, through Flask-Login and our own session rows."""

from __future__ import annotations

from typing import cast

from flask import Flask
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user

from forum.people import login
from forum.people.models import PersonRow


class Visitor(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """A logged-in browser: the key of its session (the id Flask-Login keeps in the cookie) and its person."""

    def __init__(self, key: str, person: PersonRow) -> None:
        self.key = key
        self.person = person

    def get_id(self) -> str:
        return self.key


class Stranger(AnonymousUserMixin):  # type: ignore[misc]
    """Nobody is logged in."""

    key: str | None = None
    person: PersonRow | None = None


def load(key: str) -> Visitor | None:
    """The visitor of a session key; None when it has ended."""
    person = login.find_session(key)
    return Visitor(key, person) if person else None


def viewer() -> PersonRow | None:
    """The person who is looking, or None."""
    return cast("PersonRow | None", current_user.person)


def session_key() -> str | None:
    """The key of this browser's session, or None."""
    return cast("str | None", current_user.key)


def install(app: Flask) -> None:
    """Plug Flask-Login in."""
    manager = LoginManager()
    manager.anonymous_user = Stranger
    manager.session_protection = "basic"
    manager.user_loader(load)
    manager.init_app(app)
