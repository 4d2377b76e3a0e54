"""The only file that knows both halves: plugs the bridge into the forum, gives gunicorn its app and the shell its command."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from flask import Flask

from forum.app import create_app
from forum.cli import make_cli
from forum.config import BadSetting, Config
from mailbridge.plugs import make_ports


def build(config: Config) -> Flask:
    """The whole house over one configuration: forum, browser pages and the bridge's ports."""
    app_box: list[Flask] = []
    ports = make_ports(config, lambda: app_box[0].app_context())  # noqa: PLW0108 - the box is filled below
    app_box.append(create_app(config, ports))
    return app_box[0]


def build_from(environ: Mapping[str, str] = os.environ, *, demo: bool = False) -> Flask:
    """The same from the environment. Raises BadSetting."""
    return build(Config.from_env(environ, demo=demo))


def app() -> Flask:
    """For WSGI servers: `gunicorn "forum.main:app()"`."""
    return build_from()


def cli() -> None:
    """The command `ratspost`."""
    try:
        make_cli(build_from)()
    except BadSetting as error:
        sys.exit(f"ratspost: {error}")
