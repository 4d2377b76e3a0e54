"""One slow or dead destination delays nobody, and a relay that was away finds every copy as it was (R33)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from forum.core import clock
from forum.core.db import session, transaction
from forum.mailroom import deliveries, letters
from forum.mailroom.models import DeliveryRow
from forum.people import service
from mailbridge.outbound import fanout, lanes
from mailbridge.outbound.answer import Answer
from mailbridge.outbound.deliver import Deliverer
from mailbridge.outbound.transport import SmtpTransport
from tests.cast import Cast
from tests.mailbridge.outbound import office
from tests.mailbridge.outbound.office import Keeper
from tests.mailbridge.outbound.sink import Sink, running

MINUTE = dt.timedelta(minutes=1)
SILENCE = dt.timedelta(seconds=20)


class Wall:
    """A clock that goes on only when somebody waits."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = clock.now()
        patch.setattr(clock, "now", lambda: self.now)

    def wait(self, time: dt.timedelta) -> None:
        self.now += time


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    return Wall(monkeypatch)


class World(Keeper):
    """Mail servers of several domains behind one relay; `dead` answer 451, `tarpit` says nothing until we give up."""

    def __init__(self, wall: Wall) -> None:
        super().__init__(self._say)
        self.wall = wall
        self.dead: set[str] = set()
        self.tarpits: set[str] = set()
        self.relay_is_there = True
        self.tried: list[str] = []

    def _say(self, recipient: str) -> Answer:
        if not self.relay_is_there:
            return office.GONE
        domain = recipient.partition("@")[2]
        self.tried.append(domain)
        if domain in self.tarpits:
            self.wall.wait(SILENCE)
            return office.BROKEN
        return office.LATER if domain in self.dead else office.FINE

    def got(self) -> Counter[str]:
        return Counter(sent.recipient.partition("@")[2] for sent in self.sent)


@pytest.fixture
def world(wall: Wall) -> World:
    return World(wall)


def enter(domain: str, count: int) -> None:
    """Write a letter to each of so many people at this domain."""
    with transaction():
        for number in range(count):
            letters.write("help", person=service.add(f"Person {number}", f"person{number}@{domain}"))
    while fanout.step():
        pass


def work(deliverer: Deliverer) -> None:
    """Until there is nothing to do for now."""
    while deliverer.step():
        pass


@pytest.fixture
def nothing_twice(world: World) -> Iterator[None]:
    yield
    assert set(Counter(sent.recipient for sent in world.sent).values()) <= {1}


@pytest.mark.usefixtures("people", "nothing_twice")
class TestDestinations:
    def test_the_others_do_not_wait_for_a_dead_one_and_a_tarpit(self, world: World, wall: Wall) -> None:  # R33
        world.dead, world.tarpits = {"dead.example"}, {"slow.example"}
        enter("dead.example", 60)
        enter("slow.example", 20)
        enter("rat.example", 100)
        deliverer, began = Deliverer(world, batch=60, in_flight=20), wall.now
        work(deliverer)
        assert world.got() == {"rat.example": 100}
        assert wall.now - began == SILENCE  # one copy found out that the tarpit does not answer
        assert Counter(world.tried) == {"rat.example": 100, "dead.example": lanes.STRIKES, "slow.example": 1}

        enter("later.example", 20)  # what comes while they rest goes at once
        work(deliverer)
        assert world.got()["later.example"] == 20

        world.dead, world.tarpits = set(), set()
        for _ in range(8):
            wall.wait(MINUTE)
            work(deliverer)
        assert world.got() == {"rat.example": 100, "later.example": 20, "dead.example": 60, "slow.example": 20}

    def test_a_destination_that_stays_dead_costs_a_few_tries_an_hour(self, world: World, wall: Wall) -> None:
        world.dead = {"dead.example"}
        enter("dead.example", 60)
        deliverer = Deliverer(world)
        for _ in range(60):
            work(deliverer)
            wall.wait(MINUTE)
        assert lanes.STRIKES * 3 <= len(world.tried) <= lanes.STRIKES * 7
        assert deliveries.counts()["waiting"] == 60

    def test_waiting_for_a_resting_destination_does_not_count_as_a_try(self, world: World) -> None:
        world.dead = {"dead.example"}
        enter("dead.example", 30)
        work(Deliverer(world))
        rows = session().execute(sa.select(DeliveryRow.attempts, DeliveryRow.detail, DeliveryRow.lease)).all()
        assert Counter(row.attempts for row in rows) == {1: lanes.STRIKES, 0: 30 - lanes.STRIKES}
        assert all(row.lease is None for row in rows)
        assert {row.detail for row in rows if not row.attempts} == {"451 4.2.0 try later (not tried, its destination rests)"}

    def test_after_five_days_all_its_copies_have_failed(self, world: World, wall: Wall) -> None:  # R31
        world.dead = {"dead.example"}
        enter("dead.example", 60)
        deliverer = Deliverer(world)
        work(deliverer)
        wall.wait(deliveries.GIVE_UP_AFTER + MINUTE)
        work(deliverer)
        assert deliveries.counts() == {"waiting": 0, "sent": 0, "failed": 60, "dropped": 0}

    def test_who_refuses_each_mail_once_is_not_dead(self, world: World, wall: Wall) -> None:
        seen: set[str] = set()

        def greylisting(recipient: str) -> Answer:
            if recipient in seen:
                return office.FINE
            seen.add(recipient)
            return office.LATER

        world.says = greylisting
        enter("grey.example", 50)
        deliverer = Deliverer(world)
        for _ in range(30):
            work(deliverer)
            wall.wait(MINUTE)
        assert world.got() == {"grey.example": 50}

    def test_a_slow_destination_that_takes_its_mail_gets_it_all(self, world: World, wall: Wall) -> None:
        def slow(_recipient: str) -> Answer:
            wall.wait(dt.timedelta(seconds=10))
            return office.FINE

        world.says = slow
        enter("slow.example", 5)
        deliverer = Deliverer(world)
        for _ in range(5):
            work(deliverer)
            wall.wait(MINUTE)
        assert world.got() == {"slow.example": 5}

    def test_nothing_is_remembered_of_who_answers_well(self, world: World) -> None:
        enter("rat.example", 10)
        deliverer = Deliverer(world)
        work(deliverer)
        assert not deliverer._lanes


