"""A board's page: its threads, its mail address, the boards around it, and following it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from forum.core.db import transaction
from forum.people.access import require_member
from forum.places import boards
from forum.places.boards import Board
from forum.subscriptions import service
from forum.threads import lists
from forum.web import around, lines
from forum.web.guards import member, public
from forum.web.viewer import viewer
from forum.web.wild import page_number

pages = Blueprint("boards", __name__)


@pages.get("/brett/<slug>")
@public
def page(slug: str) -> Response | str:
    """The board of a topic, a region or a pair; other ways to write it lead to the one address it has."""
    board = boards.get(slug)
    if slug != board.slug:
        return redirect(url_for("boards.page", slug=board.slug), 308)
    me = viewer()
    found = lists.on_board(me, board, page=page_number())
    return render_template(
        "boards/page.html",
        board=board,
        lines=lines.of(found.threads),
        pages=lines.Pages(found.page, found.pages),
        total=found.total,
        around=around.of(board),
        follow=service.find(me, board) if me else None,
    )


@pages.post("/brett/<slug>/abo")
@member
def follow(slug: str) -> Response:
    """Follow this board by mail."""
    with transaction():
        board = boards.get(slug)
        service.follow(require_member(viewer()), board)
    return _back(board)


@pages.post("/brett/<slug>/abo/ende")
@member
def unfollow(slug: str) -> Response:
    """Stop following this board."""
    with transaction():
        board = boards.get(slug)
        service.unfollow(require_member(viewer()), board)
    return _back(board)


def _back(board: Board) -> Response:
    return redirect(url_for("boards.page", slug=board.slug), 303)
