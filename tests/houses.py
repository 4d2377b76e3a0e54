"""The applications of a test process: built once for each configuration, given to one test after the other.

Building one costs as much as a whole test does, and an engine that is kept has its SQL compiled already.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from forum.config import Config
from forum.core.db import db
from forum.main import build
from mailbridge.plugs import make_ports


class Houses:
    """Opens the house of a configuration as if it were new: own ports, own settings, no connection left from before."""

    def __init__(self) -> None:
        self._built: dict[Config, Flask] = {}

    @contextmanager
    def open(self, config: Config) -> Iterator[Flask]:
        """Who changes more of an application than its `config` builds an own one."""
        app = self._built.setdefault(config, self._built.get(config) or build(config))
        app.config["RATSPOST_PORTS"] = make_ports(config, app.app_context)
        as_built = dict(app.config)
        try:
            yield app
        finally:
            app.config.clear()
            app.config.update(as_built)
            with app.app_context():
                db.session.remove()
                if config.embedded:  # its file goes; a server's connections know their tables already and serve the next test
                    db.engine.dispose()

    def close(self) -> None:
        """Let go of all connections."""
        for app in self._built.values():
            with app.app_context():
                db.engine.dispose()
