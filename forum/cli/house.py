"""What every command is given: the house, built from the environment only when a command needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import click
from flask import Flask


class Build(Protocol):
    """Makes the application from the environment. Raises BadSetting."""

    def __call__(self, *, demo: bool = False) -> Flask: ...


@dataclass(frozen=True, slots=True)
class House:
    """The object of every click context; `demo` where `ratspost --demo …` asks for the settings of a running demo."""

    build: Build
    demo: bool = False

    @contextmanager
    def open(self) -> Iterator[Flask]:
        """The application with its context open: `db.session`, `core.site` and the slices work inside."""
        app = self.build(demo=self.demo)
        with app.app_context():
            yield app


pass_house = click.make_pass_decorator(House)
