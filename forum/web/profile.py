"""One's own profile: name, language, mandates, competences, where mail goes, password."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forum.core.db import transaction
from forum.people import login, mandates, profile
from forum.people.access import require_member
from forum.places import catalogue
from forum.web import writing
from forum.web.guards import member
from forum.web.viewer import session_key, viewer
from forum.web.wild import number

pages = Blueprint("profile", __name__)


@pages.get("/ich")
@member
def page() -> str:
    """The profile with its forms."""
    me, places = require_member(viewer()), catalogue.get()
    return render_template(
        "profile/page.html",
        mandates=list(zip(me.mandates, mandates.of(me), strict=True)),
        kinds=places.mandate_kinds,
        statuses=places.mandate_statuses,
        regions=places.regions,
        competences=places.competences,
        chosen=profile.competence_ids(me),
        shortest_password=login.SHORTEST_PASSWORD,
        saved=request.args.get("gespeichert"),
    )


@pages.post("/ich")
@member
def save() -> Response:
    """Save what I say about myself."""
    form = request.form
    with transaction():
        me = require_member(viewer())
        profile.describe(
            me, name=form.get("name", ""), locale=form.get("sprache", ""), about=form.get("ueber", ""),
            gets_own_posts="eigene" in form,
        )  # fmt: skip
        mandates.set_competences(me, dict.fromkeys(form.getlist("kompetenz")))
    return _saved("profil")


@pages.post("/ich/zustellung")
@member
def deliver_to() -> Response:
    """Choose the address that my mail goes to."""
    with transaction():
        profile.deliver_to(require_member(viewer()), number(request.form.get("adresse")))
    return _saved("zustellung")


@pages.post("/ich/mandat")
@member
def add_mandate() -> Response:
    """Note a mandate; it is shown once a moderator has confirmed it."""
    form = request.form
    region = form.get("region", "").strip()
    with transaction():
        mandates.add(
            require_member(viewer()), form.get("art", ""), status=form.get("status", "keine"),
            region=writing.region_slug(region) if region else None,
        )  # fmt: skip
    return _saved("mandat")


@pages.post("/ich/mandat/<int:mandate_id>/loeschen")
@member
def drop_mandate(mandate_id: int) -> Response:
    """Take a mandate off my profile."""
    with transaction():
        profile.drop_mandate(require_member(viewer()), mandate_id)
    return _saved("mandat")


@pages.post("/ich/passwort")
@member
def set_password() -> Response:
    """Set a password; all other browsers are logged out."""
    with transaction():
        login.set_password(require_member(viewer()), request.form.get("passwort", ""), keep=session_key())
    return _saved("passwort")


def _saved(what: str) -> Response:
    return redirect(url_for("profile.page", gespeichert=what), 303)
