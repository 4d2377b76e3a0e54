"""Proof: every fetched mail, handed in twice by a member, ends in one named state each time, and never makes a second post."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core.db import transaction
from forum.mailroom import ledger
from forum.mailroom.models import InboundState
from forum.threads.models import PostRow
from mailbridge import known_names
from mailbridge.inbound import receive
from mailbridge.inbound.pool import Pool
from mailbridge.plugs import bounce_reader
from tests import corpus
from tests.cast import ANNE, Cast

BOARD = "finanzen.bottrop@ratspost.localhost"
_SENDER_AND_GOAL = re.compile(rb"^(?:From|Sender|To|Cc):.*(?:\r?\n[ \t].*)*\r?\n", re.IGNORECASE | re.MULTILINE)
_END = {*InboundState} - {InboundState.WAITING, InboundState.STUCK}


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_TRUST_FROM": "1"}


def from_anne(raw: bytes) -> bytes:
    """The mail as if Anne had sent it to a board; all else stays as it was fetched."""
    head, gap, body = re.split(rb"(\r?\n\r?\n)", raw, maxsplit=1) if re.search(rb"\r?\n\r?\n", raw) else (raw, b"\r\n\r\n", b"")
    rest = _SENDER_AND_GOAL.sub(b"", head + b"\n")[:-1]
    return f"From: Anne Muster <{ANNE}>\r\nTo: {BOARD}\r\n".encode() + rest + gap + body


@pytest.mark.proof
@pytest.mark.long
def test_every_fetched_mail_twice(store: Session, people: Cast) -> None:
    if not corpus.root().is_dir():
        pytest.skip("needs ./run corpora fetch")
    first, again = Counter[str](), Counter[str]()
    with Pool(1) as pool:
        for name, raw in corpus.everything():
            mail = from_anne(raw)
            for seen in (first, again):
                with transaction():
                    inbound_id = ledger.keep(mail, envelope_from=ANNE, envelope_to=[BOARD], peer="127.0.0.1").id
                state = receive.process(inbound_id, pool.read_anyway, known_names.current, bounce_reader(pool))
                assert state in _END, (name, inbound_id, state)
                seen[state.value] += 1
                store.expunge_all()
    posts = store.scalar(sa.select(sa.func.count()).select_from(PostRow))
    print(f"first time {dict(first)}, second time {dict(again)}, {posts} posts")
    assert first[InboundState.POSTED.value] == posts
    assert not again[InboundState.POSTED.value]
    assert sum(first.values()) == sum(again.values()) > 7_000
