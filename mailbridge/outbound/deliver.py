"""Deliver: claim a batch, look again, render once, send copy by copy, settle. The last station of a mail out.

No transaction is open while something is sent. A destination that is slow or dead rests (`lanes`); while the relay is not there
everything is put back as it was. Copies are settled in groups of IN_FLIGHT; `sent_log` remembers them until then,
so a killed process repeats only the copy at hand, with the same Message-ID (R30).
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from forum.core import clock, site
from forum.core import crash_points as crash
from forum.core.db import session, transaction
from forum.mailroom import deliveries
from forum.mailroom.deliveries import LEASE, Claimed
from forum.mailroom.models import DeliveryState, LetterRow
from mailbridge.outbound import checks, compose, personal
from mailbridge.outbound.answer import Answer
from mailbridge.outbound.compose import Rendered
from mailbridge.outbound.lanes import SLOW, Lanes, Relay
from mailbridge.outbound.personal import Addressee, Seal
from mailbridge.outbound.sent_log import Left, SentLog
from mailbridge.outbound.signing import Signer
from mailbridge.outbound.transport import Transport

BATCH = 500
IN_FLIGHT = 50
SLICE = dt.timedelta(seconds=10)
"""A batch that takes longer is given back for now: the worker has other work too."""
NOT_COMPOSED = Answer(451, "could not be composed")
log = logging.getLogger(__name__)

Mails = dict[tuple[int, str], Rendered | None]
"""By letter and language; None for a letter that could not be rendered."""


class Deliverer:
    """Sends what is due through one transport; every worker has its own."""

    def __init__(
        self, transport: Transport, *, batch: int = BATCH, in_flight: int = IN_FLIGHT,
        sent_log: SentLog | None = None, signer: Signer | None = None,
    ) -> None:  # fmt: skip
        self._transport, self._signer = transport, signer
        self._sent_log = sent_log
        self._batch, self._in_flight = batch, in_flight
        self._lanes, self._relay = Lanes(), Relay()

    def step(self) -> bool:
        """Deliver one batch; False when nothing is due, or the relay is not there."""
        started = clock.now()
        self._catch_up()
        if self._relay.rests(started):
            return False
        lease = deliveries.new_lease()
        if self._sent_log is not None:
            self._sent_log.begin(lease)  # before the claim: whoever finds the file then knows what to give back
        with transaction():
            _, claimed = deliveries.claim(self._batch, lease)
        if not claimed:
            return False
        crash.here("copies-leased")
        found = checks.sort(claimed)
        awake = [to for to in found.addressees if not self._lanes or self._lanes.rest_of(to.email, started) is None]
        mails = _render(awake, found.letters)
        session().rollback()  # reading is over; nothing stays open while we send
        if found.dropped:
            with transaction():
                deliveries.settle(found.dropped, lease, DeliveryState.DROPPED, "may no longer have it, or wants it no more")
        by_id = {copy.id: copy for copy in claimed}
        seal = Seal(site.keyring(), site.config().mail_domain, site.config().base_url)
        until = min(clock.now() + SLICE, started + LEASE / 2)  # what outlives its lease would go out twice
        tried: set[int] = set()
        for group in _groups(awake, self._in_flight):
            results = [(by_id[to.delivery_id], answer) for to, answer in self._send(group, mails, seal, until)]
            _settle(results, lease)
            tried.update(copy.id for copy, _ in results)
            if self._sent_log is not None:
                self._sent_log.settled()
        self._put_back([to for to in found.addressees if to.delivery_id not in tried], lease)
        return True

    def _put_back(self, untried: Sequence[Addressee], lease: str) -> None:
        """Copies that were not tried do not count: those of resting destinations wait as long, all others are due as before."""
        if not untried:
            return
        now, resting = clock.now(), defaultdict[tuple[dt.datetime, str], list[int]](list)
        for to in untried:
            rest = self._lanes.rest_of(to.email, now)
            resting[rest or (now, "")].append(to.delivery_id)
        with transaction():
            deliveries.release(resting.pop((now, ""), []), lease)
            for (until, why), ids in resting.items():
                deliveries.rest(ids, lease, until, why)

    def _catch_up(self) -> None:
        """Settle what the store did not take last time, so that it is not sent again."""
        unsettled = self._sent_log.unsettled() if self._sent_log is not None else None
        if self._sent_log is not None and unsettled is not None:
            take_over(unsettled)
            self._sent_log.settled()

    def close(self) -> None:
        """Close the transport's connection."""
        self._transport.close()
        if self._sent_log is not None:
            self._sent_log.close()

    def _send(
        self, group: Sequence[Addressee], mails: Mails, seal: Seal, until: dt.datetime
    ) -> Iterator[tuple[Addressee, Answer]]:
        """Send copies and tell what became of each; whoever is not named was not tried."""
        for to in group:
            before = clock.now()
            if before > until or self._relay.rests(before):
                return
            if self._lanes and self._lanes.rest_of(to.email, before):
                continue
            mail = mails[to.letter_id, to.locale]
            if mail is None:
                yield to, NOT_COMPOSED
                continue
            copy = _copy(mail, to, seal)
            answer = self._transport.send(personal.sender(to, seal), to.email, self._signer.sign(copy) if self._signer else copy)
            crash.here("copy-sent")
            if answer.accepted and self._sent_log is not None:
                self._sent_log.note(to.delivery_id)
            self._learn(to.email, answer, before)
            if answer.tried:
                yield to, answer

    def _learn(self, email: str, answer: Answer, before: dt.datetime) -> None:
        now = clock.now()
        if not self._relay.note(answer, now):
            log.warning("the relay is not there or breaks off, nothing is sent for now: %s", answer.code)
        if answer.tried and (self._lanes or not answer.accepted or now - before > SLOW):
            self._lanes.note(email, answer, now - before, now)


def take_over(left: Left) -> None:
    """Settle what a worker of this host has sent before it died or lost the store, and give back what it has not come to."""
    with transaction():
        deliveries.settle(left.sent, left.lease, DeliveryState.SENT)
        deliveries.release_lease(left.lease)


def _copy(mail: Rendered, to: Addressee, seal: Seal) -> bytes:
    return b"".join((mail.head, personal.fields(mail.form, mail.target_id, to, seal), mail.tail))


def _render(addressees: Sequence[Addressee], letters: Mapping[int, LetterRow]) -> Mails:
    mails: Mails = {}
    for to in addressees:
        key = to.letter_id, to.locale
        if key in mails:
            continue
        try:
            mails[key] = compose.render(letters[to.letter_id], to.locale, to.email)
        except Exception:  # one letter that cannot be composed must not stop the others; it is tried again
            log.exception("letter %s cannot be composed in %s", to.letter_id, to.locale)
            mails[key] = None  # tried again like any trouble, and visible as waiting until then
    return mails


def _settle(results: Sequence[tuple[Claimed, Answer]], lease: str) -> None:
    sent = [copy.id for copy, answer in results if answer.accepted]
    crash.here("before-settle")
    with transaction():
        if sent:
            deliveries.settle(sent, lease, DeliveryState.SENT)
        for copy, answer in results:
            if answer.final:
                deliveries.settle([copy.id], lease, DeliveryState.FAILED, f"{answer.code} {answer.text}")
            elif not answer.accepted:
                deliveries.postpone(copy, lease, f"{answer.code} {answer.text}")
    crash.here("after-settle")


def _groups(addressees: Sequence[Addressee], size: int) -> Iterator[Sequence[Addressee]]:
    for start in range(0, len(addressees), size):
        yield addressees[start : start + size]
