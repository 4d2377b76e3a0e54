"""Letters: whoever wants something mailed writes one here, in its own transaction; only the bridge composes and sends.

`KINDS` is the table of all mails we send; each has its three templates under `templates/mail/<kind>/`.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from forum.core import clock, journal, site
from forum.core.db import session
from forum.mailroom.models import LetterRow
from forum.people.models import PersonRow
from forum.threads.models import PostRow, PostState

CLOCK_JUMP = dt.timedelta(minutes=5)
"""So far two clocks of ours may differ; what lies further ahead was written before the clock was set back."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of mail. `notice` mails are marked as automatic (RFC 3834); `in_thread` ones are threaded under a post."""

    name: str
    says: str
    notice: bool = True
    in_thread: bool = False


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("post", "A post of a thread, to whoever follows it.", notice=False, in_thread=True),
        Kind("login", "The link with which a person logs in."),
        Kind("welcome", "What a person who was entered by somebody else needs to know."),
        Kind("held", "To an author: your contribution waits, and why."),
        Kind("released", "To an author: your contribution was published."),
        Kind("rejected", "To an author: your contribution was not published, and why."),
        Kind("case", "To moderators: something waits for you."),
        Kind("case-answer", "To a moderator: what your answer to such a mail did, or why nothing."),
        Kind("not-taken", "To an author: a part of your mail was left out (file, fourth topic), the rest stands."),
        Kind("subscription", "What a subscription command or a one-click unsubscribe did, and how to undo it."),
        Kind("private", "A private answer to the author of a post, relayed without showing either address.", notice=False),
        Kind("help", "How Ratspost works by mail."),
        Kind("question", "To the alleged author of mails: are they yours?"),
        Kind("address-question", "To a person: shall the address that you wrote from be yours?"),
        Kind("address-proof", "To such an address: do you want to write from here as this person?"),
        Kind("operator", "To whoever runs the house: what got stuck, waits too long or could not be delivered."),
        Kind("address-added", "To a person: an address was added to your account."),
    )
}


def write(
    kind: str,
    *,
    person: PersonRow | None = None,
    post_id: int | None = None,
    thread_id: int | None = None,
    address: str | None = None,
    delay: dt.timedelta = dt.timedelta(0),
    **facts: Any,
) -> LetterRow:
    """Put a letter into the post, due after `delay`. `facts` are JSON values for its templates; an unknown kind is a KeyError."""
    now = clock.now()
    row = LetterRow(
        kind=KINDS[kind].name,
        message_id=f"<l{secrets.token_hex(8)}@{site.config().mail_domain}>",
        post_id=post_id,
        thread_id=thread_id,
        person_id=person.id if person else None,
        address=address,
        facts=facts,
        written_at=now,
        due_at=now + delay,
    )
    session().add(row)
    session().flush()
    return row


def write_for_post(fact: journal.Fact) -> None:
    """Listener on "post.published": the post's one letter, due after the grace time. Posts with a past are not mailed."""
    if fact.refs.get("past"):
        return
    post = session().get_one(PostRow, fact.refs["post"])
    letter = write("post", post_id=post.id, thread_id=post.thread_id, delay=dt.timedelta(seconds=site.config().grace))
    letter.message_id = post.message_id


def drop_withdrawn(fact: journal.Fact) -> None:
    """Listener on "post.withdrawn": a post that has not gone out yet does not go out."""
    session().execute(
        sa.update(LetterRow)
        .where(LetterRow.post_id == fact.refs["post"], LetterRow.fanned_out_at.is_(None))
        .values(fanned_out_at=clock.now())
    )


def next_due() -> LetterRow | None:
    """Lock and return the oldest letter that is due and not fanned out; None when there is none.

    One that was written in the future is from before the clock was set back, and due (R14).
    """
    now = clock.now()
    return session().scalar(
        sa.select(LetterRow)
        .where(LetterRow.fanned_out_at.is_(None))
        .where(sa.or_(LetterRow.due_at <= now, LetterRow.written_at > now + CLOCK_JUMP))
        .order_by(LetterRow.due_at, LetterRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def is_still_wanted(letter: LetterRow) -> bool:
    """False for the letter of a post that was withdrawn before it went out."""
    if letter.kind != "post":
        return True
    return session().scalar(sa.select(PostRow.state).where(PostRow.id == letter.post_id)) is PostState.PUBLISHED


def about_hold(kind: str, hold_id: int, person_id: int | None = None) -> Sequence[LetterRow]:
    """The letters of a kind about what waits in moderation, to this person or to anybody, oldest first."""
    query = sa.select(LetterRow).where(LetterRow.kind == kind, LetterRow.facts["hold"].as_integer() == hold_id)
    if person_id is not None:
        query = query.where(LetterRow.person_id == person_id)
    return session().scalars(query.order_by(LetterRow.id)).all()


def waiting() -> int:
    """Letters that have not been fanned out yet."""
    return session().scalar(sa.select(sa.func.count()).select_from(LetterRow).where(LetterRow.fanned_out_at.is_(None))) or 0


def listen() -> None:
    """Hear the journal; called once at start."""
    journal.on("post.published", write_for_post)
    journal.on("post.withdrawn", drop_withdrawn)
