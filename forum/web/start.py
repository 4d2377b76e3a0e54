"""The start page: what is new for me, the boards, the map of the districts; for a stranger: what this is."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, render_template

from forum.mailroom import ledger
from forum.moderation import holds
from forum.people import groups
from forum.people.access import is_moderator
from forum.people.models import PersonRow
from forum.places import catalogue
from forum.subscriptions import reading
from forum.threads import lists
from forum.threads.models import ThreadRow
from forum.web import lines, tiles
from forum.web.guards import public
from forum.web.viewer import viewer

SHOWN = 6
pages = Blueprint("start", __name__)


@pages.get("/")
@public
def page() -> str:
    """The start page of a member or of a stranger."""
    me = viewer()
    places = catalogue.get()
    top = places.topic_children()
    return render_template(
        "start/page.html",
        mine=lines.of(_newest(me, reading.concerns(me))) if me else [],
        newest=lines.of(_newest(me, sa.not_(reading.concerns(me)))) if me else [],
        waiting=len(holds.waiting_for(me)) if is_moderator(me) and me else 0,
        stuck=ledger.stuck() if is_moderator(me) else 0,
        my_groups=groups.of(me) if me else [],
        headlines=[(topic, places.topic_children(topic.id)) for topic in top if topic.headline],
        others=[topic for topic in top if not topic.headline],
        tiles=tiles.of(places),
        legend=tiles.legend(places),
    )


def _newest(me: PersonRow, condition: sa.ColumnElement[bool]) -> list[ThreadRow]:
    return lists.newest(me, condition).threads[:SHOWN]
