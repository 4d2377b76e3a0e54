"""What the tests about "who is writing" share: a forum with evidence from an MTA and from the DNS, and mails put on its desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from forum.core import site, tokens
from forum.core.db import session, transaction
from forum.mailroom import ledger
from forum.mailroom.models import LedgerRow, LetterRow
from forum.moderation.models import QuestionRow
from forum.subscriptions.models import FollowRow
from forum.threads.models import PostRow
from mailbridge.inbound import parse, receive
from mailbridge.known_names import current as known_names
from tests import cast
from tests.cast import ANNE
from tests.mailbridge.inbound.proof.signing import record, zone

US = "mx.forum.example"
SETTINGS = {"RATSPOST_TRUSTED_AUTHSERV": US, "RATSPOST_VERIFY_DKIM": "1"}
FINANZEN = "finanzen.bottrop@ratspost.localhost"
OUTSIDE = "203.0.113.9"

DNS = zone({
    "_dmarc.rat.example": b"v=DMARC1; p=reject",
    "_dmarc.kreis.example": b"v=DMARC1; p=none",
    "_dmarc.fremd.example": b"v=DMARC1; p=reject",
    "s._domainkey.rat.example": record("rat"),
    "s._domainkey.fremd.example": record("fremd"),
})  # fmt: skip
"""Anne's domain asks for strictness, Birol's does not, Dora's is properly run."""


def at(local: str) -> str:
    return f"{local}@ratspost.localhost"


def mx(raw: bytes, *results: str, client: str = OUTSIDE) -> bytes:
    """The mail as our own MTA hands it in, with its verdict above its Received line."""
    verdict = [f"Authentication-Results: {US}; {'; '.join(results)}"] if results else []
    received = f"Received: from mail.fremd.example (mail.fremd.example [{client}]) by {US} (Postfix) with ESMTPS id 4Xy"
    return "\r\n".join([*verdict, received, ""]).encode() + raw


def proved(raw: bytes, domain: str = "rat.example") -> bytes:
    """The mail with a verdict that makes its From certain."""
    return mx(raw, f"dmarc=pass (p=reject dis=none) header.from={domain}")


def arrive(raw: bytes, *to: str, sender: str = ANNE, peer: str = "127.0.0.1") -> LedgerRow:
    """Accept a mail, work it, and return its ledger row."""
    with transaction():
        inbound_id = ledger.keep(raw, envelope_from=sender, envelope_to=to, peer=peer).id
    receive.process(inbound_id, parse.read, known_names)
    return ledger.get(inbound_id)


def token(kind: str, person_id: int, target_id: int, *, epoch: int | None = None) -> str:
    """The personal address of this kind."""
    said = cast.person(person_id).epoch if epoch is None else epoch
    return at(f"{kind}+{tokens.write(tokens.Token(kind, person_id, target_id, said), site.keyring())}")


def question_address(question: QuestionRow) -> str:
    return token("f", question.person_id, question.id)


def questions() -> Sequence[QuestionRow]:
    return session().scalars(sa.select(QuestionRow).order_by(QuestionRow.id)).all()


def letters(kind: str) -> Sequence[LetterRow]:
    return session().scalars(sa.select(LetterRow).where(LetterRow.kind == kind).order_by(LetterRow.id)).all()


@dataclass(frozen=True)
class Done:
    """Everything that a mail could have brought about in somebody's name."""

    posts: int
    follows: int
    private: int
    addresses: int

    @classmethod
    def now(cls) -> Done:
        def count(query: sa.Select[int]) -> int:
            return session().scalar(query) or 0

        return cls(
            posts=count(sa.select(sa.func.count()).select_from(PostRow)),
            follows=count(sa.select(sa.func.count()).select_from(FollowRow)),
            private=len(letters("private")),
            addresses=sum(len(person.addresses) for person in map(cast.person, range(1, 4))),
        )
