"""A real mail server on both sides: Postfix takes mail for us and hands it over by LMTP, and is the relay for what we send."""

from __future__ import annotations

import datetime as dt
import os
import re
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.core import clock
from forum.core.db import transaction
from forum.mailroom.models import DeliveryRow, DeliveryState
from forum.people.models import AddressRow
from mailbridge import known_names
from mailbridge.inbound.server import Doors
from mailbridge.inbound.spool import Spool
from mailbridge.worker import Worker
from tests import cast
from tests.cast import ANNE, BIROL, CARLA, Cast
from tests.proofs import mta
from tests.proofs.mta import Postfix
from tests.stories.conftest import MakeWorker, new_worker, pool  # noqa: F401 - the fixtures of the stories
from tests.stories.test_round_trip import (  # noqa: F401 - told again
    test_a_thread_from_the_browser_is_answered_by_mail,
    test_an_answer_by_mail_is_answered_in_the_browser,
)
from tests.stories.test_twenty_posts import test_page_and_mails_tell_the_same  # noqa: F401
from tests.stories.test_two_boards import test_to_and_cc_make_one_thread  # noqa: F401
from tests.stories.town import Town, at

pytestmark = [
    pytest.mark.proof,
    pytest.mark.socket,
    pytest.mark.debian("postfix"),
    pytest.mark.skipif(os.geteuid() != 0, reason="Postfix is started by root only"),
]
PATIENCE = 60  # seconds


@pytest.fixture
def settings() -> dict[str, str]:
    smtp, lmtp = _free_port(), _free_port()
    return {"RATSPOST_TRUST_FROM": "1", "RATSPOST_RELAY": f"smtp://127.0.0.1:{smtp}", "RATSPOST_LMTP": f"127.0.0.1:{lmtp}"}


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def postfix(settings: dict[str, str]) -> Iterator[Postfix]:
    port, lmtp = (int(settings[name].rpartition(":")[2]) for name in ("RATSPOST_RELAY", "RATSPOST_LMTP"))
    with (
        tempfile.TemporaryDirectory(prefix="ratspost-mta-", dir="/tmp") as folder,
        mta.running(Path(folder), port=port, lmtp=lmtp, readers=(ANNE, BIROL, CARLA)) as postfix,
    ):
        yield postfix


class Between(Town):
    """Our house with Postfix around it: people hand their mail to Postfix, and find it in the boxes that Postfix fills."""

    def __init__(self, app: Flask, members: Cast, postfix: Postfix, worker: Worker) -> None:
        super().__init__(app, members, {"smtp": postfix.port, "lmtp": app.config["RATSPOST"].lmtp.port})
        self.postfix = postfix
        self._worker = worker
        self.doors = self.new_doors()

    def new_doors(self) -> Doors:
        """Our mail doors, open."""
        spool = Spool(self.app.app_context, threading.Event())
        doors = Doors(self.app.config["RATSPOST"], self.app.app_context, known_names.current, spool)
        doors.start()
        return doors

    @property
    def post_boxes(self) -> Path:
        return self.postfix.boxes

    def settle(self) -> None:
        """Until neither Postfix nor we have anything left: what one side does may give the other something to do."""
        while True:
            wait_until(self.postfix.is_idle, lambda: self.postfix.log)
            before = len(self.accepted())
            self._worker.run_until_idle()
            if self.postfix.is_idle() and len(self.accepted()) == before:
                return


def wait_until(is_so: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.02)


@pytest.fixture
def town(app: Flask, postfix: Postfix, new_worker: MakeWorker) -> Iterator[Between]:  # noqa: F811
    with app.app_context():
        members = cast.enter()
    town = Between(app, members, postfix, new_worker())
    yield town
    town.doors.stop()


def test_a_typo_is_refused_by_postfix_with_our_nearest_address(town: Between) -> None:
    refused = town.mails(ANNE, at("verker.ham"), "Radweg")
    assert refused.code == 550
    assert at("verkehr.hamm") in re.sub(r"\s", "", refused.words)
    assert town.accepted() == []


def test_the_readers_mail_names_no_other_reader_and_bounces_to_its_own_delivery(town: Between) -> None:
    town.follows(BIROL, "nrw")
    town.writes_in_browser(ANNE, "finanzen.bottrop", "Hebesätze 2027")
    (letter,) = town.box_of(BIROL)
    assert re.fullmatch(r"<b\+[a-z0-9]+@ratspost\.localhost>", letter.header("Return-Path"))
    assert letter.header("Delivered-To") == BIROL
    assert "kreis.example" not in letter.raw.decode().partition("\n\n")[0].replace(BIROL, "")


def test_a_bounce_comes_back_to_the_delivery_that_failed(town: Between) -> None:
    town.follows(BIROL, "nrw")
    with town.looking(), transaction() as store:
        store.execute(sa.update(AddressRow).where(AddressRow.email == BIROL).values(email="birol@tot.example"))
    town.writes_in_browser(ANNE, "finanzen.bottrop", "Hebesätze 2027")
    assert town.inbound_counts() == {"bounce": 1}
    with town.looking() as store:
        assert store.scalars(sa.select(DeliveryRow.state)).all() == [DeliveryState.FAILED]


def test_what_comes_while_our_door_is_shut_waits_in_postfix(town: Between) -> None:
    board = at("finanzen.bottrop")
    town.mails(ANNE, board, "Damit Postfix das Brett kennt")
    town.doors.stop()
    assert town.drop(ANNE, [board], cast.mail(ANNE, board, "In der Zwischenzeit", message_id="<1@rat.example>")).code == 250
    town.doors = town.new_doors()
    town.settle()
    assert [shown.author for shown in town.browser_of(BIROL).thread(2)] == ["Anne Muster"]


def test_what_we_send_while_the_relay_is_down_goes_out_once_it_is_back(town: Between) -> None:
    town.follows(BIROL, "nrw")
    town.postfix.stop()
    town.writes_in_browser(ANNE, "finanzen.bottrop", "Hebesätze 2027")
    town.postfix.start()
    with clock.stopped_at(clock.now() + dt.timedelta(minutes=2)):
        town.settle()
    assert [letter.subject for letter in town.box_of(BIROL)] == ["[Finanzen · Bottrop] Hebesätze 2027"]
