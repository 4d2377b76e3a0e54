"""Whatever is sent: it is read, cleanly and within its limits; nothing raises, nothing hangs, nothing is lost."""

# R12 R76 R79 R80 R85
from __future__ import annotations

import re

import pytest

from mailbridge.inbound import bounces, enclosures, parse, rules
from mailbridge.inbound.mail import ParsedMail
from mailbridge.inbound.pool import Pool
from mailbridge.inbound.problems import PROBLEMS
from tests import corpus
from tests.corpus import mutants
from tests.mailbridge.inbound.mails import ENVELOPE, NULL, OURS

SEED = 20261122
_UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def check(raw: bytes, read: ParsedMail) -> None:
    """What must hold for every reading of every bytes."""
    assert set(read.problems) <= PROBLEMS.keys()
    names = [read.subject, *(box.name for box in (*read.from_, *read.to, *read.cc)), *(one.filename for one in read.enclosures)]
    for text in (*names, read.text or "", read.html or "", *(value for _, value in read.headers)):
        assert _UNCLEAN.search(text) is None
    assert all("\n" not in name for name in names)
    assert all(1 <= len(one.filename) <= 120 for one in read.enclosures)
    assert read.from_doubt is not None or len(read.from_) == 1
    assert parse.content_key(read) == parse.content_key(parse.read(raw)) or "timed-out" in read.problems
    for envelope in (ENVELOPE, NULL):
        verdict = rules.judge(read, envelope, OURS)
        bounce = bounces.read(read, raw, envelope.sender)
        assert bounce is None or all("@" in one.address for one in bounce.recipients)
        assert verdict.hold == (verdict.kind == "doubtful")
    for one in read.enclosures:
        enclosures.verdict(one)


def test_the_same_seed_gives_the_same_mutants() -> None:
    assert list(mutants.mutants(20, SEED)) == list(mutants.mutants(20, SEED))


@pytest.mark.proof
def test_a_few_mutants() -> None:
    for raw in mutants.mutants(200, SEED):
        check(raw, parse.read(raw))


@pytest.mark.proof
@pytest.mark.long
def test_20_000_mutants_and_all_fetched_mails_in_a_child() -> None:
    if not corpus.root().is_dir():
        pytest.skip("needs ./run corpora fetch")
    with Pool(1) as pool:
        for _, raw in corpus.everything():
            check(raw, pool.read(raw))
        for raw in mutants.mutants(20_000, SEED):
            check(raw, pool.read(raw))


@pytest.mark.proof
@pytest.mark.parametrize(
    "body",
    [
        b"\xc3\xa4" * 12_000_000,
        b"QUJD" * 6_000_000,
        b"\n" * 3_000_000,
        b"<p>" * 8_000_000,
        b"> x \n" * 4_800_000,
        b"=C3" * 8_000_000,
    ],
    ids=["umlauts", "base64", "empty-lines", "tags", "quotes", "quoted-printable"],
)
@pytest.mark.parametrize(
    ("kind", "encoding"),
    [("text/plain; format=flowed", "8bit"), ("text/html", "quoted-printable"), ("application/pdf; name=a.pdf", "base64")],
)
def test_25_MB_of_anything_in_512_MB(body: bytes, kind: str, encoding: str) -> None:
    head = f"From: anne@rat.example\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    with Pool(1) as pool:
        read = pool.read_anyway(head.encode() + body)
    assert read.from_[0].address == "anne@rat.example"
