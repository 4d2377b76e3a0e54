"""The invariants hold in a lived-in house, and each broken one is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.cli.check import ALL
from forum.core.db import transaction
from forum.demo import load
from forum.mailroom import ledger
from forum.mailroom.models import DeliveryRow, InboundState, LedgerRow, LetterRow
from forum.moderation import holds
from forum.moderation.models import HoldRow
from forum.people import service
from forum.places import boards
from forum.threads.models import MessageIdRow, PostRow, ThreadRow, ThreadTopicRow
from mailbridge.inbound import parse, receive
from mailbridge.known_names import current as known_names
from tests import cast
from tests.cli.conftest import Ratspost

BOARD = "finanzen.bottrop@ratspost.localhost"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_TRUST_FROM": "1"}


@pytest.fixture
def lived_in(store: Session) -> Session:
    """Posts, an answered thread, a letter with a copy, a held mail, a posted one and a waiting one."""
    people = cast.enter()
    first = cast.post_by(people.anne)
    cast.post_by(people.birol, answers=first)
    with transaction():
        boards.configure(boards.get("finanzen.bottrop"), guests=None, first_posts_held=None, held=True)
        numbers = [
            ledger.keep(cast.mail(cast.ANNE, BOARD, text=f"Text {n}"), envelope_from=cast.ANNE, envelope_to=[BOARD], peer="x").id
            for n in range(3)
        ]
        letter = store.scalars(sa.select(LetterRow).order_by(LetterRow.id)).first()
        assert letter is not None
        letter.fanned_out_at = letter.due_at
        store.add(DeliveryRow(letter_id=letter.id, person_id=people.birol, why=[], next_try_at=letter.due_at))
    for number in numbers[:2]:
        assert receive.process(number, parse.read, known_names) is InboundState.HELD
    with transaction():
        holds.release(holds.of_inbound(numbers[0]), cast.person(people.carla))
    return store


def test_a_lived_in_house_is_sound(ratspost: Ratspost, lived_in: Session) -> None:
    done = ratspost("check")
    assert (done.exit_code, done.stdout) == (0, f"{len(ALL) + 1} checks, all is well.\n"), done.stderr


@pytest.mark.proof
def test_the_demo_is_sound(ratspost: Ratspost, store: Session) -> None:
    load.fill()
    assert ratspost("check").exit_code == 0


Break = Callable[[], sa.Update | sa.Delete]
BREAKS: dict[str, Break] = {
    "thread-count": lambda: sa.update(PostRow).where(PostRow.number == 2).values(number=5),
    "thread-empty": lambda: sa.update(ThreadRow).values(post_count=0),
    "thread-place": lambda: sa.delete(ThreadTopicRow),
    "post-message-id": lambda: sa.delete(MessageIdRow),
    "post-author": lambda: sa.update(PostRow).values(person_id=3),
    "mail-state": lambda: sa.update(LedgerRow).where(LedgerRow.id == 3).values(state=InboundState.STUCK),
    "mail-posted": lambda: sa.update(LedgerRow).values(post_id=None),
    "post-letter": lambda: sa.delete(LetterRow).where(LetterRow.kind == "post", LetterRow.fanned_out_at.is_(None)),
    "delivery-state": lambda: sa.update(DeliveryRow).values(settled_at=DeliveryRow.next_try_at),
    "delivery-early": lambda: sa.update(LetterRow).values(fanned_out_at=None),
    "held-mail": lambda: sa.update(HoldRow).values(inbound_id=None),
    "hold-mail": lambda: sa.update(LedgerRow).where(LedgerRow.id == 2).values(state=InboundState.DISCARDED),
    "hold-state": lambda: sa.update(HoldRow).where(HoldRow.settled_at.is_(None)).values(settled_at=HoldRow.created_at),
    "hold-released": lambda: sa.update(HoldRow).values(post_id=None),
}


def test_each_has_its_break() -> None:
    assert set(BREAKS) >= {invariant.code for invariant in ALL}


@pytest.mark.parametrize("code", BREAKS)
def test_what_is_broken_is_found(ratspost: Ratspost, lived_in: Session, code: str) -> None:
    with transaction() as open_:
        open_.execute(BREAKS[code]())
    found = ratspost("check")
    assert found.exit_code == 1
    assert f"{code}: " in found.stderr
    assert found.stderr.splitlines()[-1].startswith("Error: ")


def test_nobody_is_needed(ratspost: Ratspost, store: Session) -> None:
    assert service.admins() == []
    assert ratspost("check").exit_code == 0
