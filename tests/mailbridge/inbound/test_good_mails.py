"""Two hundred honest mails in the header shapes of the providers people here use: none refused, hardly one held. # R53

The shapes are what these providers put around a mail, the domains are invented: a person at "GMX" writes from gmx.example.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from forum.core.db import transaction
from forum.mailroom.models import InboundState
from forum.people import service
from forum.threads.models import PostRow
from mailbridge.inbound import door
from mailbridge.inbound.proof import lookup
from mailbridge.known_names import current as known_names
from tests import cast
from tests.mailbridge.inbound.desk import FINANZEN, SETTINGS, US, arrive, at, mx, token
from tests.mailbridge.inbound.proof.signing import record, signed, zone


@dataclass(frozen=True)
class Provider:
    """How a provider signs and what it adds. `told` is what our MTA writes about it; "" for one whose word is only in the DNS."""

    name: str
    domain: str
    signs: str = ""
    signed: tuple[str, ...] = ("From", "To", "Subject", "Date")
    policy: str = "none"
    head: tuple[str, ...] = ()
    told: str = ""


OPENDMARC = "dmarc=pass (p={policy} dis=none) header.from={domain}"
RSPAMD = (
    "dkim=pass header.d={domain} header.s=s header.b=aBcD12; arc=none; dmarc=pass (policy={policy}) header.from={domain}; "
    f"spf=pass ({US}: domain of {{email}} designates 192.0.2.7 as permitted sender) smtp.mailfrom={{email}}"
)
OPENDKIM = 'dkim=pass (2048-bit key; unprotected) header.d={domain} header.i=@{domain} header.b="x1Y2"; dkim-atps=neutral'
SPF = "spf=pass (sender SPF authorized) smtp.mailfrom={email} (client-ip=192.0.2.7; helo=mout.{domain}; receiver=<unknown>)"

PROVIDERS = (
    Provider("GMX", "gmx.example", "gmx.example", head=("X-UI-Sender-Class: 724b4f7f", "X-Provags-ID: V03:K1:x")),
    Provider("WEB.DE", "web.example", "web.example", told=OPENDMARC, head=("Sensitivity: Normal", "X-Priority: 3")),
    Provider("T-Online", "t-online.example", "t-online.example", told=OPENDKIM, head=("X-TOI-EXPURGATEID: 1::2",)),
    Provider("freenet", "freenet.example", "freenet.example", told=RSPAMD),
    Provider("Gmail", "gmail.example", "gmail.example", policy="none", told=RSPAMD, head=("X-Gm-Message-State: AOJu0Y",)),
    Provider("Posteo", "posteo.example", "posteo.example", policy="quarantine"),
    Provider("mailbox.org", "mailbox.example", "mailbox.example", policy="reject", told=OPENDMARC),
    Provider("Vodafone", "vodafone.example", told=SPF),
    Provider("Arcor", "arcor.example", "mail.arcor.example", told=OPENDMARC),
    Provider("1&1, own domain", "fraktion-nord.example", told=SPF, head=("X-Provags-ID: V03:K1:y",)),
    Provider("Strato, own domain", "buergerliste.example", "buergerliste.example", head=("X-RZG-CLASS-ID: mo00",)),
    Provider("Exchange Online", "stadt-musterhausen.example", "stadt-musterhausen.example", ("From", "Date", "Subject"),
             policy="reject", head=("X-MS-Has-Attach:", "X-MS-Exchange-SenderADCheck: 1", "Thread-Topic: x")),
    Provider("Outlook.com", "outlook.example", "outlook.example", ("From", "Date", "Subject"), policy="none", told=RSPAMD),
    Provider("KDN, subdomain", "rat.kreis-muster.example", "kreis-muster.example", policy="reject", told=OPENDMARC),
    Provider("iCloud", "icloud.example", "icloud.example", policy="quarantine", head=("X-Proofpoint-GUID: x",)),
    Provider("Yahoo", "yahoo.example", "yahoo.example", policy="reject", told=RSPAMD),
    Provider("IDN", "bürger.example", "xn--brger-kva.example", policy="reject"),
    Provider("gateway that signs elsewhere too", "verein.example", "verein.example", told=OPENDMARC, policy="reject"),
    Provider("own server, no record at all", "kleine-partei.example", "kleine-partei.example"),
    Provider("own server, SPF only", "einzelmandat.example", told=SPF),
)  # fmt: skip

FROM = (
    '"{name}" <{email}>', "{name} <{email}>", "{email}", "<{email}>", '"{last}, {first}" <{email}>', "{upper}",
    "=?UTF-8?Q?J=C3=B6rg_M=C3=BCller?= <{email}>", '"{email}" <{email}>', "{email} ({name})", "{name}\r\n <{email}>",
)  # fmt: skip


@pytest.fixture
def settings() -> dict[str, str]:
    return SETTINGS


def dns() -> lookup.Lookup:
    records: dict[str, bytes | tuple[bytes, ...]] = {}
    for provider in PROVIDERS:
        if provider.signs:
            records[f"s._domainkey.{provider.signs}"] = record(provider.signs)
        ascii_domain = provider.domain.encode("idna").decode()
        if provider.name != "own server, no record at all":
            records[f"_dmarc.{ascii_domain}"] = f"v=DMARC1; p={provider.policy}; rua=mailto:r@{ascii_domain}".encode()
    return zone(records)


def letter(provider: Provider, number: int, to: str) -> bytes:
    """One of a provider's mails; `number` chooses how the client writes the sender."""
    email = f"joerg.mueller@{provider.domain}"
    shown = FROM[number % len(FROM)].format(name="Joerg Mueller", first="Joerg", last="Mueller", email=email, upper=email.upper())
    text = [f"Beitrag {number} von {provider.name}.", "", "Viele Grüße", "Jörg"]
    lines = [
        *provider.head, f"From: {shown}", f"To: {to}", f"Subject: Umlage {number} {provider.name}",
        f"Date: Mon, 02 Nov 2026 20:{number:02}:00 +0100", f"Message-ID: <{number}.{provider.name[:5].strip()}@mx.example>",
        "MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: 8bit", "", *text, "",
    ]  # fmt: skip
    raw = "\r\n".join(lines).encode()
    if provider.signs:
        raw = signed(raw, provider.signs, name=provider.signs, headers=provider.signed)
    if provider.name.startswith("gateway"):
        raw = signed(raw, "gateway.example", name="gateway")
    facts = {"domain": provider.domain, "policy": provider.policy, "email": email}
    return mx(raw, *([provider.told.format(**facts)] if provider.told else []), client="192.0.2.7")


@pytest.mark.proof
def test_good_mails_come_through(store: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "texts", dns())
    people = cast.enter()
    with transaction():
        writers = {one.name: service.add("Jörg Müller", f"joerg.mueller@{one.domain}").id for one in PROVIDERS}
    arrive(mx(letter(PROVIDERS[0], 99, FINANZEN)), FINANZEN)
    start = store.query(PostRow).one()
    ends: Counter[str] = Counter()
    held: list[tuple[str, int, str]] = []
    for provider, number in itertools.product(PROVIDERS, range(10)):
        to = (FINANZEN, at(f"faden-{start.thread_id}"), token("a", writers[provider.name], start.id))[number % 3]
        raw = letter(provider, number, to)
        assert door.mail(raw, (to,), known_names, "127.0.0.1") is None
        row = arrive(raw, to, sender=f"joerg.mueller@{provider.domain}")
        ends[row.state.value] += 1
        if row.state is not InboundState.POSTED:
            held.append((provider.name, number, row.outcome))
    assert sum(ends.values()) == 200
    assert len(held) <= 4, held
    assert set(ends) <= {"posted", "held"}
    assert people.anne not in {post.person_id for post in store.query(PostRow)}
