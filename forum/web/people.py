"""The profile of another member: name, mandates, competences; never an address (DESIGN §11)."""

from __future__ import annotations

from flask import Blueprint, render_template

from forum.core import markup
from forum.people import mandates, profile
from forum.people.access import require_member
from forum.web.guards import member
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
        mandates=[shown for row, shown in zip(person.mandates, mandates.of(person), strict=True) if row.visible],
        competences=mandates.competences_of(person),
        about=markup.render_plain(person.about) if person.about else "",
    )
