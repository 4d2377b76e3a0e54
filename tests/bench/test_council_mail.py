"""The invented mail is the same everywhere, so that figures of different days and peers can be set beside each other."""

from __future__ import annotations

import email
import email.policy
import hashlib

import pytest

from tests.bench.council_mail import PLAIN, CouncilMail, Mix, mbox_entry
from tests.corpus.unpack import split_mbox

DIGEST_OF_200 = "123d123cd061d05bc2f8eacfd05592dbf2b127898545d1d32f8a7f733481a30e"


def test_the_same_seed_gives_the_same_octets() -> None:
    digest = hashlib.sha256(b"".join(mail.raw for mail in CouncilMail(7).archive(200))).hexdigest()
    assert digest == DIGEST_OF_200


def test_another_seed_gives_other_mails() -> None:
    ours, theirs = (next(CouncilMail(seed).archive(1)) for seed in (7, 8))
    assert ours.raw != theirs.raw


def test_one_thread_has_exactly_the_wanted_size() -> None:
    roots = [mail.root for mail in CouncilMail(7).archive(500, big_thread=60)]
    assert roots.count(roots[0]) == 60
    assert len(set(roots)) > 50


def test_every_mail_is_well_formed_and_answers_an_earlier_one() -> None:
    seen: set[str] = set()
    for mail in CouncilMail(3, mix=Mix(html=0.4, attach=0.3)).archive(150):
        message = email.message_from_bytes(mail.raw, policy=email.policy.default)
        assert not message.defects
        assert str(message["Message-ID"]) == f"<{mail.mid}>"
        assert seen.issuperset(mail.references)
        seen.add(mail.mid)
        body = message.get_body(("plain",))
        assert body is not None
        assert mail.paragraphs[0].split()[0] in body.get_content()


def test_plain_mail_is_only_plain() -> None:
    assert {mail.kind for mail in CouncilMail(5, mix=PLAIN).stream(40)} == {"plain"}


@pytest.mark.parametrize("count", [1, 7])
def test_an_mbox_splits_into_what_went_in(count: int) -> None:
    entries = b"".join(mbox_entry(mail) for mail in CouncilMail(9).archive(count))
    assert len(split_mbox(entries)) == count
