"""The settings and ports of the application whose context is active: the one place that asks `current_app`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

from forum.core.tokens import Keyring

if TYPE_CHECKING:
    from forum.config import Config
    from forum.core.ports import Ports


def config() -> Config:
    """The frozen settings of this process."""
    return cast("Config", current_app.config["RATSPOST"])


def ports() -> Ports:
    """What the doors need of the bridge."""
    return cast("Ports", current_app.config["RATSPOST_PORTS"])


def keyring() -> Keyring:
    """The keys that sign and read tokens."""
    return Keyring(tuple(key.encode() for key in config().secret_keys))
