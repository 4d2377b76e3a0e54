"""The thread page and the permalinks of its posts; following, muting, locking."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forum.core.db import transaction
from forum.core.refusals import BadInput, NotFound
from forum.moderation import locks
from forum.people.access import require_member
from forum.people.models import PersonRow
from forum.places.boards import Board
from forum.subscriptions import service as subscriptions
from forum.subscriptions.models import ThreadWish
from forum.threads import access, lists, placing, reading
from forum.threads.models import PostRow, PostState, Source, ThreadRow, ThreadState
from forum.web.guards import member
from forum.web.lines import Pages
from forum.web.viewer import viewer
from forum.web.wild import page_number

PAGE = 200
"""Posts on one page."""
WISHES: dict[str, ThreadWish | None] = {"folgen": ThreadWish.FOLLOW, "stumm": ThreadWish.MUTE, "wie-bretter": None}
pages = Blueprint("threads", __name__)


@pages.get("/faden/<int:thread_id>")
@member
def page(thread_id: int) -> Response | str:
    """A thread, oldest post first; the number of a merged thread leads to the one it went into."""
    me = require_member(viewer())
    thread = access.get_thread(me, thread_id)
    if thread.id != thread_id:
        return redirect(url_for("threads.page", thread_id=thread.id), 308)
    pager = Pages(page_number(), max(1, -(-thread.post_count // PAGE)))
    posts = lists.posts(thread, first=(pager.page - 1) * PAGE + 1, count=PAGE)
    if not posts:
        raise NotFound()
    return render_template("threads/page.html", **_shown(thread, posts, me), pages=pager)


def _shown(thread: ThreadRow, posts: list[PostRow], me: PersonRow) -> dict[str, object]:
    return {
        "thread": thread,
        "boards": placing.boards(thread),
        "main_board": placing.main_board(thread),
        "posts": posts,
        "answered": reading.answered_by(posts),
        "locked": thread.state is ThreadState.LOCKED,
        "wish": subscriptions.wish_of(me, thread),
        "wishes": ThreadWish,
        "follows_board": _followed_board(me, thread),
        "has_written": any(post.person_id == me.id for post in posts),
        "may_moderate": access.may_moderate(me, thread),
        "withdrawn": PostState.WITHDRAWN,
        "by_mail": Source.MAIL,
    }


def _followed_board(me: PersonRow, thread: ThreadRow) -> Board | None:
    """One of this person's boards on which the thread stands, to say why its mails come."""
    return next((follow.board for follow in subscriptions.of(me) if lists.lies_on(thread, follow.board)), None)


@pages.get("/beitrag/<int:post_id>")
@member
def post(post_id: int) -> Response:
    """The permalink of a post (the Archived-At of its mails): the place where it stands now."""
    found = access.get_post(viewer(), post_id)
    return redirect(place_of(found))


def place_of(found: PostRow) -> str:
    """The address of a post in its thread."""
    at_page = (found.number - 1) // PAGE + 1
    return url_for(
        "threads.page", thread_id=found.thread_id, _anchor=f"b{found.number}", seite=at_page if at_page > 1 else None
    )


@pages.post("/faden/<int:thread_id>/wunsch")
@member
def wish(thread_id: int) -> Response:
    """Follow this thread, mute it, or go back to what the boards say."""
    chosen = request.form.get("wunsch", "")
    if chosen not in WISHES:
        raise BadInput(field="Abo", value=chosen)
    with transaction():
        me = require_member(viewer())
        thread = access.get_thread(me, thread_id)
        subscriptions.set_wish(me, thread, WISHES[chosen])
    return redirect(url_for("threads.page", thread_id=thread_id), 303)


@pages.post("/faden/<int:thread_id>/schliessen")
@member
def lock(thread_id: int) -> Response:
    """Close the thread, with a reason that everyone sees."""
    with transaction():
        me = require_member(viewer())
        locks.lock(access.get_thread(me, thread_id), me, request.form.get("grund", ""))
    return redirect(url_for("threads.page", thread_id=thread_id), 303)


@pages.post("/faden/<int:thread_id>/oeffnen")
@member
def unlock(thread_id: int) -> Response:
    """Open a closed thread again."""
    with transaction():
        me = require_member(viewer())
        locks.unlock(access.get_thread(me, thread_id), me, request.form.get("grund", ""))
    return redirect(url_for("threads.page", thread_id=thread_id), 303)
