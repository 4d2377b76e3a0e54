"""Who may open a page: every view says so with one of these, and the application does not start if one does not.

What is on the page is decided by the slices' `access`; a guard only opens or closes the door.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, redirect, request, url_for
from werkzeug.wrappers import Response

from forum.core import site
from forum.core.peers import is_trusted
from forum.core.refusals import NotAllowed, NotFound
from forum.people import access
from forum.people.models import PersonRow
from forum.web.viewer import viewer

View = Callable[..., Any]


def public(view: View) -> View:
    """Anyone, logged in or not."""
    return _guarded(view, "public", lambda _person: True)


def member(view: View) -> View:
    """Approved people; others are sent to the login page."""
    return _guarded(view, "member", access.is_member)


def moderator(view: View) -> View:
    """Moderators of anything, and admins."""
    return _guarded(view, "moderator", access.is_moderator)


def admin(view: View) -> View:
    """Admins."""
    return _guarded(view, "admin", access.is_admin)


def peer(view: View) -> View:
    """Programs on trusted addresses (RATSPOST_TRUSTED_PEERS) that ask directly; for others there is nothing here."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        proxied = any(name.lower().startswith(("x-forwarded", "forwarded", "x-real-ip")) for name, _ in request.headers)
        if proxied or not is_trusted(request.remote_addr or "?", site.config().trusted_peers):
            raise NotFound()
        return view(*args, **kwargs)

    guarded.guard = "peer"  # type: ignore[attr-defined]
    return guarded


def _guarded(view: View, name: str, may_open: Callable[[PersonRow | None], bool]) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        person = viewer()
        if may_open(person):
            return view(*args, **kwargs)
        if person is None:
            return to_login()
        raise NotAllowed()

    guarded.guard = name  # type: ignore[attr-defined]
    return guarded


def to_login() -> Response:
    """The login page, which leads back here."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("login.ask", weiter=wanted))


def check_all(app: Flask) -> None:
    """Raise RuntimeError naming the first route without a guard."""
    for rule in app.url_map.iter_rules():
        if not hasattr(app.view_functions[rule.endpoint], "guard"):
            raise RuntimeError(f"The route {rule.rule} ({rule.endpoint}) has no guard; see forum/web/guards.py.")
