"""Which language a page speaks: the person's own, else the visitor's choice (a cookie), else the browser's, else the default."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request
from flask_babel import Babel, get_locale
from werkzeug.wrappers import Response

from forum.core import site
from forum.core.db import transaction
from forum.core.texts import LOCALES
from forum.web.guards import public
from forum.web.paths import local_path
from forum.web.viewer import viewer

COOKIE = "sprache"
pages = Blueprint("language", __name__)


def install(app: Flask) -> None:
    """Plug Flask-Babel in; times are shown as on the clocks of NRW."""
    Babel(app, locale_selector=choose, default_timezone="Europe/Berlin")


def choose() -> str:
    """`de` or `en` for this request."""
    person = viewer()
    return person.locale if person is not None else of_browser()


def of_browser() -> str:
    """The same without asking the store; for the page that says that something broke."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LOCALES:
        return chosen
    default = site.config().locale
    order = (default, *(locale for locale in LOCALES if locale != default))
    return request.accept_languages.best_match(order) or default


def current() -> str:
    """The language of the page being made: `de` or `en`."""
    return "en" if str(get_locale()) == "en" else "de"


@pages.post("/sprache")
@public
def switch() -> Response:
    """Choose a language; for members it is also that of their mails."""
    locale = request.form.get("sprache", "")
    response = redirect(local_path(request.form.get("weiter")) or "/")
    if locale in LOCALES:
        secure = site.config().base_url.startswith("https:")  # not that of the request: a proxy may have ended TLS
        response.set_cookie(COOKIE, locale, max_age=31_536_000, secure=secure, httponly=True, samesite="Lax")
        with transaction():
            person = viewer()
            if person is not None:
                person.locale = locale
    return response
