"""The moderators' page: what waits, the log, undo."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forum.core.db import transaction
from forum.mailroom import ledger
from forum.moderation import history, holds, log
from forum.moderation.causes import CAUSES
from forum.moderation.contribution import Contribution, from_json
from forum.moderation.models import HoldRow
from forum.people.access import require_member
from forum.places import catalogue
from forum.threads import service
from forum.web import language
from forum.web.guards import moderator
from forum.web.viewer import viewer

pages = Blueprint("moderation", __name__)


@pages.get("/moderation")
@moderator
def page() -> str:
    """What waits for me, and what was done lately."""
    me = require_member(viewer())
    return render_template(
        "moderation/page.html",
        waiting=[_shown(row) for row in holds.waiting_for(me)],
        entries=history.newest_for(me),
        stuck=ledger.stuck(),
    )


def _shown(row: HoldRow) -> dict[str, object]:
    contribution = from_json(row.contribution)
    return {
        "row": row,
        "cause": CAUSES[row.cause],
        "contribution": contribution,
        "places": _places(contribution),
        "html": service.render(contribution.draft.body, contribution.draft.body_format),
    }


def _places(contribution: Contribution) -> list[str]:
    """What the topics and regions of a waiting thread are called; a word that means nothing is shown as it is."""
    known, locale = catalogue.get(), language.current()
    topics = [topic.short_in(locale) if (topic := known.find_topic(slug)) else slug for slug in contribution.topics]
    return topics + [region.label if (region := known.find_region(slug)) else slug for slug in contribution.regions]


@pages.post("/moderation/<int:hold_id>/freigeben")
@moderator
def release(hold_id: int) -> Response:
    """Publish what waited."""
    with transaction():
        me = require_member(viewer())
        post = holds.release(holds.get_for(me, hold_id), me)
        post_id = post.id
    return redirect(url_for("threads.post", post_id=post_id), 303)


@pages.post("/moderation/<int:hold_id>/ablehnen")
@moderator
def reject(hold_id: int) -> Response:
    """Decline what waited; the author is told the reason."""
    with transaction():
        me = require_member(viewer())
        holds.reject(holds.get_for(me, hold_id), me, request.form.get("grund", ""))
    return redirect(url_for("moderation.page"), 303)


@pages.post("/moderation/protokoll/<int:entry_id>/zurueck")
@moderator
def undo(entry_id: int) -> Response:
    """Take an act back."""
    with transaction():
        me = require_member(viewer())
        history.undo(log.get(entry_id), me)
    return redirect(url_for("moderation.page", _anchor="protokoll"), 303)
