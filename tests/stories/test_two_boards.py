"""One mail to two boards is one thread on both, and each follower gets one copy; however the mail servers carry it."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from mailbridge.inbound import parse
from mailbridge.inbound.mail import ParsedMail
from tests import cast
from tests.cast import ANNE, BIROL, CARLA
from tests.stories import post
from tests.stories.conftest import MakeWorker
from tests.stories.test_crash_and_crowd import work_at_once
from tests.stories.town import Town, at

pytestmark = pytest.mark.socket
UNNA, HAMM = at("finanzen.kreis-unna"), at("verkehr.hamm")


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_TRUST_FROM": "1", "RATSPOST_LMTP": "127.0.0.1:0"}


@pytest.mark.parametrize("transactions", [[[UNNA, HAMM]], [[UNNA], [HAMM]], [[HAMM], [UNNA]]], ids=["one", "two", "two-turned"])
def test_to_and_cc_make_one_thread(town: Town, transactions: list[list[str]]) -> None:
    town.follows(BIROL, "finanzen.kreis-unna", "verkehr.hamm")
    town.follows(CARLA, "verkehr")
    opening = town.writes_in_browser(ANNE, "finanzen", "Damit Anne bekannt ist")
    raw = cast.mail(ANNE, UNNA, "Umlage und Radweg", "Beides hängt zusammen.", message_id=post.fresh_id(ANNE), cc=HAMM)
    for recipients in transactions:
        assert town.hand_in(ANNE, recipients, raw).code == 250

    carla = town.browser_of(CARLA)
    thread = opening.thread + 1
    assert [shown.text for shown in carla.thread(thread)] == ["Beides hängt zusammen."]
    for board in ("finanzen.kreis-unna", "verkehr.hamm"):
        assert carla.page(f"/brett/{board}").count(f'href="/faden/{thread}"') >= 1
    assert f"/faden/{thread + 1}" not in carla.page("/brett/nrw")
    for person in (BIROL, CARLA):
        assert [letter.subject for letter in town.box_of(person)] == ["[Finanzen · Kreis Unna] Umlage und Radweg"]
    assert town.inbound_counts() == {"posted": 1} | ({"duplicate": 1} if len(transactions) == 2 else {})


def test_two_transactions_and_two_workers_at_the_same_moment(town: Town, new_worker: MakeWorker) -> None:
    town.follows(BIROL, "finanzen.kreis-unna", "verkehr.hamm")
    raw = cast.mail(ANNE, UNNA, "Umlage und Radweg", message_id=post.fresh_id(ANNE), cc=HAMM)
    with ThreadPoolExecutor(2) as pool:
        assert [reply.code for reply in pool.map(lambda to: town.drop(ANNE, [to], raw), [UNNA, HAMM])] == [250, 250]

    meeting, numbers = threading.Barrier(2), itertools.count()

    def read(octets: bytes) -> ParsedMail:
        if next(numbers) < 2:
            meeting.wait(10)  # both workers have claimed their mail; neither has decided
        return parse.read(octets)

    work_at_once(new_worker(read), new_worker(read))
    assert town.inbound_counts() == {"posted": 1, "duplicate": 1}
    [letter] = town.box_of(BIROL)
    number = int(letter.header("To").removeprefix("faden-").partition("@")[0])  # a rolled back attempt may have used a number
    assert len(town.browser_of(BIROL).thread(number)) == 1
