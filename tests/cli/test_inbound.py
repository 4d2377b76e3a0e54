"""Accepted mails at the command line: seen, tried again, released, rejected; each look at a raw mail is logged."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core.db import transaction
from forum.mailroom import ledger
from forum.mailroom.models import InboundState, LetterRow
from forum.moderation import log
from forum.people import service
from forum.places import boards
from forum.threads.models import PostRow
from mailbridge.inbound import parse, receive
from mailbridge.known_names import current as known_names
from tests import cast
from tests.cast import ANNE, CARLA
from tests.cli.conftest import Ratspost

BOARD = "finanzen.bottrop@ratspost.localhost"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_TRUST_FROM": "1"}


@pytest.fixture
def people(store: Session) -> cast.Cast:
    """Everybody, and a board on which a moderator looks at each post first."""
    people = cast.enter()
    with transaction():
        boards.configure(boards.get("finanzen.bottrop"), guests=None, first_posts_held=None, held=True)
    return people


def keep(raw: bytes) -> int:
    with transaction():
        return ledger.keep(raw, envelope_from=ANNE, envelope_to=[BOARD], peer="127.0.0.1").id


def hold(subject: str = "Hebesätze \x1b[31m2027", text: str = "Wer erhöht?") -> int:
    """A mail of Anne to the board: it is held."""
    number = keep(cast.mail(ANNE, BOARD, subject, text, message_id=f"<{abs(hash(text))}@rat.example>"))
    assert receive.process(number, parse.read, known_names) is InboundState.HELD
    return number


def stick() -> int:
    """A mail on which a worker failed for good."""
    number = keep(cast.mail(ANNE, BOARD, "Still", "Ein Satz."))
    with transaction():
        row = ledger.get(number)
        ledger.settle(row, InboundState.STUCK, "error", detail="Traceback\n  ValueError: x")
    return number


def test_list_and_show(ratspost: Ratspost, people: cast.Cast) -> None:
    held, stuck = hold(), stick()
    lines = ratspost("inbound", "list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [str(stuck), str(held)]
    assert "\x1b" not in lines[1]
    assert ANNE in lines[1]
    assert [line.split()[0] for line in ratspost("inbound", "list", "--state", "stuck").stdout.splitlines()] == [str(stuck)]
    shown = ratspost("inbound", "show", str(held)).stdout
    assert "state       held" in shown
    assert "hold        waiting, since" in shown
    assert "Wer erhöht?" not in shown
    assert "ValueError: x" in ratspost("inbound", "show", str(stuck)).stdout


def test_the_raw_mail_is_shown_as_it_came_and_the_look_is_logged(ratspost: Ratspost, people: cast.Cast) -> None:
    held = hold()
    assert ratspost("inbound", "show", str(held), "--raw").stdout_bytes == ledger.get(held).raw
    ratspost("inbound", "show", str(held), "--raw", "--by", CARLA)
    assert [(entry.act, entry.actor_name, entry.reason) for entry in log.newest()] == [
        ("read-raw", "Carla Probe", f"#{held}"),
        ("read-raw", "Kommandozeile", f"#{held}"),
    ]


def test_release_publishes_in_the_name_of_the_first_admin_and_tells_the_author(
    ratspost: Ratspost, people: cast.Cast, store: Session
) -> None:
    held = hold()
    done = ratspost("inbound", "release", str(held))
    post = store.scalars(sa.select(PostRow)).one()
    assert (done.exit_code, done.stdout) == (0, f"Mail {held} was published as post {post.id} in thread {post.thread_id}.\n")
    assert (post.person_id, ledger.get(held).state) == (people.anne, InboundState.POSTED)
    assert (log.newest()[0].act, log.newest()[0].actor_name) == ("release", "Carla Probe")
    assert "released" in store.scalars(sa.select(LetterRow.kind)).all()
    late = ratspost("inbound", "reject", str(held), "--reason", "Zu spät")
    assert (late.exit_code, late.stderr) == (1, "Error: This was already settled by Carla Probe.\n")


def test_reject_needs_a_reason_and_somebody_who_may(ratspost: Ratspost, people: cast.Cast) -> None:
    held = hold()
    assert ratspost("inbound", "reject", str(held)).exit_code == 2
    refused = ratspost("inbound", "reject", str(held), "--reason", "Werbung", "--by", ANNE)
    assert (refused.exit_code, refused.stderr) == (1, "Error: You do not have the right to do that.\n")
    done = ratspost("inbound", "reject", str(held), "--reason", "Werbung", "--by", CARLA)
    assert done.stdout == f"Mail {held} was rejected.\n"
    row = ledger.get(held)
    assert (row.state, row.outcome, log.newest()[0].reason) == (InboundState.DISCARDED, "rejected", "Werbung")
    again = ratspost("inbound", "retry", str(held))
    assert again.exit_code == 1
    assert "was decided on (rejected)" in again.stderr


def test_a_stuck_mail_is_worked_again_at_once(ratspost: Ratspost, people: cast.Cast) -> None:
    stuck = stick()
    done = ratspost("inbound", "retry", str(stuck))
    assert (done.exit_code, done.stdout) == (0, f"Mail {stuck}: held.\n")
    again = ratspost("inbound", "retry", str(stuck))
    assert again.stderr == f"Error: Mail {stuck} waits for a decision; use release or reject.\n"


def test_what_is_not_held_or_not_there(ratspost: Ratspost, people: cast.Cast) -> None:
    stuck = stick()
    assert ratspost("inbound", "release", str(stuck)).stderr == f"Error: Mail {stuck} is not held; its state is stuck.\n"
    assert ratspost("inbound", "show", "999").exit_code == 1
    waiting = keep(cast.mail(ANNE, BOARD))
    assert "is waiting; only what is stuck" in ratspost("inbound", "retry", str(waiting)).stderr


def test_without_an_admin_somebody_must_be_named(ratspost: Ratspost, store: Session) -> None:
    with transaction():
        service.add("Anne", ANNE)
        boards.configure(boards.get("finanzen.bottrop"), guests=None, first_posts_held=None, held=True)
    refused = ratspost("inbound", "release", str(hold()))
    assert refused.exit_code == 1
    assert "There is no admin yet" in refused.stderr
