"""Accepted mails for admins: the ledger, one mail, what to do with a stuck one; and the raw bytes for whoever may see them."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from forum.core import clock, site
from forum.core.db import transaction
from forum.mailroom import deliveries, ledger
from forum.mailroom.models import InboundState
from forum.moderation import inbox
from forum.people.access import require_member
from forum.web.downloads import SANDBOX
from forum.web.guards import admin, member
from forum.web.viewer import viewer

pages = Blueprint("inbox", __name__)


@pages.get("/moderation/posteingang")
@admin
def page() -> str:
    """The latest accepted mails, of one state or all."""
    wanted = [state for state in InboundState if state.value == request.args.get("zustand")]
    return render_template(
        "inbox/page.html",
        rows=ledger.newest(wanted, limit=100),
        counts=ledger.counts(),
        deliveries=deliveries.counts(),
        chosen=wanted[0].value if wanted else None,
        now=clock.now(),
        config=site.config(),
    )


@pages.get("/moderation/posteingang/<int:inbound_id>")
@admin
def mail(inbound_id: int) -> str:
    """What became of one mail."""
    row = ledger.get(inbound_id)
    return render_template("inbox/mail.html", row=row, is_stuck=row.state is InboundState.STUCK)


@pages.post("/moderation/posteingang/<int:inbound_id>/nochmal")
@admin
def retry(inbound_id: int) -> AnyResponse:
    """Put a stuck mail back to the start; the worker takes it from there."""
    with transaction():
        inbox.retry(ledger.get(inbound_id), require_member(viewer()))
    return redirect(url_for("inbox.mail", inbound_id=inbound_id), 303)


@pages.post("/moderation/posteingang/<int:inbound_id>/verwerfen")
@admin
def discard(inbound_id: int) -> AnyResponse:
    """Give a stuck mail up."""
    with transaction():
        inbox.discard(ledger.get(inbound_id), require_member(viewer()), request.form.get("grund", ""))
    return redirect(url_for("inbox.mail", inbound_id=inbound_id), 303)


@pages.post("/mail/<int:inbound_id>/roh")
@member
def raw(inbound_id: int) -> Response:
    """The raw mail as a download. A POST, because each look is written into the log (DESIGN §5)."""
    with transaction():
        content = inbox.read_raw(ledger.get(inbound_id), require_member(viewer()))
    response = Response(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="mail-{inbound_id}.eml"'
    response.headers["Content-Security-Policy"] = SANDBOX
    return response
