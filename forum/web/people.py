"""The profile of another member: name, mandates, competences; never an address (DESIGN §11)."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from forum.core import markup
from forum.core.db import transaction
from forum.moderation import log
from forum.people import mandates, profile
from forum.people.access import require_member
from forum.web.guards import member, moderator
from forum.web.viewer import viewer

pages = Blueprint("people", __name__)


@pages.get("/person/<int:person_id>")
@member
def page(person_id: int) -> str:
    """What a member shows other members."""
    me, person = require_member(viewer()), profile.get_member(person_id)
    return render_template(
        "people/page.html",
        person=person,
        is_me=person.id == me.id,
        mandates=[
            (row, shown, profile.may_confirm(row, me))
            for row, shown in zip(person.mandates, mandates.of(person), strict=True)
            if row.visible
        ],
        competences=mandates.competences_of(person),
        about=markup.render_plain(person.about) if person.about else "",
    )


@pages.post("/person/<int:person_id>/mandat/<int:mandate_id>/bestaetigen")
@moderator
def confirm(person_id: int, mandate_id: int) -> Response:
    """Vouch for a mandate; from now on it stands beside the name."""
    with transaction():
        me, person = require_member(viewer()), profile.get_member(person_id)
        mandate = profile.confirm_mandate(person, mandate_id, me)
        log.note(me, "confirm-mandate", reason=f"{person.name}: {mandates.short_title(mandate)}")
    return redirect(url_for("people.page", person_id=person_id), 303)
