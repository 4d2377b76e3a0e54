"""Writing: a new thread or an answer, with preview; what is sent goes through `moderation.intake`, like every mail."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from forum.core.db import transaction
from forum.core.refusals import Refused
from forum.moderation import intake
from forum.moderation.causes import CAUSES
from forum.moderation.contribution import Contribution
from forum.people import groups
from forum.people.access import require_member
from forum.places import boards, catalogue
from forum.threads import access, placing, reading
from forum.threads.models import PostRow
from forum.web import language, writing
from forum.web.guards import member
from forum.web.threads import place_of
from forum.web.viewer import viewer

pages = Blueprint("composer", __name__)

Answer = Response | str | tuple[str, int]


@pages.get("/neu")
@member
def blank() -> str:
    """An empty form for a new thread; `?brett=` and `?gruppe=` fill in where to."""
    return _thread_form(writing.Written.blank(brett=request.args.get("brett", ""), group=request.args.get("gruppe", "")))


@pages.post("/neu")
@member
def start() -> Answer:
    """Send a new thread, or show how it will look."""
    written = writing.read(request.form, request.files)
    if written.wants_preview:
        return _thread_form(written, preview=True)
    try:
        return _sent(_submit(writing.thread_contribution(require_member(viewer()), written), written))
    except Refused as refused:
        return _thread_form(written, refused), refused.status


@pages.get("/beitrag/<int:post_id>/antworten")
@member
def blank_answer(post_id: int) -> str:
    """An empty form under the post that is answered."""
    return _answer_form(access.get_post(viewer(), post_id), writing.Written.blank())


@pages.post("/beitrag/<int:post_id>/antworten")
@member
def answer(post_id: int) -> Answer:
    """Send an answer, or show how it will look."""
    parent = access.get_post(viewer(), post_id)
    written = writing.read(request.form, request.files)
    if written.wants_preview:
        return _answer_form(parent, written, preview=True)
    try:
        return _sent(_submit(writing.answer_contribution(require_member(viewer()), post_id, written), written))
    except Refused as refused:
        return _answer_form(access.get_post(viewer(), post_id), written, refused), refused.status


def _submit(contribution: Contribution, written: writing.Written) -> intake.Outcome:
    """Hand in; of the same form sent twice at once, the slower one learns what came of the faster."""
    cause = writing.cause_of_files(written)
    try:
        with transaction():
            return intake.submit(contribution, cause=cause)
    except IntegrityError:
        with transaction():
            return intake.submit(contribution, cause=cause)


def _sent(outcome: intake.Outcome) -> Response | str:
    """To the post, or to the page that says that it waits and why."""
    match outcome:
        case intake.Posted(post_id=int(post_id)) | intake.Duplicate(post_id=int(post_id)):
            return redirect(place_of(access.get_post(viewer(), post_id)), 303)
        case intake.Held(cause=cause):
            sentence = CAUSES[cause].en if language.current() == "en" else CAUSES[cause].de
            return render_template("composer/held.html", sentence=sentence)
        case _:
            return render_template("composer/held.html", sentence="")


def _thread_form(written: writing.Written, refused: Refused | None = None, *, preview: bool = False) -> str:
    places = catalogue.get()
    return render_template(
        "composer/thread.html",
        written=written,
        preview=writing.rendered(written) if preview else None,
        place=writing.place_shown(written) if preview else None,
        error=refused.sentence(language.current()) if refused else None,
        topics=[(top, places.topic_descendants(top.id)) for top in places.topic_children()],
        topic_by_id=places.topic_by_id,
        regions=places.regions,
        groups=groups.of(require_member(viewer())),
        board=boards.find(written.brett) if written.brett else None,
        action=url_for("composer.start"),
    )


def _answer_form(parent: PostRow, written: writing.Written, refused: Refused | None = None, *, preview: bool = False) -> str:
    thread = parent.thread
    return render_template(
        "composer/answer.html",
        written=written,
        preview=writing.rendered(written) if preview else None,
        error=refused.sentence(language.current()) if refused else None,
        parent=parent,
        answered=reading.answered_by([parent]),
        thread=thread,
        main_board=placing.main_board(thread),
        action=url_for("composer.answer", post_id=parent.id),
    )
