"""Following at the command line."""

from __future__ import annotations

from sqlalchemy.orm import Session

from forum.people import service as people
from forum.subscriptions import service
from forum.subscriptions.models import Mode
from tests.cli.conftest import Ratspost


def test_anne_follows_a_board_by_its_plate(ratspost: Ratspost, store: Session) -> None:
    ratspost("person", "add", "anne@rat.example", "--name", "Anne")
    done = ratspost("follow", "anne@rat.example", "finanzen.un")
    assert (done.exit_code, done.stdout) == (0, "Anne follows Finance · Kreis Unna (each).\n")
    again = ratspost("follow", "anne@rat.example", "finanzen.kreis-unna@ratspost.localhost", "--mode", "daily")
    assert again.exit_code == 0
    follows = service.of(people.get_by_email("anne@rat.example"))
    assert [(follow.board.slug, follow.mode) for follow in follows] == [("finanzen.kreis-unna", Mode.DAILY)]


def test_a_typo_is_answered_with_what_was_meant(ratspost: Ratspost) -> None:
    ratspost("person", "add", "anne@rat.example", "--name", "Anne")
    refused = ratspost("follow", "anne@rat.example", "finnanzen")
    assert refused.exit_code == 1
    assert "finanzen@ratspost.localhost" in refused.stderr


def test_nobody_cannot_follow(ratspost: Ratspost) -> None:
    refused = ratspost("follow", "dora@fremd.example", "finanzen")
    assert (refused.exit_code, refused.stderr) == (1, "Error: Nobody is registered with the address dora@fremd.example.\n")
