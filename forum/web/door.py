"""Puts the browser door into the application: who is looking, forms, languages, headers, errors, pages, and last the guards."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect

from forum.config import Config
from forum.core.ports import Ports
from forum.people.login import SESSION_LIFETIME
from forum.web import (
    assets,
    boards,
    composer,
    downloads,
    errors,
    guards,
    headers,
    holds,
    inbox,
    language,
    login,
    metrics,
    one_click,
    people,
    places,
    postboxes,
    posts,
    profile,
    questions,
    shown,
    start,
    subscriptions,
    texts,
    threads,
    viewer,
    wild,
)

PAGES = (
    assets, start, places, boards, threads, composer, posts, downloads, login, profile, people, subscriptions, one_click,
    questions, holds, inbox, language, texts, metrics,
)  # fmt: skip

csrf = CSRFProtect()


def install(app: Flask) -> None:
    """Register everything that answers HTTP. Raises RuntimeError if a route has no guard."""
    config: Config = app.config["RATSPOST"]
    ports: Ports = app.config["RATSPOST_PORTS"]
    app.config.update(_cookies(config), WTF_CSRF_TIME_LIMIT=None, BABEL_DEFAULT_LOCALE=config.locale)
    viewer.install(app)
    csrf.init_app(app)
    for part in (wild, language, headers, errors, shown):
        part.install(app)
    for page in PAGES:
        app.register_blueprint(page.pages)
    if ports.postboxes is not None:
        app.register_blueprint(postboxes.pages)
    csrf.exempt(one_click.leave)
    guards.check_all(app)


def _cookies(config: Config) -> dict[str, object]:
    """HttpOnly and SameSite always; over HTTPS also Secure, with a name that no other host can set (R100)."""
    secure = config.base_url.startswith("https:")
    return {
        "SESSION_COOKIE_NAME": "__Host-ratspost" if secure else "ratspost",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": SESSION_LIFETIME,
    }
