"""One post: edit, withdraw, what it said before, and the whole of the mail it came in."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forum.core import markup, site
from forum.core.db import transaction
from forum.core.refusals import EditTooLate, NotFound, Refused
from forum.mailroom import ledger
from forum.people.access import require_member
from forum.threads import access, reading, service
from forum.threads.models import BodyFormat, PostRow, PostState, RevisionRow
from forum.web import language
from forum.web.guards import member
from forum.web.threads import place_of
from forum.web.viewer import viewer

pages = Blueprint("posts", __name__)


@pages.get("/beitrag/<int:post_id>/bearbeiten")
@member
def edit_form(post_id: int) -> str:
    """The text of an own post, to change it."""
    post = access.get_own_post(viewer(), post_id)
    if post.state is not PostState.PUBLISHED:
        raise EditTooLate()
    return _form(post, post.body)


@pages.post("/beitrag/<int:post_id>/bearbeiten")
@member
def edit(post_id: int) -> Response | str | tuple[str, int]:
    """Replace the text (the old one is kept as a revision), or show how it will look."""
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    post = access.get_own_post(viewer(), post_id)
    if "vorschau" in request.form:
        return _form(post, text, preview=True)
    try:
        with transaction():
            me = require_member(viewer())
            service.edit(access.get_own_post(me, post_id), text, me)
    except Refused as refused:
        return _form(access.get_own_post(viewer(), post_id), text, refused), refused.status
    return redirect(place_of(access.get_post(viewer(), post_id)), 303)


def _form(post: PostRow, text: str, refused: Refused | None = None, *, preview: bool = False) -> str:
    return render_template(
        "posts/edit.html",
        post=post,
        thread=post.thread,
        text=text,
        preview=service.render(text, post.body_format) if preview else None,
        error=refused.sentence(language.current()) if refused else None,
        is_markdown=post.body_format is BodyFormat.MARKDOWN,
        action=url_for("posts.edit", post_id=post.id),
    )


@pages.get("/beitrag/<int:post_id>/zurueckziehen")
@member
def withdraw_form(post_id: int) -> str:
    """Ask once more."""
    post = access.get_own_post(viewer(), post_id)
    return render_template("posts/withdraw.html", post=post, thread=post.thread)


@pages.post("/beitrag/<int:post_id>/zurueckziehen")
@member
def withdraw(post_id: int) -> Response:
    """Take an own post back."""
    with transaction():
        service.withdraw(access.get_own_post(viewer(), post_id))
    return redirect(place_of(access.get_post(viewer(), post_id)), 303)


@pages.get("/beitrag/<int:post_id>/fassungen")
@member
def revisions(post_id: int) -> str:
    """The texts a post had before, latest first."""
    post = access.get_post(viewer(), post_id)
    earlier = [(revision, _rendered(revision)) for revision in reading.revisions_of(post)]
    return render_template("posts/revisions.html", post=post, thread=post.thread, earlier=earlier)


@pages.get("/beitrag/<int:post_id>/original")
@member
def original(post_id: int) -> str:
    """The whole text of the mail a post came in, as long as that mail is kept."""
    post = access.get_post(viewer(), post_id)
    if post.inbound_id is None or post.state is PostState.WITHDRAWN:
        raise NotFound()
    whole = site.ports().originals.text(ledger.get(post.inbound_id).raw)
    return render_template("posts/original.html", post=post, thread=post.thread, whole=whole)


def _rendered(revision: RevisionRow) -> str:
    as_markdown = revision.body_format is BodyFormat.MARKDOWN
    return markup.render_markdown(revision.body) if as_markdown else markup.render_plain(revision.body)
