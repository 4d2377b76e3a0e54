"""Logging in by a mailed link (GET shows a button, POST logs in) or by password, and logging out."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from forum.core import site
from forum.core.db import transaction
from forum.core.refusals import Refused, TooManyTries
from forum.mailroom import notices
from forum.people import attempts, directory, login
from forum.threads import claiming
from forum.web import language
from forum.web.guards import member, public
from forum.web.paths import local_path
from forum.web.peer import peer
from forum.web.postboxes import is_at_home
from forum.web.viewer import Visitor, session_key, viewer

pages = Blueprint("login", __name__)


@pages.get("/anmelden")
@public
def ask() -> Response | str:
    """Ask for an address; a link is mailed there."""
    if viewer() is not None:
        return redirect(local_path(request.args.get("weiter")) or "/")
    return _form()


@pages.post("/anmelden")
@public
def send_link() -> str | tuple[str, int]:
    """Mail a link, if the address is known; the answer is the same if it is not (R65)."""
    email = request.form.get("email", "").strip()
    try:
        with transaction():
            attempts.note(email, peer())
            notices.offer_login(email)
    except TooManyTries as refused:
        return _form(refused, email=email[:320]), refused.status
    _remember_where_to()
    return render_template("login/sent.html", email=email[:320])


@pages.post("/anmelden/passwort")
@public
def by_password() -> Response | tuple[str, int]:
    """Log in with address and password."""
    _remember_where_to()
    try:
        with transaction():
            attempts.note(request.form.get("email", ""), peer())
        with transaction():
            person = login.check_password(request.form.get("email", ""), request.form.get("passwort", ""))
            visitor = Visitor(login.open_session(person), person)
    except Refused as refused:
        return _form(refused, email=request.form.get("email", "")[:320]), refused.status
    return _enter(visitor)


@pages.get("/anmelden/<secret>")
@public
def show_button(secret: str) -> str:
    """What the mailed link opens: a button. Scanners that follow links change nothing (R62)."""
    return render_template("login/button.html", secret=secret)


@pages.post("/anmelden/<secret>")
@public
def use_link(secret: str) -> Response:
    """Spend the link and log in."""
    with transaction():
        person = login.use_link(secret)
        claiming.claim(person)
        visitor = Visitor(login.open_session(person), person)
    return _enter(visitor)


@pages.post("/abmelden")
@public
def leave() -> Response:
    """Log this browser out."""
    key = session_key()
    if key:
        with transaction():
            login.end_session(key)
    logout_user()
    session.clear()
    return redirect("/", 303)


@pages.post("/abmelden/ueberall")
@member
def leave_everywhere() -> Response:
    """Log every other browser out; this one stays."""
    with transaction():
        person = viewer()
        if person is not None:
            login.end_sessions(person, keep=session_key())
    return redirect(url_for("profile.page", gespeichert="sitzungen"), 303)


def _enter(visitor: Visitor) -> Response:
    """A new cookie for a new right (R100): nothing of the stranger's session is kept but where they wanted to go."""
    where_to = local_path(session.get("weiter")) or "/"
    session.clear()
    session.permanent = True
    login_user(visitor)
    return redirect(where_to, 303)


def _remember_where_to() -> None:
    where_to = local_path(request.form.get("weiter"))
    if where_to:
        session["weiter"] = where_to


def _form(refused: Refused | None = None, *, email: str = "") -> str:
    return render_template(
        "login/ask.html",
        where_to=local_path(request.values.get("weiter")) or "",
        error=refused.sentence(language.current()) if refused else None,
        email=email,
        demo_people=directory.approved() if site.ports().postboxes is not None and is_at_home() else [],
    )
