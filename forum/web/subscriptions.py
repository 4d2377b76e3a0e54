"""One's own subscriptions: what I follow, how often, and how to stop."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forum.core import site
from forum.core.db import transaction
from forum.core.refusals import BadInput, Refused
from forum.people.access import require_member
from forum.places import boards
from forum.places.boards import Board
from forum.subscriptions import service
from forum.subscriptions.models import WORKING, Mode
from forum.web import language
from forum.web.guards import member
from forum.web.viewer import viewer

pages = Blueprint("subscriptions", __name__)


@pages.get("/ich/abos")
@member
def page() -> str:
    """What I follow."""
    return _page()


@pages.post("/ich/abos")
@member
def add() -> Response | tuple[str, int]:
    """Follow a board by its address: "finanzen.kreis-unna"."""
    text = request.form.get("brett", "").strip()
    try:
        with transaction():
            me = require_member(viewer())
            for board in _boards(text):
                service.follow(me, board)
    except Refused as refused:
        return _page(refused, text), refused.status
    return _back()


@pages.post("/ich/abos/modus")
@member
def set_mode() -> Response:
    """Say how often one of my follows sends mail."""
    mode = next((mode for mode in WORKING if mode.value == request.form.get("modus")), None)
    if mode is None:
        raise BadInput(field="Abo", value=request.form.get("modus", "")[:40])
    with transaction():
        service.follow(require_member(viewer()), boards.get(request.form.get("brett", "")), mode)
    return _back()


@pages.post("/ich/abos/ende")
@member
def remove() -> Response:
    """End one of my follows."""
    with transaction():
        service.unfollow(require_member(viewer()), boards.get(request.form.get("brett", "")))
    return _back()


def _boards(text: str) -> list[Board]:
    topics, regions = site.ports().addressing.read_board(text)
    return [boards.get(f"{topic}.{region}".strip(".")) for topic in topics or ("",) for region in regions or ("",)]


def _page(refused: Refused | None = None, text: str = "") -> str:
    me = require_member(viewer())
    return render_template(
        "subscriptions/page.html",
        follows=service.of(me),
        modes=Mode,
        offered=WORKING,
        error=refused.sentence(language.current()) if refused else None,
        text=text,
    )


def _back() -> Response:
    return redirect(url_for("subscriptions.page"), 303)
