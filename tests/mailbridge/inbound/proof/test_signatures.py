"""Our own look at DKIM signatures and DMARC records; the DNS is a dictionary. # R53 R58"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from mailbridge.inbound.proof import dmarc, domains, fields, lookup, signatures
from mailbridge.inbound.proof.lookup import Lookup, LookupFailed
from tests.cast import ANNE, mail
from tests.mailbridge.inbound.proof.signing import key, record, signed, zone

TO = "finanzen@ratspost.localhost"
ID = "<1@rat.example>"
KEY = "s._domainkey.rat.example"
DNS = zone({KEY: record(), "s._domainkey.fremd.example": record(), "s._domainkey.mail.rat.example": record()})


def letter(text: str = "Ein Satz.", sender: str = ANNE) -> bytes:
    return mail(sender, TO, "Umlage", text, message_id=ID)


def judged(raw: bytes, ask: Lookup = DNS, address: str = ANNE, *, strict: bool = False) -> str:
    read = fields.read(raw)
    if read is None or fields.is_ambiguous(read):
        return "none"
    return signatures.verify(raw, read, address, ask, strict=strict)


def test_a_good_signature_of_the_domain_is_a_pass() -> None:
    assert judged(signed(letter(), "rat.example")) == "pass"
    assert judged(signed(letter(), "mail.rat.example")) == "pass"
    assert judged(signed(letter(), "rat.example", identity="anne@rat.example")) == "pass"
    assert judged(signed(signed(letter(), "rat.example"), "fremd.example")) == "pass"


def test_a_strict_domain_takes_only_its_own_name() -> None:
    assert judged(signed(letter(), "mail.rat.example"), strict=True) == "none"
    assert judged(signed(letter(), "rat.example"), strict=True) == "pass"


GOOD = signed(letter(), "rat.example")
BAD: dict[str, Callable[[], bytes]] = {
    "no signature": letter,
    "another domain's": lambda: signed(letter(), "fremd.example"),
    "the top-level domain's": lambda: signed(letter(), "example"),
    "no such key": lambda: signed(letter(), "rat.example", selector="other"),
    "another key": lambda: signed(letter(), "rat.example", name="two"),
    "text changed": lambda: GOOD.replace(b"Satz", b"Saal"),
    "subject changed": lambda: GOOD.replace(b"Umlage", b"Ablage"),
    "From changed": lambda: signed(letter(sender="birol@rat.example"), "rat.example").replace(b"birol@", b"anne@"),
    "second From above": lambda: b"From: anne@rat.example\r\n" + GOOD,
    "second Subject above": lambda: b"Subject: Ganz anderes\r\n" + GOOD,
    "second To above": lambda: b"To: soziales@ratspost.localhost\r\n" + GOOD,
    "Cc added": lambda: b"Cc: soziales@ratspost.localhost\r\n" + GOOD,
    "second Content-Type": lambda: b"Content-Type: text/html\r\n" + GOOD,
    "Subject behind a bare CR": lambda: b"X-A: b\rSubject: Ganz anderes\r\n" + GOOD,
    "NUL in the header": lambda: b"X-A: \0\r\n" + GOOD,
    "From not signed": lambda: signed(letter(), "rat.example").replace(b"h=from :", b"h=sender :"),
    "Subject not signed": lambda: signed(letter(), "rat.example", headers=("From", "To", "Date")),
    "only the beginning signed": lambda: signed(letter(), "rat.example", length=True) + b"Und noch etwas.\r\n",
    "l= over the whole": lambda: signed(letter(), "rat.example", length=True),
    "signer names another person": lambda: signed(letter(), "rat.example", identity="birol@rat.example"),
    "identity outside the domain": lambda: GOOD.replace(b"i=@rat.example", b"i=@fremd.example"),
    "SHA-1": lambda: GOOD.replace(b"a=rsa-sha256", b"a=rsa-sha1"),
    "algorithm none": lambda: GOOD.replace(b"a=rsa-sha256", b"a=none"),
    "Ed25519, which we cannot compute": lambda: GOOD.replace(b"a=rsa-sha256", b"a=ed25519-sha256"),
    "tags twice": lambda: GOOD.replace(b"d=rat.example;", b"d=rat.example; d=rat.example;"),
    "domain with a NUL": lambda: GOOD.replace(b"d=rat.example;", b"d=rat.example\0.fremd.example;"),
    "junk": lambda: b"DKIM-Signature: ;;;=\r\n" + letter(),
    "empty": lambda: b"DKIM-Signature:\r\n" + letter(),
    "huge": lambda: b"DKIM-Signature: v=1; d=rat.example; b=" + b"A" * 9_000 + b"\r\n" + letter(),
}


@pytest.mark.parametrize("name", BAD)
def test_anything_else_is_no_pass(name: str) -> None:
    assert judged(BAD[name]()) != "pass"


def test_a_broken_signature_is_a_fail_and_a_missing_one_is_not() -> None:
    assert judged(GOOD.replace(b"Satz", b"Saal")) == "fail"
    assert judged(letter()) == "none"


@pytest.mark.parametrize(
    "found",
    [
        record(more=" t=y;"), record(more=" t=s:y;"), (record(), record("two")), b"v=DKIM1; p=", b"v=DKIM1; k=rsa; p=AAAA",
        b"junk", b"v=DKIM1; p=" + b"A" * 60_000, record("small", bits=512),
    ],
)  # fmt: skip
def test_a_key_that_must_not_be_used_proves_nothing(found: bytes | tuple[bytes, ...]) -> None:
    name, bits = ("small", 512) if found == record("small", bits=512) else ("one", 1024)
    assert judged(signed(letter(), "rat.example", name=name, bits=bits), zone({KEY: found})) != "pass"


def test_no_answer_is_no_evidence_and_never_a_fail() -> None:
    assert judged(GOOD, zone({KEY: record()}, dead=(KEY,))) == "none"
    assert judged(GOOD.replace(b"Satz", b"Saal"), zone({}, dead=(KEY,))) == "none"


def test_patience_has_an_end() -> None:
    asked: list[str] = []

    def ask(name: str) -> tuple[bytes, ...]:
        asked.append(name)
        return ()

    limited = lookup.bounded(ask)
    for number in range(lookup.MOST):
        limited(f"{number}.example")
    with pytest.raises(LookupFailed):
        limited("one.more.example")
    assert len(asked) == lookup.MOST
    with pytest.raises(LookupFailed):
        lookup.bounded(ask, seconds=-1)("late.example")


def test_many_signatures_cost_few_questions() -> None:
    asked: list[str] = []

    def ask(name: str) -> tuple[bytes, ...]:
        asked.append(name)
        return ()

    raw = letter()
    for number in range(40):
        raw = signed(raw, "rat.example", selector=f"s{number}")
    assert judged(raw, ask) == "fail"
    assert len(asked) == signatures.MOST_CHECKED


@pytest.mark.proof
def test_runs_of_blanks_are_not_given_to_the_patterns_of_the_library() -> None:
    raw = signed(letter("x"), "rat.example").replace(b"\r\nx\r\n", b"\r\n" + b" " * 200_000 + b"x\r\n")
    began = time.process_time()
    assert judged(raw) == "none"
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("records", "domain", "expected"),
    [
        ({}, "rat.example", dmarc.NONE),
        ({"_dmarc.rat.example": b"v=DMARC1; p=reject"}, "rat.example", dmarc.Record("reject")),
        ({"_dmarc.rat.example": b"v=DMARC1; p=reject; adkim=s"}, "rat.example", dmarc.Record("reject", strict=True)),
        ({"_dmarc.rat.example": b"v=DMARC1;p=none;sp=reject"}, "mail.rat.example", dmarc.Record("reject")),
        ({"_dmarc.rat.example": b"v=DMARC1; p=quarantine"}, "a.b.rat.example", dmarc.Record("quarantine")),
        ({"_dmarc.mail.rat.example": b"v=DMARC1; p=none", "_dmarc.rat.example": b"v=DMARC1; p=reject"},
         "mail.rat.example", dmarc.NONE),
        ({"_dmarc.rat.example": (b"v=DMARC1; p=reject", b"v=DMARC1; p=none")}, "rat.example", dmarc.NONE),
        ({"_dmarc.rat.example": (b"v=spf1 -all", b"v=DMARC1; p=reject")}, "rat.example", dmarc.Record("reject")),
        ({"_dmarc.rat.example": b"v=DMARC1; p=Reject"}, "rat.example", dmarc.Record("reject")),
        ({"_dmarc.rat.example": b"p=reject; v=DMARC1"}, "rat.example", dmarc.NONE),
        ({"_dmarc.rat.example": b"v=DMARC1; p=vielleicht"}, "rat.example", dmarc.NONE),
        ({"_dmarc.rat.example": b"\xff\xfe;;;=="}, "rat.example", dmarc.NONE),
    ],
)  # fmt: skip
def test_what_a_domain_asks_for(records: dict[str, bytes | tuple[bytes, ...]], domain: str, expected: dmarc.Record) -> None:
    assert dmarc.find(domain, zone(records)) == expected


@pytest.mark.parametrize(
    ("proved", "domain", "counts"),
    [
        ("rat.example", "rat.example", True),
        ("RAT.example.", "rat.example", True),
        ("mail.rat.example", "rat.example", True),
        ("rat.example", "mail.rat.example", True),
        ("rat.example.fremd.example", "rat.example", False),
        ("example", "rat.example", False),
        ("stadt-a.de", "stadt-b.de", False),
        ("de", "stadt-b.de", False),
        ("a.nrw", "b.nrw", False),
        ("bücher.example", "xn--bcher-kva.example", True),
        ("xn--bcher-kva.example", "xn--bcher-kva.example", True),
        ("büсher.example", "xn--bcher-kva.example", False),
        ("eins.github.io", "zwei.github.io", False),
        ("", "rat.example", False),
        ("rat..example", "rat.example", False),
    ],
)
def test_domains_that_belong_together(proved: str, domain: str, counts: bool) -> None:
    assert domains.aligned(proved, domain) is counts


def test_the_keys_of_the_tests_are_keys() -> None:
    assert key().private.startswith(b"-----BEGIN RSA")
    assert key() != key("two")
