"""A worker that dies, or loses the store, between the relay's 250 and our mark sends nothing twice (R30)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from forum.core.db import transaction
from forum.mailroom import deliveries
from forum.mailroom.models import DeliveryState
from mailbridge.outbound import deliver, fanout, sent_log
from mailbridge.outbound.deliver import Deliverer
from mailbridge.outbound.sent_log import Left, SentLog
from tests.cast import BIROL, CARLA, Cast
from tests.mailbridge.outbound import office
from tests.mailbridge.outbound.office import Keeper


class Killed(BaseException):
    """The process ends here."""


def dies(*_args: object) -> None:
    raise Killed


def test_a_worker_that_is_killed_before_it_settles(people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office.start(people.anne)
    fanout.step()
    keeper, log = Keeper(), SentLog(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(deliver, "_settle", dies)
        with pytest.raises(Killed):
            Deliverer(keeper, sent_log=log).step()
    assert list(sent_log.left(tmp_path)) == []  # it lives: its lock is held
    os.close(log._open or -1)
    for left in sent_log.left(tmp_path):
        deliver.take_over(left)
    assert office.states() == {BIROL: DeliveryState.SENT, CARLA: DeliveryState.SENT}
    assert not Deliverer(keeper, sent_log=SentLog(tmp_path)).step()
    assert [sent.recipient for sent in keeper.sent] == [BIROL, CARLA]


def test_what_it_had_leased_and_not_sent_goes_out_at_once(people: Cast, tmp_path: Path) -> None:
    office.start(people.anne)
    fanout.step()
    with transaction():
        lease, claimed = deliveries.claim()
    deliver.take_over(Left(lease, (claimed[0].id,)))
    keeper = Keeper()
    Deliverer(keeper).step()
    assert len(keeper.sent) == len(claimed) - 1


def test_a_store_that_fails_when_told_is_told_again(people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office.start(people.anne)
    fanout.step()
    keeper = Keeper()
    deliverer = Deliverer(keeper, sent_log=SentLog(tmp_path))

    def fails(*_args: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    with monkeypatch.context() as patch:
        patch.setattr(deliver, "_settle", fails)
        with pytest.raises(OperationalError):
            deliverer.step()
    assert not deliverer.step()
    assert [sent.recipient for sent in keeper.sent] == [BIROL, CARLA]
    assert office.states() == {BIROL: DeliveryState.SENT, CARLA: DeliveryState.SENT}
    deliverer.close()
    assert list(tmp_path.iterdir()) == []


def test_a_line_that_was_cut_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "dead.sent").write_text("abc\n17\n18\n1")
    assert list(sent_log.left(tmp_path)) == [Left("abc", (17, 18))]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_stops_nothing(people: Cast, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    office.start(people.anne)
    fanout.step()
    keeper = Keeper()
    assert Deliverer(keeper, sent_log=SentLog(tmp_path / "file" / "sending")).step()
    assert len(keeper.sent) == 2
