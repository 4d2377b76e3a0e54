"""Mails put together so that two programs read two senders: none is anybody's post. # R58"""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy.orm import Session

from forum.mailroom.models import InboundState
from mailbridge.inbound.proof import lookup
from tests import cast
from tests.cast import ANNE, DORA
from tests.mailbridge.inbound.desk import DNS, FINANZEN, SETTINGS, Done, arrive, letters, mx
from tests.mailbridge.inbound.proof.signing import signed

_ids = itertools.count()
ANNES = "dmarc=pass (p=reject dis=none) header.from=rat.example"
DORAS = "dmarc=pass (p=reject dis=none) header.from=fremd.example"


@pytest.fixture
def settings() -> dict[str, str]:
    return SETTINGS


def raw(*head: str) -> bytes:
    """A mail with exactly these lines about its sender."""
    number = next(_ids)
    rest = (
        f"To: {FINANZEN}", f"Subject: Nummer {number}", "Date: Mon, 02 Nov 2026 20:15:00 +0100", "Content-Type: text/plain", "",
        f"Satz {number}.", "",
    )  # fmt: skip
    return "\r\n".join([*head, *rest]).encode("utf-8", "surrogateescape")


ATTACKS: dict[str, bytes] = {
    "two From, hers first": raw(f"From: {ANNE}", f"From: {DORA}"),
    "two From, hers last": raw(f"From: {DORA}", f"From: {ANNE}"),
    "two From, one behind a blank": raw(f"From : {ANNE}", f"From: {DORA}"),
    "two From, one behind a bare CR": raw(f"X-A: b\rFrom: {ANNE}", f"From: {DORA}"),
    "two From, one in other letters": raw(f"fROM: {ANNE}", f"From: {DORA}"),
    "two From, one begins with a NUL": raw(f"\0From: {ANNE}", f"From: {DORA}"),
    "two addresses": raw(f"From: {ANNE}, {DORA}"),
    "two addresses, a blank between": raw(f"From: <{ANNE}> <{DORA}>"),
    "a comment between": raw(f"From: {ANNE} (Anne) <{DORA}>"),
    "a bracket between": raw(f"From: {ANNE}]<{DORA}>"),
    "a NUL between": raw(f"From: {ANNE}\0<{DORA}>"),
    "a comment with hers": raw(f"From: (<{ANNE}>) {DORA}"),
    "group": raw(f"From: Rat: {ANNE};"),
    "group that is empty, then one": raw(f"From: Rat:;, {ANNE}"),
    "route": raw(f"From: <@fremd.example,@a.example:{ANNE}>"),
    "hers as encoded word": raw("From: =?utf-8?B?YW5uZUByYXQuZXhhbXBsZQ==?=", f"Sender: {DORA}"),
    "encoded word with an address and a comma": raw("From: =?utf-8?Q?anne=40rat.example=2C?= <dora@fremd.example>"),
    "encoded word that hides the domain": raw("From: anne@rat.example=?utf-8?Q?=00?=@fremd.example"),
    "none, but a Sender": raw(f"Sender: {ANNE}"),
    "none, but a Resent-From": raw(f"Resent-From: {ANNE}"),
    "empty": raw("From:", f"Reply-To: {ANNE}"),
    "a quote that does not end": raw(f'From: "{ANNE} <{DORA}>'),
    "folded in the middle": raw("From: anne@rat.\r\n example.fremd.example"),
    "folded into two": raw(f"From: {DORA},\r\n\t{ANNE}"),
    "lone surrogate": raw(f"From: {ANNE}\udcff<{DORA}>"),
    "line separator": raw(f"From: {DORA}\u2028{ANNE}"),
    "full-width at": raw("From: anne＠rat.example <dora@fremd.example>"),
}


@pytest.mark.parametrize("verdict", [ANNES, DORAS, "dkim=pass header.d=rat.example", ""])
def test_no_mail_of_two_senders_is_posted(store: Session, monkeypatch: pytest.MonkeyPatch, verdict: str) -> None:
    """Even if our MTA was taken in and says what the forger likes."""
    cast.enter()
    monkeypatch.setattr(lookup, "texts", DNS)
    before = Done.now()
    assert len(ATTACKS) >= 18
    wrong = {}
    for name, attack in ATTACKS.items():
        row = arrive(mx(attack, *([verdict] if verdict else [])), FINANZEN, sender=DORA)
        if row.state is not InboundState.HELD or Done.now() != before:
            wrong[name] = (row.state.value, row.outcome)
    assert wrong == {}
    assert not letters("question")


AROUND: dict[str, bytes] = {
    "From above the signed one": b"From: dora@fremd.example\r\n%s",
    "From above, its own twice": b"From: anne@rat.example\r\n%s",
    "a Subject above": b"Subject: Ganz anderes\r\n%s",
    "a To above": b"To: verkehr.hamm@ratspost.localhost\r\n%s",
    "a Content-Type above": b'Content-Type: multipart/mixed; boundary="x"\r\n%s',
    "a Reply-To twice": b"Reply-To: dora@fremd.example\r\nReply-To: anne@rat.example\r\n%s",
    "a line that is none": b"no colon here\r\n%s",
}


def test_a_good_signature_does_not_cover_what_was_put_around_it(store: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.enter()
    monkeypatch.setattr(lookup, "texts", DNS)
    before = Done.now()
    for name, pattern in AROUND.items():
        for verdict in ((), (ANNES,)):
            good = signed(raw(f"From: {ANNE}"), "rat.example", name="rat", headers=("From", "To", "Subject", "Date"))
            row = arrive(mx(pattern % good, *verdict), FINANZEN, sender=DORA)
            assert (row.state, Done.now()) == (InboundState.HELD, before), name
