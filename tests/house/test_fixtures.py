"""The ground the other tests stand on: stores are fresh, sockets are shut."""

from __future__ import annotations

import socket

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core import journal
from forum.core.db import session, transaction
from forum.core.journal import FactRow
from tests import packages
from tests.network import ForbiddenSocket


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_begins_with_the_same_store_and_the_same_ids(store: Session, turn: int) -> None:
    assert session().scalars(sa.select(FactRow)).all() == []
    with transaction():
        journal.record("test.turn", turn=turn)
    assert [row.id for row in session().scalars(sa.select(FactRow))] == [1]


def test_a_socket_is_an_error() -> None:
    with socket.socket() as door, pytest.raises(ForbiddenSocket):
        door.bind(("127.0.0.1", 0))


@pytest.mark.socket
def test_a_test_about_sockets_stays_on_the_loopback() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        with pytest.raises(ForbiddenSocket):
            door.connect(("192.0.2.1", 25))


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_a_missing_package_is_a_failure_only_where_it_was_promised(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    request.node.add_marker(pytest.mark.debian("no-such-package"))
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="no-such-package"):
        packages.require(request.node)


def test_a_program_counts_as_its_package() -> None:
    assert packages.is_installed("sh")
