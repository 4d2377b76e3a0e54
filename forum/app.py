"""The application: settings, store, journal listeners, browser pages. `forum.main` gives it the bridge's ports."""

from __future__ import annotations

import importlib
import pkgutil

from flask import Flask

import forum.library
import forum.mailroom
import forum.moderation
import forum.people
import forum.places
import forum.search
import forum.subscriptions
import forum.threads
from forum.config import Config
from forum.core.db import db, prepare
from forum.core.files import find
from forum.core.ports import Ports
from forum.mailroom import ledger, letters
from forum.moderation import holds

SLICES = (
    forum.places, forum.people, forum.threads, forum.mailroom, forum.subscriptions, forum.library, forum.moderation, forum.search,
)  # fmt: skip


def create_app(config: Config, ports: Ports) -> Flask:
    """The Flask application over the store that `config` names. Raises RuntimeError if a route has no guard."""
    from forum import web

    load_models()
    app = Flask("forum", template_folder=str(find("templates") / "web"), static_folder=None)
    app.config.update(
        RATSPOST=config,
        RATSPOST_PORTS=ports,
        SECRET_KEY=config.secret_keys[0],
        SECRET_KEY_FALLBACKS=list(config.secret_keys[1:]),
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(config),
        MAX_CONTENT_LENGTH=config.max_mail,
        MAX_FORM_MEMORY_SIZE=1_000_000,
    )
    config.data.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    for part in (letters, ledger, holds):
        part.listen()
    web.install(app)
    return app


def load_models() -> None:
    """Import every slice's rows, so that the metadata is whole."""
    for part in SLICES:
        if any(module.name == "models" for module in pkgutil.iter_modules(part.__path__)):
            importlib.import_module(f"{part.__name__}.models")


def _engine_options(config: Config) -> dict[str, object]:
    silent = {"hide_parameters": True}  # an error in a log or in the ledger must not hold what people wrote
    if config.embedded:
        return {**silent, "connect_args": {"timeout": 15, "check_same_thread": False}, "pool_size": 12, "max_overflow": 20}
    return {**silent, "pool_size": 8, "max_overflow": 16, "pool_pre_ping": True}
