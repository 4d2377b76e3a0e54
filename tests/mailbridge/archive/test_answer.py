"""Somebody digs out an old mail of the list and answers it to the board: the answer lands in the imported thread."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from forum.core.db import transaction
from forum.mailroom import ledger
from forum.mailroom.models import InboundState
from forum.threads.message_ids import find_post_id
from forum.threads.models import PostRow
from mailbridge.inbound import parse, receive
from mailbridge.known_names import current as known_names
from tests import cast
from tests.mailbridge.archive.conftest import Bring, letter

BOARD = "finanzen.bottrop@ratspost.localhost"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_TRUST_FROM": "1"}


@pytest.mark.parametrize("old", ["<b@alt.example>", "<1.anne@rat.example>"])
def test_an_answer_to_an_old_message_id(bring: Bring, store: Session, old: str) -> None:
    cast.enter()
    bring(letter("a"), letter("b", day=2, answers="a").replace(b"<b@alt.example>", old.encode()))
    raw = cast.mail(cast.BIROL, BOARD, "AW: etwas ganz anderes", "Ich grabe das aus.", message_id="<neu@kreis.example>")
    raw = raw.replace(b"Subject:", f"In-Reply-To: {old}\r\nSubject:".encode(), 1)
    with transaction():
        inbound_id = ledger.keep(raw, envelope_from=cast.BIROL, envelope_to=[BOARD], peer="127.0.0.1").id
    receive.process(inbound_id, parse.read, known_names)
    row = ledger.get(inbound_id)
    assert row.state is InboundState.POSTED
    post, parent = store.get_one(PostRow, row.post_id), store.get_one(PostRow, find_post_id([old]))
    assert (post.thread_id, post.parent_id, post.number) == (parent.thread_id, parent.id, 3)
