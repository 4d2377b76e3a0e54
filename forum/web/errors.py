"""How a page says no: the sentence of a refusal, in the reader's language, with its status."""

from __future__ import annotations

import logging

from flask import Flask, render_template, request
from flask_babel import force_locale, gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from forum.core import clock, site
from forum.core.refusals import NotAllowed, NotFound, Refused, TooLarge
from forum.web import language

log = logging.getLogger(__name__)

Answer = tuple[str, int]


def install(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(InternalServerError, broken)


def refused(refusal: Refused) -> Answer:
    """The refusal's own sentence."""
    return page(refusal.sentence(language.current()), refusal.status)


def stale_form(_error: CSRFError) -> Answer:
    """A form without its proof: mostly a page that was left open over a logout."""
    return page(gettext("Das Formular ist nicht mehr gültig. Bitte lade die Seite neu und schicke es noch einmal ab."), 400)


def http_error(error: HTTPException) -> Answer:
    """What Flask itself refuses, in our words."""
    known = {403: NotAllowed(), 404: NotFound(), 413: TooLarge(limit=site.config().max_mail // 1_000_000)}
    status = error.code or 500
    if status in known:
        return refused(known[status])
    return page(gettext("Diese Anfrage ist so nicht möglich."), status)


def broken(error: InternalServerError) -> Answer:
    """Something unexpected; the page asks nothing of the store, which may be what broke. Flask logs the error."""
    log.error("error page for %s %s", request.method, request.url_rule)
    del error
    with force_locale(language.of_browser()):
        return render_template("errors/broken.html", moment=clock.now()), 500


def page(sentence: str, status: int) -> Answer:
    """The page with one sentence."""
    return render_template("errors/refused.html", sentence=sentence, status=status), status
