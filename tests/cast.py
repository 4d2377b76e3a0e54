"""The people of all stories, and the mails they send.

Anne sits in the council of Bottrop, Birol in the Kreistag of Unna, Carla moderates everywhere, Dora is a stranger.
"""

from __future__ import annotations

from dataclasses import dataclass

from forum.core.db import transaction
from forum.moderation import intake
from forum.moderation.contribution import Contribution
from forum.people import mandates, service
from forum.people.models import PersonRow, RoleKind
from forum.places import boards
from forum.subscriptions import service as subscriptions
from forum.threads.draft import Draft
from forum.threads.models import BodyFormat, Source

ANNE, BIROL, CARLA, DORA = "anne@rat.example", "birol@kreis.example", "carla@forum.example", "dora@fremd.example"


@dataclass(frozen=True)
class Cast:
    """Ids of the members; Dora has none."""

    anne: int
    birol: int
    carla: int


def enter() -> Cast:
    """Put Anne, Birol and Carla into the store of the open application context; nobody follows anything."""
    with transaction():
        anne = service.add("Anne Muster", ANNE)
        birol = service.add("Birol Beispiel", BIROL)
        carla = service.add("Carla Probe", CARLA)
        service.grant(carla, RoleKind.ADMIN)
        mandates.confirm(mandates.add(anne, "ratsmitglied", region="bottrop", status="einzel"), carla)
        return Cast(anne.id, birol.id, carla.id)


def person(person_id: int) -> PersonRow:
    """A member of the cast, read anew."""
    found = service.find(person_id)
    assert found is not None
    return found


def follows(person_id: int, *slugs: str) -> None:
    """Let a member follow boards."""
    with transaction():
        for slug in slugs:
            subscriptions.follow(person(person_id), boards.get(slug))


def post_by(
    person_id: int,
    title: str = "Hebesätze 2027",
    body: str = "Wer erhöht?",
    *,
    topics: tuple[str, ...] = ("finanzen",),
    regions: tuple[str, ...] = ("bottrop",),
    group: str | None = None,
    answers: int | None = None,
) -> int:
    """The id of a post from the browser: a new thread, or an answer to the post `answers`."""
    draft = Draft(source=Source.WEB, body=body, body_format=BodyFormat.MARKDOWN)
    contribution = Contribution(
        draft=draft, person_id=person_id, parent_id=answers, title=title, topics=topics, regions=regions, group=group
    )
    with transaction():
        outcome = intake.submit(contribution)
    assert isinstance(outcome, intake.Posted)
    return outcome.post_id


def mail(
    sender: str,
    to: str,
    subject: str = "Ein Betreff",
    text: str = "Ein Satz.",
    *,
    message_id: str | None = None,
    **headers: str,
) -> bytes:
    """A plain mail as bytes. Further headers by name: `cc=…`, `in_reply_to=…`; `to` may name several addresses."""
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", "Date: Mon, 02 Nov 2026 20:15:00 +0100"]
    lines += [f"Message-ID: {message_id}"] if message_id else []
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items()]
    lines += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", ""]
    return "\r\n".join([*lines, *text.split("\n"), ""]).encode()
