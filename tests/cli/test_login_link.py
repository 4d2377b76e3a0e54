"""A login link at the command line."""

from __future__ import annotations

from sqlalchemy.orm import Session

from forum.core.db import transaction
from forum.mailroom import letters
from forum.people import login, service
from forum.people.models import Standing
from tests.cli.conftest import Ratspost


def test_the_link_alone_is_printed_and_logs_in_once(ratspost: Ratspost, store: Session) -> None:
    ratspost("person", "add", "anne@rat.example", "--name", "Anne")
    done = ratspost("login-link", "anne@rat.example")
    url, secret = done.stdout.strip(), done.stdout.strip().rpartition("/")[2]
    assert (done.exit_code, url) == (0, f"http://127.0.0.1:8000/anmelden/{secret}")
    with transaction():
        assert login.use_link(secret).name == "Anne"
    assert letters.waiting() == 0


def test_who_is_locked_gets_none(ratspost: Ratspost, store: Session) -> None:
    ratspost("person", "add", "anne@rat.example", "--name", "Anne")
    with transaction():
        service.set_standing(service.get_by_email("anne@rat.example"), Standing.LOCKED)
    refused = ratspost("login-link", "anne@rat.example")
    assert (refused.exit_code, refused.stdout) == (1, "")
