"""`ratspost("person", "add", …)` runs a command over the store of the test, as the shell would."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask, has_app_context

from forum.cli import make_cli
from forum.core.db import db

Ratspost = Callable[..., Result]


@pytest.fixture
def ratspost(app: Flask) -> Ratspost:
    """Run one command; the result has `exit_code`, `stdout` and `stderr`. Any other exception fails the test."""

    def build(*, demo: bool = False) -> Flask:
        return app

    def run(*words: str) -> Result:
        if has_app_context():
            db.session.rollback()  # the test's own reading ends here, so that it sees afterwards what the command did
        result = CliRunner().invoke(make_cli(build), list(words))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run
