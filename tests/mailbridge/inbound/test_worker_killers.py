"""A mail that takes the worker down each time is put aside, so that the others go on (R12)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from forum.core import clock
from forum.core.db import transaction
from forum.mailroom import ledger
from forum.mailroom.models import InboundState
from mailbridge import known_names
from mailbridge.inbound import parse, receive
from tests.cast import ANNE, Cast, mail
from tests.mailbridge.inbound.wires import FINANZEN


def keep(subject: str) -> int:
    with transaction():
        return ledger.keep(mail(ANNE, FINANZEN, subject), envelope_from=ANNE, envelope_to=[FINANZEN], peer="").id


def claim_and_die() -> int | None:
    """The mail that a worker had in hand when it ended."""
    with transaction():
        claimed = ledger.claim()
    with transaction():
        ledger.release_all()  # the next one starts
    return claimed.id if claimed else None


def test_after_two_deaths_others_go_first(store: Session, people: Cast) -> None:
    suspect, other = keep("Gift"), keep("Gut")
    assert [claim_and_die() for _ in range(4)] == [suspect, suspect, other, other]
    assert claim_and_die() is None
    with clock.stopped_at(clock.now() + ledger.RETRY_AFTER[0]):
        assert claim_and_die() == suspect


def test_a_mail_that_kills_again_and_again_becomes_stuck(store: Session, people: Cast) -> None:
    killer, other = keep("Gift"), keep("Gut")
    at = clock.now()
    for _ in range(ledger.MOST_CLAIMS):
        with clock.stopped_at(at):
            assert claim_and_die() == killer
        at += ledger.RETRY_AFTER[-1]
    with clock.stopped_at(at):
        while receive.step(parse.read, known_names.current):
            pass
    store.rollback()
    assert (ledger.get(killer).state, ledger.get(killer).outcome) == (InboundState.STUCK, "worker-died")
    assert ledger.get(other).state is not InboundState.WAITING
    with transaction():
        ledger.retry(ledger.lock(killer))
    with transaction():
        again = ledger.claim()
        assert again is not None
        assert (again.id, again.attempts) == (killer, 1)
