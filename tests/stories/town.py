"""A running house and the people around it: what a story needs to be told in a few lines.

`Town` has the verbs. `House` runs in this process: browser by test client, mail doors on real ports, the worker on demand, so
nothing sleeps. The proof with real processes (tests/proofs) plugs in its own.
"""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from forum.cli import make_cli
from forum.core.db import db, transaction
from forum.mailroom import ledger
from forum.mailroom.models import LedgerRow
from forum.people import login
from forum.people import service as people
from forum.places import boards
from forum.subscriptions import service as subscriptions
from mailbridge.inbound.server import Doors
from mailbridge.worker import Worker
from tests import cast
from tests.cast import ANNE, BIROL, CARLA, Cast
from tests.stories import post
from tests.stories.browser import Browser, ClientWire, Page, Wire
from tests.stories.post import Letter, Reply

DOMAIN = "ratspost.localhost"
_PLACE = re.compile(r"/faden/(\d+)(?:\?[^#]*)?#b(\d+)")


@dataclass(frozen=True)
class Spot:
    """Where a post stands: its thread and its number in it."""

    thread: int
    number: int

    def follow(self, number: int) -> Spot:
        """Another post of the same thread."""
        return Spot(self.thread, number)


def at(local: str) -> str:
    """An address of the house."""
    return f"{local}@{DOMAIN}"


class Town:
    """The house, its doors, its people."""

    def __init__(self, app: Flask, members: Cast, ports: Mapping[str, int]) -> None:
        self.app = app
        self.people = members
        self.ports = ports
        self._ids = {ANNE: members.anne, BIROL: members.birol, CARLA: members.carla}
        self._browsers: dict[str, Browser] = {}

    # --- what differs between one process and many ---------------------------------------------------------------------------

    def wire(self) -> Wire:
        """The way a new browser reaches the pages."""
        return ClientWire(self.app.test_client())

    def settle(self) -> None:
        """Everything that is due is worked: mails read, copies sent."""
        raise NotImplementedError

    # --- by browser ----------------------------------------------------------------------------------------------------------

    def browser_of(self, email: str) -> Browser:
        """The browser of a member, logged in by a link."""
        if email not in self._browsers:
            with self.looking(), transaction():
                secret = login.make_link(cast.person(self._ids[email]))
            self._browsers[email] = self.strange_browser()
            assert self._browsers[email].send(f"/anmelden/{secret}").status == 303
        return self._browsers[email]

    def strange_browser(self) -> Browser:
        """A browser in which nobody is logged in."""
        return Browser(self.wire())

    def writes_in_browser(self, email: str, board: str, title: str, text: str = "Wie ist das bei euch?", **more: Any) -> Spot:
        """Start a thread on a page."""
        form = {"brett": board, "titel": title, "text": text, "nonce": secrets.token_urlsafe(18), **more}
        return self._sent(self.browser_of(email).send("/neu", **form))

    def answers_in_browser(self, email: str, to: Spot, text: str) -> Spot:
        """Answer a post with the button beneath it."""
        browser = self.browser_of(email)
        answered = browser.thread(to.thread)[to.number - 1]
        return self._sent(
            browser.send(f"/beitrag/{answered.post_id}/antworten", text=text, nonce=secrets.token_urlsafe(18))
        )

    def _sent(self, page: Page) -> Spot:
        found = _PLACE.search(page.location)
        assert found, (page.status, page.text)
        self.settle()
        return Spot(int(found[1]), int(found[2]))

    # --- by mail -------------------------------------------------------------------------------------------------------------

    def mails(self, sender: str, to: str, subject: str, text: str = "Wie ist das bei euch?", *, lmtp: bool = False) -> Reply:
        """Write a new mail with one's mail program."""
        return self.hand_in(sender, [to], cast.mail(sender, to, subject, text, message_id=post.fresh_id(sender)), lmtp=lmtp)

    def answers_by_mail(self, letter: Letter, text: str, *, lmtp: bool = False) -> Reply:
        """Answer a mail with the mail program of whoever got it."""
        return self.hand_in(letter.owner, [letter.reply_to], post.answer(letter, text), lmtp=lmtp)

    def hand_in(self, sender: str, recipients: list[str], raw: bytes, *, lmtp: bool = False) -> Reply:
        """Bring a mail to the door; what it says, once everything that follows from it is done."""
        reply = self.drop(sender, recipients, raw, lmtp=lmtp)
        self.settle()
        return reply

    def drop(self, sender: str, recipients: list[str], raw: bytes, *, lmtp: bool = False) -> Reply:
        """The same, without waiting for what follows."""
        return post.hand_in(self.ports["lmtp" if lmtp else "smtp"], sender, recipients, raw, lmtp=lmtp)

    @property
    def post_boxes(self) -> Path:
        """The folder of all Maildirs."""
        return Path(self.app.config["RATSPOST"].relay.removeprefix("maildir:"))

    def box_of(self, email: str) -> list[Letter]:
        """Everything that came for this address, in the order in which it came."""
        return post.box(self.post_boxes, email)

    # --- by command ------------------------------------------------------------------------------------------------------------

    def ratspost(self, *words: str) -> Result:
        """Run a command over the store of the house."""
        result = CliRunner().invoke(make_cli(lambda demo=False: self.app), list(words))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        self.settle()
        return result

    # --- behind the scenes -----------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def looking(self) -> Iterator[Session]:
        """The store, to look behind the doors; leaves no context open for the requests."""
        with self.app.app_context():
            yield db.session()

    def id_of(self, email: str) -> int:
        """The person's number."""
        return self._ids[email]

    def follows(self, email: str, *boards: str) -> None:
        """Let a member follow boards."""
        with self.looking():
            cast.follows(self._ids[email], *boards)

    def crowd(self, count: int, board: str = "nrw") -> list[str]:
        """So many more members who follow a board; their addresses."""
        emails = [f"leser{number}@ort.example" for number in range(1, count + 1)]
        with self.looking(), transaction():
            for number, email in enumerate(emails, 1):
                person = people.add(f"Leser {number}", email)
                self._ids[email] = person.id
                subscriptions.follow(person, boards.get(board))
        return emails

    def wants_own_posts(self, email: str) -> None:
        """Let a member get copies of their own posts."""
        with self.looking(), transaction():
            cast.person(self._ids[email]).gets_own_posts = True

    def accepted(self) -> list[LedgerRow]:
        """All mails to which 250 was said, oldest first."""
        with self.looking() as session:
            return list(session.scalars(sa.select(LedgerRow).order_by(LedgerRow.id)))

    def inbound_counts(self) -> dict[str, int]:
        """How many accepted mails are in each state; states without any are left out."""
        with self.looking():
            return {state: count for state, count in ledger.counts().items() if count}


class House(Town):
    """Everything in this process; the worker works when it is told to."""

    def __init__(self, app: Flask, members: Cast, doors: Doors, worker: Worker) -> None:
        super().__init__(app, members, doors.ports)
        self._worker = worker

    def settle(self) -> None:
        self._worker.run_until_idle()
