"""The status object is an interface that stays: its keys are exactly those of the design."""

from __future__ import annotations

import json

from sqlalchemy.orm import Session

from forum.core.db import transaction
from forum.mailroom import ledger
from forum.people import bylines, service
from forum.threads import placing
from forum.threads import service as threads
from forum.threads.draft import Draft
from forum.threads.models import BodyFormat, Source
from tests.cli.conftest import Ratspost

INBOUND = (
    "waiting", "posted", "held", "command", "answered", "relayed", "bounce", "automatic", "duplicate", "discarded", "stuck",
)  # fmt: skip


def test_an_empty_house(ratspost: Ratspost) -> None:
    assert json.loads(ratspost("status", "--json").stdout) == {
        "posts": 0,
        "threads": 0,
        "inbound": dict.fromkeys(INBOUND, 0),
        "deliveries": {"waiting": 0, "sent": 0, "failed": 0},
    }


def test_a_post_a_mail_and_a_letter_are_counted(ratspost: Ratspost, store: Session) -> None:
    with transaction():
        byline = bylines.of(service.add("Anne", "anne@rat.example"))
        draft = Draft(source=Source.WEB, body="Guten Tag.", body_format=BodyFormat.MARKDOWN)
        gone = threads.reply(threads.start("Hebesätze", placing.resolve(["finanzen"], ["bottrop"]), byline, draft), byline, draft)
        threads.withdraw(gone)
        ledger.keep(b"Subject: x\r\n\r\n", envelope_from="", envelope_to=["finanzen@ratspost.localhost"], peer="127.0.0.1")
    found = json.loads(ratspost("status", "--json").stdout)
    assert (found["posts"], found["threads"], found["inbound"]["waiting"]) == (1, 1, 1)
    assert found["deliveries"] == {"waiting": 1, "sent": 0, "failed": 0}
    assert "waiting 1" in ratspost("status").stdout
