"""Deliver: claim a batch, look again, render once, send copy by copy, settle. The last station of a mail out.

No transaction is open while something is sent. Copies are settled in groups of IN_FLIGHT; `sent_log` remembers them until then,
so a killed process repeats only the copy at hand, with the same Message-ID (R30).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from forum.core import clock, site
from forum.core import crash_points as crash
from forum.core.db import session, transaction
from forum.mailroom import deliveries
from forum.mailroom.deliveries import LEASE, Claimed
from forum.mailroom.models import DeliveryState
from mailbridge.outbound import checks, compose, personal
from mailbridge.outbound.answer import Answer
from mailbridge.outbound.compose import Rendered
from mailbridge.outbound.personal import Addressee, Seal
from mailbridge.outbound.sent_log import Left, SentLog
from mailbridge.outbound.transport import Transport

BATCH = 500
IN_FLIGHT = 50
NOT_COMPOSED = Answer(451, "could not be composed")
log = logging.getLogger(__name__)

Mails = dict[tuple[int, str], Rendered | None]
"""By letter and language; None for a letter that could not be rendered."""


class Deliverer:
    """Sends what is due through one transport; every worker has its own."""

    def __init__(
        self, transport: Transport, *, batch: int = BATCH, in_flight: int = IN_FLIGHT, sent_log: SentLog | None = None
    ) -> None:
        self._transport = transport
        self._sent_log = sent_log
        self._batch, self._in_flight = batch, in_flight

    def step(self) -> bool:
        """Deliver one batch; False when nothing is due."""
        started = clock.now()
        self._catch_up()
        lease = deliveries.new_lease()
        if self._sent_log is not None:
            self._sent_log.begin(lease)  # before the claim: whoever finds the file then knows what to give back
        with transaction():
            _, claimed = deliveries.claim(self._batch, lease)
        if not claimed:
            return False
        crash.here("copies-leased")
        found = checks.sort(claimed)
        mails = _render(found)
        session().rollback()  # reading is over; nothing stays open while we send
        if found.dropped:
            with transaction():
                deliveries.settle(found.dropped, lease, DeliveryState.DROPPED, "may no longer have it, or wants it no more")
        by_id = {copy.id: copy for copy in claimed}
        seal = Seal(site.keyring(), site.config().mail_domain, site.config().base_url)
        for group in _groups(found.addressees, self._in_flight):
            if clock.now() - started > LEASE / 2:  # what is left would outlive the lease and go out twice
                with transaction():
                    deliveries.release([to.delivery_id for to in group], lease)
                continue
            _settle([(by_id[to.delivery_id], answer) for to, answer in self._send(group, mails, seal)], lease)
            if self._sent_log is not None:
                self._sent_log.settled()
        return True

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

    def _send(self, group: Sequence[Addressee], mails: Mails, seal: Seal) -> Iterator[tuple[Addressee, Answer]]:
        lost: Answer | None = None  # once the relay is gone, the rest of the group need not find out one by one
        for to in group:
            mail = mails[to.letter_id, to.locale]
            if mail is None:
                yield to, NOT_COMPOSED
                continue
            answer = lost or self._transport.send(personal.sender(to, seal), to.email, _copy(mail, to, seal))
            lost = None if answer.reached else answer
            crash.here("copy-sent")
            if answer.accepted and self._sent_log is not None:
                self._sent_log.note(to.delivery_id)
            yield to, answer


def take_over(left: Left) -> None:
    """Settle what a worker of this host has sent before it died or lost the store, and give back what it has not come to."""
    with transaction():
        deliveries.settle(left.sent, left.lease, DeliveryState.SENT)
        deliveries.release_lease(left.lease)


def _copy(mail: Rendered, to: Addressee, seal: Seal) -> bytes:
    return b"".join((mail.head, personal.fields(mail.form, mail.target_id, to, seal), mail.tail))


def _render(found: checks.Sorted) -> Mails:
    mails: Mails = {}
    for to in found.addressees:
        key = to.letter_id, to.locale
        if key in mails:
            continue
        try:
            mails[key] = compose.render(found.letters[to.letter_id], to.locale, to.email)
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
