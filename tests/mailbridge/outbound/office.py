"""What the tests of outgoing mail share: posts through the front gate, and a transport that keeps what it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import sqlalchemy as sa

from forum.core.db import session, transaction
from forum.mailroom import letters
from forum.mailroom.models import DeliveryRow, DeliveryState
from forum.people import bylines
from forum.people.models import AddressRow
from forum.threads import placing, service
from forum.threads.draft import Draft, FileRef
from forum.threads.models import BodyFormat, PostRow, Source
from mailbridge.outbound import fanout
from mailbridge.outbound.answer import Answer
from mailbridge.outbound.deliver import Deliverer
from tests import cast

FINE, LATER, NEVER = Answer(250, "ok"), Answer(451, "4.2.0 try later"), Answer(550, "5.1.1 unknown")
BROKEN = Answer(421, "broke off", reached=False)
GONE = Answer(421, "not reached", reached=False, tried=False)


@dataclass(frozen=True)
class Sent:
    """One copy as the transport got it."""

    sender: str
    recipient: str
    message: bytes

    @property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.message, policy=policy.default)

    def header(self, name: str) -> str:
        return str(self.mail[name])

    @property
    def text(self) -> str:
        part = self.mail.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    @property
    def html(self) -> str:
        part = self.mail.get_body(("html",))
        assert part is not None
        return str(part.get_content())


@dataclass
class Keeper:
    """A transport for tests: keeps copies, and answers as `says` tells it."""

    says: Callable[[str], Answer] = lambda _recipient: Answer(250, "ok")
    sent: list[Sent] = field(default_factory=list)

    def send(self, sender: str, recipient: str, message: bytes) -> Answer:
        answer = self.says(recipient)
        if answer.accepted:
            self.sent.append(Sent(sender, recipient, message))
        return answer

    def close(self) -> None:
        """Nothing is open."""

    def to(self, recipient: str) -> list[Sent]:
        return [sent for sent in self.sent if sent.recipient == recipient]


def start(
    person_id: int, title: str = "Hebesätze 2027", body: str = "Wer erhöht?", *,
    topics: tuple[str, ...] = ("finanzen",), regions: tuple[str, ...] = ("bottrop",), group: str | None = None,
    files: tuple[FileRef, ...] = (), message_id: str | None = None,
) -> int:  # fmt: skip
    """A new thread of a member of the cast; returns the post's id."""
    letters.listen()
    with transaction():
        draft = _draft(body, files, message_id)
        return service.start(title, placing.resolve(topics, regions, group), bylines.of(cast.person(person_id)), draft).id


def reply(person_id: int, to: int, body: str = "Wir nicht.", *, message_id: str | None = None) -> int:
    """An answer to a post; returns its id."""
    letters.listen()
    with transaction():
        parent = session().get_one(PostRow, to)
        return service.reply(parent, bylines.of(cast.person(person_id)), _draft(body, (), message_id)).id


def _draft(body: str, files: tuple[FileRef, ...], message_id: str | None) -> Draft:
    mail = message_id is not None
    return Draft(
        source=Source.MAIL if mail else Source.WEB, body=body, body_format=BodyFormat.PLAIN if mail else BodyFormat.MARKDOWN,
        files=files, message_id=message_id,
    )  # fmt: skip


def deliver(keeper: Keeper | None = None) -> Keeper:
    """Fan everything due out and deliver it; returns the transport with what it got."""
    keeper = keeper or Keeper()
    while fanout.step():
        pass
    deliverer = Deliverer(keeper)
    while deliverer.step():
        pass
    return keeper


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def states() -> dict[str, DeliveryState]:
    """What became of the one copy of each recipient, by address."""
    rows = session().execute(
        sa.select(AddressRow.email, DeliveryRow.state).join(AddressRow, AddressRow.person_id == DeliveryRow.person_id)
    )
    return {row.email: row.state for row in rows}
