"""Whoever runs the house hears once a day of what got stuck, waits too long or could not be delivered (R13, R31)."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from forum.core import clock
from forum.core.db import db, session, transaction
from forum.mailroom import deliveries, ledger, letters
from forum.mailroom.models import DeliveryState, InboundState, LetterRow
from forum.moderation import operator_report
from forum.moderation.models import HoldRow
from forum.people import service
from forum.people.models import RoleKind
from tests import cast
from tests.cast import BIROL, CARLA, Cast
from tests.mailbridge.outbound import office

NOON = dt.datetime(2026, 11, 3, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def people(store: Session) -> Cast:
    """Carla runs the house."""
    members = cast.enter()
    with transaction():
        service.grant(cast.person(members.carla), RoleKind.ADMIN)
    return members


def stuck(at: dt.datetime) -> None:
    with clock.stopped_at(at), transaction():
        row = ledger.keep(b"Subject: x\r\n\r\n", envelope_from="", envelope_to=["finanzen@x"], peer="127.0.0.1")
        ledger.settle(row, InboundState.STUCK, "error")


def hold(at: dt.datetime, cause: str) -> None:
    with transaction():
        session().add(HoldRow(cause=cause, contribution={}, title="Hebesätze", author="Dora", created_at=at))


def failed(at: dt.datetime, person_id: int, detail: str) -> None:
    with clock.stopped_at(at), transaction():
        letter = letters.write("help", person=cast.person(person_id))
        deliveries.create(letter, [(person_id, ("help",))])
        lease, claimed = deliveries.claim()
        deliveries.settle([copy.id for copy in claimed], lease, DeliveryState.FAILED, detail)


def report(at: dt.datetime) -> list[dict[str, Any]]:
    """What the letters say that are written at this moment."""
    with clock.stopped_at(at):
        with transaction():
            known = set(session().scalars(sa.select(LetterRow.id)))
            operator_report.write_if_due()
        rows = session().scalars(sa.select(LetterRow).where(LetterRow.id.not_in(known)).order_by(LetterRow.id)).all()
        assert {row.kind for row in rows} <= {"operator"}
        return [row.facts for row in rows]


def test_where_nothing_is_wrong_nobody_is_written_to(people: Cast) -> None:
    stuck(NOON - HOUR)
    hold(NOON - HOUR, "first-post")
    hold(NOON - 100 * HOUR, "stranger")  # these go by themselves
    hold(NOON - 100 * HOUR, "unproven")
    assert report(NOON) == []


def test_stuck_mails_are_reported_when_they_are_a_day_old_and_once_a_day(people: Cast) -> None:  # R13
    stuck(NOON - 25 * HOUR)
    stuck(NOON - HOUR)
    (facts,) = report(NOON)
    assert (facts["stuck"], facts["held"], facts["late"], facts["failed"]) == (1, 0, False, [])
    assert report(NOON + HOUR) == []
    assert [facts["stuck"] for facts in report(NOON + 24 * HOUR)] == [2]


def test_what_waits_for_a_moderator_and_what_nobody_works_is_reported(people: Cast) -> None:
    hold(NOON - 25 * HOUR, "first-post")
    with clock.stopped_at(NOON - 25 * HOUR), transaction():
        ledger.keep(b"Subject: x\r\n\r\n", envelope_from="", envelope_to=["finanzen@x"], peer="127.0.0.1")
    (facts,) = report(NOON)
    assert (facts["held"], facts["late"], facts["mails"]) == (1, True, 1)


def test_failed_copies_are_reported_once_by_domain_and_without_addresses(people: Cast) -> None:  # R31
    failed(NOON - 48 * HOUR, people.anne, "long ago")
    failed(NOON - 2 * HOUR, people.birol, f"550 5.1.1 <{BIROL}> unknown")
    failed(NOON - HOUR, people.birol, f"550 5.1.1 <{BIROL}> unknown")
    (facts,) = report(NOON)
    (one,) = facts["failed"]
    assert (one["domain"], one["copies"]) == (BIROL.partition("@")[2], 2)
    assert one["answer"].startswith("550 5.1.1 ")
    assert BIROL not in one["answer"]
    failed(NOON + HOUR, people.anne, "550 5.2.2 full")
    assert report(NOON + 2 * HOUR) == []
    (facts,) = report(NOON + 24 * HOUR)
    assert [one["answer"] for one in facts["failed"]] == ["550 5.2.2 full"]


def test_a_report_that_fails_is_no_reason_for_a_report(people: Cast) -> None:
    stuck(NOON - 25 * HOUR)
    report(NOON)
    with clock.stopped_at(NOON):
        office.deliver(office.Keeper(lambda _recipient: office.NEVER))
    (facts,) = report(NOON + 24 * HOUR)
    assert facts["failed"] == []


def test_it_goes_to_the_admins(people: Cast) -> None:
    stuck(NOON - 25 * HOUR)
    report(NOON)
    with clock.stopped_at(NOON):
        (sent,) = office.deliver().sent
    assert sent.recipient == CARLA
    assert "1 Mail steckt seit mehr als einem Tag fest" in " ".join(sent.text.split())
    assert "/moderation/posteingang" in sent.text


class TestWithASetting:
    @pytest.fixture
    def settings(self) -> dict[str, str]:
        return {"RATSPOST_OPERATOR": "betrieb@rat.example"}

    def test_it_goes_to_the_operator_instead(self, people: Cast) -> None:
        stuck(NOON - 25 * HOUR)
        report(NOON)
        with clock.stopped_at(NOON):
            assert [sent.recipient for sent in office.deliver().sent] == ["betrieb@rat.example"]


def test_two_workers_write_one_letter(app: Flask) -> None:
    with app.app_context():
        members = cast.enter()
        with transaction():
            service.grant(cast.person(members.carla), RoleKind.ADMIN)
        stuck(clock.now() - 25 * HOUR)
        db.session.remove()
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        with app.app_context(), transaction():
            operator_report.write_if_due()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with app.app_context():
        assert session().scalars(sa.select(LetterRow.kind).where(LetterRow.kind == "operator")).all() == ["operator"]
