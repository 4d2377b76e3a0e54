"""Our DKIM signature over the bytes that left: it covers what is personal, and whoever changes that breaks it."""

from __future__ import annotations

import re

import dkim
import pytest

from forum.core.db import transaction
from forum.mailroom import letters
from mailbridge.outbound import fanout
from mailbridge.outbound.deliver import Deliverer
from mailbridge.outbound.signing import SEALED, Signer
from mailbridge.outbound.transport import SmtpTransport
from tests import cast
from tests.cast import ANNE, BIROL, CARLA, Cast
from tests.mailbridge.inbound.proof import signing
from tests.mailbridge.outbound import office
from tests.mailbridge.outbound.office import Keeper
from tests.mailbridge.outbound.sink import Sink, running

DOMAIN = "post.example"
RECORDS = {"ratspost._domainkey.post.example.": signing.record()}


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_MAIL_DOMAIN": DOMAIN}


@pytest.fixture
def signer() -> Signer:
    return Signer(DOMAIN, "ratspost", signing.key().private)


def is_good(message: bytes) -> bool:
    """What a server finds that asks the DNS for our key."""
    return bool(dkim.verify(message, dnsfunc=lambda name, timeout=5: RECORDS.get(name.decode())))


def sent(signer: Signer | None) -> Keeper:
    keeper = Keeper()
    while fanout.step():
        pass
    Deliverer(keeper, signer=signer).step()
    return keeper


def test_without_a_key_nothing_is_signed(people: Cast) -> None:
    office.start(people.anne)
    assert not any(b"DKIM-Signature" in copy.message for copy in sent(None).sent)


def test_each_copy_has_a_good_signature_of_its_own(people: Cast, signer: Signer) -> None:
    office.start(people.anne)
    first, second = sent(signer).sent
    assert {first.recipient, second.recipient} == {BIROL, CARLA}
    assert is_good(first.message)
    assert is_good(second.message)
    assert first.header("DKIM-Signature") != second.header("DKIM-Signature")
    assert " d=post.example;" in first.header("DKIM-Signature")


def test_a_letter_is_signed_too(people: Cast, signer: Signer) -> None:
    with transaction():
        letters.write("login", person=cast.person(people.anne), url="http://127.0.0.1:8000/anmelden/geheim", minutes=15)
    (letter,) = sent(signer).to(ANNE)
    assert is_good(letter.message)


@pytest.mark.parametrize(
    "field",
    [
        "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Reply-To", "List-Id", "List-Post",
        "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version", "Content-Type",
    ],
)  # fmt: skip
def test_a_changed_field_breaks_it(people: Cast, signer: Signer, field: str) -> None:
    opening = office.start(people.anne)
    office.deliver()
    office.reply(people.anne, opening)
    (copy,) = sent(signer).to(BIROL)
    assert is_good(copy.message)
    changed, count = re.subn(rb"(?mi)^" + field.encode() + rb": ", field.encode() + b": x", copy.message, count=1)
    assert count == 1
    assert not is_good(changed)


@pytest.mark.parametrize("field", SEALED)
def test_a_field_that_is_added_breaks_it(people: Cast, signer: Signer, field: str) -> None:
    office.start(people.anne)
    copy = sent(signer).sent[0]
    assert not is_good(f"{field}: dora@fremd.example\r\n".encode() + copy.message)


def test_the_way_out_of_another_reader_breaks_it(people: Cast, signer: Signer) -> None:
    office.start(people.anne)
    first, second = sent(signer).sent
    mine, theirs = (re.search(rb"List-Unsubscribe: <[^>]*>", copy.message) for copy in (first, second))
    assert mine is not None
    assert theirs is not None
    assert not is_good(first.message.replace(mine[0], theirs[0]))


@pytest.mark.socket
@pytest.mark.parametrize(
    "body", [b".\r\n..\r\n.Punkt\r\n", "Grüße\r\n.\r\n".encode(), b"ohne Ende"], ids=["dots", "8bit", "no end"]
)
def test_it_is_good_after_the_way_over_smtp(signer: Signer, body: bytes) -> None:
    mail = (
        b"From: a@post.example\r\nTo: b@post.example\r\nSubject: x\r\nList-Unsubscribe: <https://x.example/abo/1>\r\n\r\n" + body
    )
    with running(Sink()) as sink:
        transport = SmtpTransport("127.0.0.1", sink.port, timeout=5)
        assert transport.send("b+x@post.example", ANNE, signer.sign(mail)).accepted
        transport.close()
    assert is_good(sink.mails[0][2])
