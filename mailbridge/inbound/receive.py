"""The worker's inbound step: one accepted mail from the ledger to its one end state, in one transaction.

parse → evidence → rules → duplicate? → route → identify → what the target asks. An unexpected error leaves the mail in the
ledger: it is tried again, then stuck, visible and replayable; never dropped.
"""

from __future__ import annotations

import hashlib
import logging
import traceback
from collections.abc import Callable

from sqlalchemy.exc import IntegrityError

from forum.core import crash_points as crash
from forum.core import site
from forum.core.db import session, transaction
from forum.mailroom import ledger
from forum.mailroom.models import InboundState, LedgerRow
from forum.moderation import questions
from mailbridge.inbound import answering, bounces, commands, deciding, evidence, identify, parse, posting, returned, route, rules
from mailbridge.inbound.bounces import Bounce
from mailbridge.inbound.evidence import Evidence
from mailbridge.inbound.mail import Envelope, ParsedMail
from mailbridge.inbound.posting import Received
from mailbridge.known_names import KnownNames

log = logging.getLogger(__name__)

Read = Callable[[bytes], ParsedMail]
"""`parse.read`, or the pool that runs it in a child process."""

ReadBounce = Callable[[bytes, str], Bounce | None]
"""What a mail that the rules call a bounce says, by raw bytes and envelope sender; in a child process too (R76)."""


def read_bounce_here(raw: bytes, sender: str) -> Bounce | None:
    """`bounces.read` in this process; for tests."""
    return bounces.read(parse.read(raw), raw, sender)

MACHINES: dict[str, InboundState] = {
    "automatic": InboundState.AUTOMATIC,
    "loop": InboundState.AUTOMATIC,
    "foreign_list": InboundState.AUTOMATIC,
    "bounce": InboundState.BOUNCE,
}
"""Where mail that no person wrote ends, by what `rules.judge` says; it is never posted and never answered."""


def step(read: Read, names: Callable[[], KnownNames], read_bounce: ReadBounce = read_bounce_here) -> bool:
    """Claim the next waiting mail and work it; False when there is none."""
    with transaction():
        row = ledger.claim()
        inbound_id = row.id if row else None
        if row is not None and row.attempts > ledger.MOST_CLAIMS:
            ledger.settle(row, InboundState.STUCK, "worker-died", detail="The worker ended each time it had this mail in hand.")
            return True
    if inbound_id is None:
        return False
    crash.here("mail-leased")
    process(inbound_id, read, names, read_bounce)
    return True


def process(
    inbound_id: int, read: Read, names: Callable[[], KnownNames], read_bounce: ReadBounce = read_bounce_here
) -> InboundState:
    """Work one mail to its end state; an error is noted in the ledger, and the state is then `waiting` or `stuck`."""
    try:
        state = _work_or_again(inbound_id, read, names, read_bounce)
        log.info("mail id=%s state=%s", inbound_id, state.value)
        return state
    except Exception as error:  # noqa: BLE001 - whatever it is, the mail stays, and its trace with it
        log.error("mail %s was not worked: %s", inbound_id, type(error).__name__)
        with transaction():
            row = ledger.lock(inbound_id)
            if row.state is InboundState.WAITING:
                ledger.note_failure(row, traceback.format_exc(limit=-6))
            return row.state


def _work_or_again(
    inbound_id: int, read: Read, names: Callable[[], KnownNames], read_bounce: ReadBounce
) -> InboundState:
    """Of one mail in two transactions, worked by two workers at once, the slower one finds what the faster one made."""
    try:
        return _work(inbound_id, read, names, read_bounce)
    except IntegrityError:
        return _work(inbound_id, read, names, read_bounce)


def _work(inbound_id: int, read: Read, names: Callable[[], KnownNames], read_bounce: ReadBounce) -> InboundState:
    row = ledger.get(inbound_id)
    raw, envelope = row.raw, Envelope(row.envelope_from, tuple(row.envelope_to), row.peer)
    session().rollback()  # parsing and asking the DNS take their time; nothing is held meanwhile
    mail = read(raw)
    crash.here("mail-parsed")
    verdict = rules.judge(mail, envelope, _ours())
    bounce = read_bounce(raw, envelope.sender) if verdict.kind == "bounce" else None
    found = evidence.of(mail, raw, envelope.peer)
    with transaction():
        row = ledger.lock(inbound_id)
        if row.state is InboundState.WAITING:
            _note(row, mail)
            _decide(Received(row, mail, envelope, bounce), verdict, found, names())
        state = row.state
        crash.here("before-post-commit")
    crash.here("after-post-commit")
    return state


def _note(row: LedgerRow, mail: ParsedMail) -> None:
    """What the list of mails shows, and the key by which the same mail is known again (R20, R26)."""
    row.message_id = mail.message_id
    row.subject = mail.subject[:400]
    row.sender = (mail.from_[0].address if mail.from_ else "")[:400]
    target = " ".join(box.address for box in (*mail.to, *mail.cc))
    row.content_key = hashlib.sha256("\n".join((mail.message_id or "", target, parse.content_key(mail))).encode()).hexdigest()


def _decide(received: Received, verdict: rules.Verdict, found: Evidence, names: KnownNames) -> None:
    row, mail, envelope = received.row, received.mail, received.envelope
    routed = route.resolve(mail, envelope, names)
    if verdict.kind == "bounce" or isinstance(routed.target, route.Returned):
        returned.note(received, routed.target)
        return
    if verdict.kind in MACHINES:
        ledger.settle(row, MACHINES[verdict.kind], verdict.rule)
        return
    same = ledger.find_same(row)
    if same is not None:
        ledger.settle(row, InboundState.DUPLICATE, "same-mail", detail=f"mail {same.id}", post_id=same.post_id)
        return
    voucher = questions.voucher(row.id)
    sender = identify.sender(mail, routed.token, has_token=routed.has_token, found=found, voucher=voucher)
    if isinstance(routed.target, route.Question):
        answering.take(received, routed.target, sender, doubtful=verdict.hold)
    elif isinstance(routed.target, route.Case):
        deciding.take(received, routed.target, sender, doubtful=verdict.hold)
    elif commands.is_command(routed.target):
        commands.carry_out(received, routed.target, sender)
    else:
        posting.hand_in(received, routed.target, sender, doubtful=verdict.rule if verdict.hold else None)


def _ours() -> rules.Ours:
    config = site.config()
    return rules.Ours(domains=frozenset(config.mail_domains), loop_token=config.mail_domain)
