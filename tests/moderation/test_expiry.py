"""Mails of strangers and mails without a yes are discarded after thirty days; nobody is told. # R108"""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core import clock
from forum.core.db import transaction
from forum.mailroom import ledger
from forum.mailroom.models import InboundState, LedgerRow, LetterRow
from forum.moderation import expiry, intake, questions
from forum.moderation.contribution import Contribution
from forum.moderation.models import HoldRow, QuestionItemRow
from forum.threads.draft import Draft
from forum.threads.models import BodyFormat, Source
from mailbridge.periodic import Periodic
from tests import cast
from tests.cast import DORA, Cast


@pytest.fixture
def people(store: Session) -> Cast:
    return cast.enter()


def accepted(cause: str, person_id: int | None) -> int:
    """A mail that is held for this cause; returns its number in the ledger."""
    with transaction():
        row = ledger.keep(cause.encode(), envelope_from=DORA, envelope_to=["x"], peer="")
        draft = Draft(source=Source.MAIL, body="Worte", body_format=BodyFormat.PLAIN, content_key=cause, inbound_id=row.id)
        contribution = Contribution(draft=draft, person_id=person_id, email=DORA, title="Titel", topics=("finanzen",))
        outcome = intake.submit(contribution, cause=cause)
        assert isinstance(outcome, intake.Held)
        ledger.settle(row, InboundState.HELD, cause)
        if person_id:
            questions.ask_about_hold(cast.person(person_id), "", outcome.hold_id)
        return row.id


def letters(store: Session) -> int:
    return store.scalar(sa.select(sa.func.count()).select_from(LetterRow)) or 0


def test_after_thirty_days_what_nobody_said_yes_to_is_gone(store: Session, people: Cast) -> None:
    asked = {"stranger": None, "other-sender": None, "unproven": people.anne}
    old = {cause: accepted(cause, person_id) for cause, person_id in asked.items()}
    waits = accepted("guest", None)
    before = letters(store)
    now = clock.now()
    with clock.stopped_at(now + dt.timedelta(days=29)), transaction():
        assert expiry.discard_old() == 0
    with clock.stopped_at(now + dt.timedelta(days=30, minutes=1)), transaction():
        assert expiry.discard_old() == 3
        assert expiry.discard_old() == 0
    assert {store.get_one(LedgerRow, number).outcome for number in old.values()} == {"expired"}
    assert store.get_one(LedgerRow, waits).state is InboundState.HELD
    assert [hold.cause for hold in store.scalars(sa.select(HoldRow))] == ["guest"]
    assert store.scalars(sa.select(QuestionItemRow)).all() == []
    assert letters(store) == before


def test_a_command_that_waits_in_the_ledger_alone_goes_too(store: Session, people: Cast) -> None:
    with transaction():
        row = ledger.keep(b"x", envelope_from=DORA, envelope_to=["finanzen-ab@ratspost.localhost"], peer="")
        ledger.settle(row, InboundState.HELD, "unproven")
        number = row.id
    with clock.stopped_at(clock.now() + dt.timedelta(days=31)), transaction():
        assert expiry.discard_old() == 1
    assert store.get_one(LedgerRow, number).state is InboundState.DISCARDED


def test_a_few_at_a_time(store: Session, people: Cast) -> None:
    with transaction():
        for number in range(5):
            ledger.settle(ledger.keep(bytes([number]), envelope_from="", envelope_to=[], peer=""), InboundState.HELD, "unproven")
    with clock.stopped_at(clock.now() + dt.timedelta(days=31)):
        tidy = Periodic(600, lambda: expiry.discard_old(2))
        assert [tidy.step() for _ in range(6)] == [True, True, True, False, False, False]
    assert ledger.counts()["discarded"] == 5
