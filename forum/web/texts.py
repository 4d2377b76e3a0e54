"""Pages of text: help, imprint, privacy; and the sign of life for whoever watches the server."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from forum.core import site
from forum.web.guards import public

pages = Blueprint("texts", __name__)


@pages.get("/hilfe")
@public
def help_page() -> str:
    """How Ratspost works, by browser and by mail."""
    return render_template("texts/help.html", domain=site.config().mail_domain)


@pages.get("/impressum")
@public
def imprint() -> str:
    """Who runs this."""
    return render_template("texts/imprint.html")


@pages.get("/datenschutz")
@public
def privacy() -> str:
    """What is kept, why, and how long."""
    return render_template("texts/privacy.html")


@pages.get("/healthz")
@public
def health() -> Response:
    """The process answers."""
    return Response("ok", content_type="text/plain; charset=utf-8")
