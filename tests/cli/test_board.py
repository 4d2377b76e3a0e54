"""A moderator's wish for a board, set at the command line: what is written there waits, from the browser as from mail."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from forum.core.db import transaction
from forum.moderation import intake
from forum.moderation.contribution import Contribution
from forum.threads.draft import Draft
from forum.threads.models import BodyFormat, Source
from tests import cast
from tests.cast import Cast
from tests.cli.conftest import Ratspost
from tests.web.conftest import Browsers


def write(person_id: int, topic: str = "finanzen") -> intake.Outcome:
    """What the composer hands in."""
    draft = Draft(source=Source.WEB, body="Wer erhöht?", body_format=BodyFormat.MARKDOWN)
    contribution = Contribution(draft=draft, person_id=person_id, title="Hebesätze", topics=(topic,), regions=("bottrop",))
    with transaction():
        return intake.submit(contribution)


def test_a_post_on_a_held_board_waits(ratspost: Ratspost, store: Session, people: Cast) -> None:
    assert isinstance(write(people.anne), intake.Posted)
    done = ratspost("board", "set", "finanzen.bottrop", "--held")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "Finance · Bottrop",
        "  guests            refuse  (inherited)",
        "  first posts held  no      (inherited)",
        "  all posts held    yes     (set here)",
    ]
    waits = write(people.anne)
    assert isinstance(waits, intake.Held)
    assert waits.cause == "board-held"
    assert isinstance(write(people.anne, "verkehr"), intake.Posted)
    ratspost("board", "set", "finanzen.bottrop", "--no-held")
    assert isinstance(write(people.anne), intake.Posted)


def test_what_the_browser_sends_to_a_held_board_stands_nowhere_before_a_moderator_says_so(app: Flask, ratspost: Ratspost) -> None:
    with app.app_context():
        people = cast.enter()
    assert ratspost("board", "set", "finanzen.un", "--held").exit_code == 0
    anne = Browsers(app).of(people.anne)
    form = {"titel": "Hebesätze", "text": "Wer erhöht?", "brett": "finanzen.kreis-unna", "nonce": "n" * 24}
    answer = anne.post("/neu", form, content_type="multipart/form-data")
    assert "schaut zuerst eine Moderatorin oder ein Moderator" in answer.text
    assert "Hebesätze" not in Browsers(app).of(people.birol).page("/brett/finanzen.kreis-unna")
    assert "Hebesätze" in Browsers(app).of(people.carla).page("/moderation")


def test_what_is_not_named_stays_and_the_nearest_board_counts(ratspost: Ratspost, store: Session, people: Cast) -> None:
    ratspost("board", "set", "nrw", "--first-posts-held", "--guests", "hold")
    ratspost("board", "set", "verkehr", "--no-first-posts-held")
    ratspost("board", "set", "verkehr", "--held")
    assert ratspost("board", "show", "verkehr@ratspost.localhost").stdout.splitlines()[1:] == [
        "  guests            hold    (inherited)",
        "  first posts held  yes     (set here to no, but a stricter one that is as near counts)",
        "  all posts held    yes     (set here)",
    ]
    first = write(people.birol)
    assert isinstance(first, intake.Held)
    assert first.cause == "first-post"
    again = ratspost("board", "set", "verkehr", "--inherit")
    assert again.stdout.splitlines()[2:] == ["  first posts held  yes     (inherited)", "  all posts held    no      (inherited)"]


def test_nothing_to_set_and_no_such_board(ratspost: Ratspost) -> None:
    assert ratspost("board", "set", "verkehr").exit_code == 2
    refused = ratspost("board", "show", "verkher")
    assert refused.exit_code == 1
    assert "verkehr" in refused.stderr
