"""Logging in by link and by password; sessions that end."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core import clock
from forum.core.db import transaction
from forum.core.refusals import BadInput, LinkSpent, WrongPassword
from forum.people import login, service
from forum.people.models import LoginLinkRow, Standing
from tests import cast
from tests.cast import ANNE, Cast


def make_link(person_id: int) -> str:
    with transaction():
        return login.make_link(cast.person(person_id))


def use(secret: str) -> int:
    with transaction():
        return login.use_link(secret).id


def test_a_link_logs_in_once(people: Cast) -> None:
    secret = make_link(people.anne)
    assert use(secret) == people.anne
    with pytest.raises(LinkSpent):
        use(secret)


def test_a_link_ends_after_fifteen_minutes_and_with_the_membership(people: Cast) -> None:
    late, locked = make_link(people.anne), make_link(people.birol)
    with clock.stopped_at(clock.now() + dt.timedelta(minutes=16)), pytest.raises(LinkSpent):
        use(late)
    with transaction():
        service.set_standing(cast.person(people.birol), Standing.LOCKED)
    with pytest.raises(LinkSpent):
        use(locked)


def test_the_store_never_holds_the_secret_itself(store: Session, people: Cast) -> None:
    secret = make_link(people.anne)
    assert secret not in store.scalars(sa.select(LoginLinkRow.secret_hash)).one()


def test_a_password_must_be_long_and_right(people: Cast) -> None:
    with pytest.raises(BadInput), transaction():
        login.set_password(cast.person(people.anne), "kurz")
    with transaction():
        login.set_password(cast.person(people.anne), "ein langes Passwort")
    assert login.check_password(ANNE, "ein langes Passwort").id == people.anne
    for email, password in ((ANNE, "falsch falsch"), ("niemand@fremd.example", "ein langes Passwort"), (cast.BIROL, "x" * 12)):
        with pytest.raises(WrongPassword):
            login.check_password(email, password)


def test_a_new_password_ends_the_other_sessions(people: Cast) -> None:
    with transaction():
        here, there = (login.open_session(cast.person(people.anne)) for _ in range(2))
    with transaction():
        login.set_password(cast.person(people.anne), "ein langes Passwort", keep=here)
    assert login.find_session(here) is not None
    assert login.find_session(there) is None


def test_a_session_ends_by_logging_out_by_age_and_by_a_lock(people: Cast) -> None:
    with transaction():
        out, old, locked = (login.open_session(cast.person(people.anne)) for _ in range(3))
        login.end_session(out)
    assert login.find_session(out) is None
    with clock.stopped_at(clock.now() + dt.timedelta(days=15)):
        assert login.find_session(old) is None
    with transaction():
        service.set_standing(cast.person(people.anne), Standing.LOCKED)
    assert login.find_session(locked) is None


def test_a_lock_ends_sessions_and_links_for_good(people: Cast) -> None:  # R96
    secret = make_link(people.anne)
    with transaction():
        key = login.open_session(cast.person(people.anne))
        service.set_standing(cast.person(people.anne), Standing.LOCKED)
    with transaction():
        service.set_standing(cast.person(people.anne), Standing.APPROVED)
    assert login.find_session(key) is None
    with pytest.raises(LinkSpent):
        use(secret)
