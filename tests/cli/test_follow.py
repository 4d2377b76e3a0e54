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
    again = ratspost("follow", "anne@rat.example", "finanzen.kreis-unna@ratspost.localhost", "--mode", "new-threads")
    assert again.exit_code == 0
    follows = service.of(people.get_by_email("anne@rat.example"))
    assert [(follow.board.slug, follow.mode) for follow in follows] == [("finanzen.kreis-unna", Mode.NEW_THREADS)]


def test_a_digest_that_nobody_composes_cannot_be_chosen(ratspost: Ratspost, store: Session) -> None:
    ratspost("person", "add", "anne@rat.example", "--name", "Anne")
    refused = ratspost("follow", "anne@rat.example", "finanzen", "--mode", "daily")
    assert refused.exit_code == 2
    assert "'each', 'new-threads', 'web'" in refused.stderr
    assert service.of(people.get_by_email("anne@rat.example")) == []


def test_the_rvr_without_essen(ratspost: Ratspost, store: Session) -> None:
    ratspost("person", "add", "anne@rat.example", "--name", "Anne")
    for _ in range(2):
        done = ratspost("follow", "anne@rat.example", "rvr", "--except", "essen", "--except", "finanzen.bottrop")
        assert done.stdout == "Anne follows RVR, without Essen, Finance · Bottrop (each).\n"
    follow = service.of(people.get_by_email("anne@rat.example"))[0]
    assert [part.slug for part in follow.exceptions] == ["essen", "finanzen.bottrop"]


def test_a_typo_is_answered_with_what_was_meant(ratspost: Ratspost) -> None:
    ratspost("person", "add", "anne@rat.example", "--name", "Anne")
    refused = ratspost("follow", "anne@rat.example", "finnanzen")
    assert refused.exit_code == 1
    assert "finanzen@ratspost.localhost" in refused.stderr


def test_nobody_cannot_follow(ratspost: Ratspost) -> None:
    refused = ratspost("follow", "dora@fremd.example", "finanzen")
    assert (refused.exit_code, refused.stderr) == (1, "Error: Nobody is registered with the address dora@fremd.example.\n")
