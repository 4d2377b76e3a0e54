"""One-click unsubscribe (RFC 8058): a page with a button for people, a POST without cookie or form proof for mail programs."""

from __future__ import annotations

from flask import Blueprint, render_template

from forum.core import site, tokens
from forum.core.db import transaction
from forum.core.refusals import NotFound
from forum.mailroom import deliveries, letters
from forum.mailroom.models import DeliveryRow
from forum.people import service
from forum.people.models import PersonRow
from forum.subscriptions import one_click
from forum.threads import access
from forum.threads.models import ThreadRow
from forum.web.guards import public

pages = Blueprint("one_click", __name__)


@pages.get("/abo/<token>")
@public
def ask(token: str) -> str:
    """A button; following the link changes nothing."""
    _read(token)
    return render_template("one_click/ask.html", token=token)


@pages.post("/abo/<token>")
@public
def leave(token: str) -> str:
    """End what led to this mail; a second time is the first time. One letter says what happened and how to undo it."""
    with transaction():
        person, delivery = _read(token)
        thread = access.find_thread(person, delivery.letter.thread_id) if delivery.letter.thread_id else None
        left = one_click.leave(person, thread, delivery.why)
        _confirm(person, thread, left)
    return render_template("one_click/done.html", boards=left.boards, thread_id=left.thread_id)


def _confirm(person: PersonRow, thread: ThreadRow | None, left: one_click.Left) -> None:
    if left.anything:
        boards, title = [board.slug for board in left.boards], thread.title if thread else ""
        letters.write("subscription", person=person, thread_id=left.thread_id, did="left", title=title, boards=boards)


def _read(token: str) -> tuple[PersonRow, DeliveryRow]:
    """Whose mail it was and why it came; a token that is forged or has ended is not found (R63)."""
    found = tokens.read(token, site.keyring(), "abo")
    person = service.find(found.person_id) if found else None
    delivery = deliveries.find(found.target_id) if found else None
    if found is None or person is None or delivery is None:
        raise NotFound()
    if person.epoch != found.epoch or delivery.person_id != person.id:
        raise NotFound()
    return person, delivery