@pytest.mark.usefixtures("people", "nothing_twice")
class TestRelay:
    def test_while_it_is_away_no_copy_counts_a_try(self, world: World, wall: Wall) -> None:
        world.relay_is_there = False
        enter("rat.example", 20)
        deliverer = Deliverer(world, batch=7)
        for _ in range(12):  # two hours
            work(deliverer)
            wall.wait(10 * MINUTE)
        tries = session().scalars(sa.select(DeliveryRow.attempts)).all()
        assert set(tries) == {0}
        assert deliveries.counts()["waiting"] == 20

        world.relay_is_there = True
        for _ in range(5):
            work(deliverer)
            wall.wait(dt.timedelta(seconds=12))
        assert world.got() == {"rat.example": 20}  # within about a minute after it is back

    def test_it_is_asked_rarely(self, wall: Wall, people: Cast) -> None:
        asked: list[str] = []

        def away(recipient: str) -> Answer:
            asked.append(recipient)
            return office.GONE

        office.start(people.anne)
        fanout.step()
        deliverer = Deliverer(Keeper(away))
        for _ in range(120):
            work(deliverer)
            wall.wait(dt.timedelta(seconds=1))
        assert len(asked) == 6  # after 1, 5, 15, 30, 60 seconds

    def test_what_was_sent_before_it_went_is_not_sent_again(self, world: World, wall: Wall) -> None:
        def leaves(recipient: str) -> Answer:
            return office.FINE if len(world.sent) < 7 else office.GONE

        world.says = leaves
        enter("rat.example", 20)
        deliverer = Deliverer(world, in_flight=5)
        work(deliverer)
        assert deliveries.counts()["sent"] == 7
        world.says = lambda _recipient: office.FINE
        wall.wait(MINUTE)
        work(deliverer)
        assert world.got() == {"rat.example": 20}

    def test_one_that_breaks_off_each_time_is_as_good_as_away(self, world: World) -> None:
        world.says = lambda _recipient: office.BROKEN
        enter("rat.example", 20)
        work(Deliverer(world))
        tries = session().scalars(sa.select(DeliveryRow.attempts)).all()
        assert Counter(tries) == {1: lanes.BROKEN_IN_A_ROW, 0: 20 - lanes.BROKEN_IN_A_ROW}

    def test_a_clock_that_was_set_back_makes_nobody_rest_longer(self, world: World, wall: Wall) -> None:  # R14
        world.relay_is_there = False
        enter("rat.example", 1)
        deliverer = Deliverer(world)
        work(deliverer)
        wall.wait(-dt.timedelta(days=1))
        world.relay_is_there = True
        work(deliverer)
        assert world.got() == {"rat.example": 1}


@pytest.mark.socket
class TestPatience:
    def test_silence_about_one_recipient_is_given_up_and_nothing_was_handed_over(self) -> None:
        with running(Sink(silent={"anna@slow.example"})) as sink:
            transport = SmtpTransport("127.0.0.1", sink.port, timeout=10, patience=0.3)
            assert transport.send("a@b.example", "anne@rat.example", b"Subject: x\r\n\r\n").accepted
            silent = transport.send("a@b.example", "anna@slow.example", b"Subject: x\r\n\r\n")
            assert (silent.code, silent.reached, silent.tried) == (421, False, True)
            assert len(sink.sessions) == 1  # not asked a second time at once
            assert transport.send("a@b.example", "birol@rat.example", b"Subject: x\r\n\r\n").accepted
            transport.close()
        assert [to for _, to, _ in sink.mails] == [["anne@rat.example"], ["birol@rat.example"]]
