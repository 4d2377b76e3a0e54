"""A copy that comes back: noted for its delivery, never posted; without our token it changes nothing (R35, R37)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core.db import session, transaction
from forum.mailroom import ledger
from forum.mailroom.models import DeliveryRow, DeliveryState, InboundState, LedgerRow, LetterRow
from forum.threads.models import PostRow
from mailbridge import known_names
from mailbridge.inbound import parse, receive
from tests import cast
from tests.cast import BIROL
from tests.mailbridge.outbound import office

REPORT = """From: Mail Delivery System <MAILER-DAEMON@mx.kreis.example>
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

The mail system could not deliver your message.

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.kreis.example

Final-Recipient: rfc822; {recipient}
Action: failed
Status: {status}

--x--
"""


@pytest.fixture
def copy(store: Session) -> office.Sent:
    """The copy that Birol got."""
    people = cast.enter()
    cast.follows(people.birol, "finanzen")
    office.start(people.anne)
    return office.deliver().to(BIROL)[0]


def come_back(to: str, status: str = "5.1.1") -> LedgerRow:
    raw = REPORT.format(to=to, recipient=BIROL, status=status).replace("\n", "\r\n").encode()
    with transaction():
        inbound_id = ledger.keep(raw, envelope_from="", envelope_to=[to], peer="127.0.0.1").id
    receive.process(inbound_id, parse.read, known_names.current)
    return ledger.get(inbound_id)


def delivery() -> DeliveryRow:
    return session().scalars(sa.select(DeliveryRow)).one()


@pytest.mark.parametrize(
    ("status", "outcome", "state"), [("5.1.1", "hard", DeliveryState.FAILED), ("4.2.2", "soft", DeliveryState.SENT)]
)
def test_a_bounce_is_noted_for_its_delivery(copy: office.Sent, status: str, outcome: str, state: DeliveryState) -> None:  # R35
    row = come_back(copy.sender, status)
    assert (row.state, row.outcome, delivery().state) == (InboundState.BOUNCE, outcome, state)
    assert delivery().detail.startswith(f"bounce-{outcome}")


def test_a_bounce_is_no_post_and_gets_no_answer(copy: office.Sent) -> None:
    come_back(copy.sender)
    assert len(session().scalars(sa.select(PostRow)).all()) == 1
    assert len(session().scalars(sa.select(LetterRow)).all()) == 1


@pytest.mark.parametrize("forge", ["finanzen.bottrop@ratspost.localhost", "letter", "shortened"])
def test_a_forged_bounce_changes_nothing(copy: office.Sent, forge: str) -> None:  # R37
    local, _, domain = copy.sender.partition("@")
    other = "b" if local.endswith("a") else "a"
    forged = {"letter": f"{local[:-1]}{other}@{domain}", "shortened": f"{local[:-1]}@{domain}"}
    assert come_back(forged.get(forge, forge)).state is InboundState.BOUNCE
    assert (delivery().state, delivery().detail) == (DeliveryState.SENT, "")
