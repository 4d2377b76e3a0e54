"""Holding, releasing and rejecting contributions. Each act: log, journal fact, letter to the author, undo."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from forum.core import clock, journal, site
from forum.core.db import session
from forum.core.refusals import (
    AlreadySettled,
    AuthorMayNotPost,
    CannotUndo,
    NotAllowed,
    NotApproved,
    NotForPublic,
    NotFound,
    ReasonMissing,
    UnknownBoard,
    WaitsForAuthor,
)
from forum.mailroom import ledger, letters
from forum.mailroom.models import InboundState, LedgerRow
from forum.moderation import excerpts, log, publishing
from forum.moderation.causes import CAUSES
from forum.moderation.contribution import Contribution, from_json, to_json, told
from forum.moderation.models import HoldRow, HoldState, ModerationRow
from forum.people import access as rights
from forum.people import groups
from forum.people.models import PersonRow, RoleRow
from forum.places import catalogue
from forum.threads import access
from forum.threads import service as threads
from forum.threads.models import PostRow, ThreadRow


def hold(contribution: Contribution, cause: str) -> HoldRow:
    """Let a contribution wait; its author is told (if the cause allows) and so are the moderators. `cause` is a key of CAUSES."""
    parent = session().get(PostRow, contribution.parent_id) if contribution.parent_id else None
    thread = session().get(ThreadRow, parent.thread_id) if parent else None
    row = HoldRow(
        cause=CAUSES[cause].code,
        contribution=to_json(contribution),
        title=_title(contribution, thread)[:300],
        author=(contribution.name or contribution.email)[:400],
        person_id=contribution.person_id,
        thread_id=thread.id if thread else None,
        inbound_id=contribution.draft.inbound_id,
        nonce=contribution.draft.nonce or contribution.draft.content_key,
        created_at=clock.now(),
    )
    session().add(row)
    session().flush()
    _tell_of_waiting(row, contribution)
    journal.record("contribution.held", hold=row.id, cause=cause)
    return row


def _title(contribution: Contribution, thread: ThreadRow | None) -> str:
    """The thread's title; to an author who may not read the thread it would be told in every letter, so then their own."""
    author = session().get(PersonRow, contribution.person_id) if contribution.person_id else None
    if thread is None or (author is not None and access.find_thread(author, thread.id) is None):
        return contribution.title
    return thread.title


def wait_for(row: HoldRow, cause: str) -> None:
    """What waited for its author's yes got it and now waits for something else; they and the moderators are told as always."""
    row.cause = CAUSES[cause].code
    _settle_ledger(row, InboundState.HELD, row.cause, None)
    _tell_of_waiting(row, from_json(row.contribution))
    journal.record("contribution.held", hold=row.id, cause=cause)


def _tell_of_waiting(row: HoldRow, contribution: Contribution) -> None:
    cause = CAUSES[row.cause]
    author = session().get(PersonRow, contribution.person_id) if contribution.person_id else None
    if author is not None:
        row.author = author.name
        if cause.tells_author:
            files = told(contribution.left_out)
            letters.write("held", person=author, thread_id=row.thread_id, title=row.title, cause=row.cause, left_out=files)
    for moderator in _moderators(row, contribution) if cause.tells_moderators else ():
        letters.write(
            "case",
            person=moderator,
            hold=row.id,
            title=excerpts.line(row.title),
            author=excerpts.line(row.author),
            cause=row.cause,
            text=excerpts.beginning(contribution.draft.body),
            files=[excerpts.line(file.filename) for file in contribution.draft.files],
            by_mail=not cause.is_private and _proves_senders(),
        )


def _proves_senders() -> bool:
    """Whether an answer by mail can count here at all."""
    return bool(site.config().trusted_authserv) or site.config().verify_dkim


def release(row: HoldRow, by: PersonRow) -> PostRow:
    """Publish what waited.

    Raises AlreadySettled, NotAllowed, WaitsForAuthor, NotForPublic, AuthorMayNotPost, and what publishing refuses (ThreadLocked).
    """
    _require_waiting(row)
    _require_right(row, by)
    if CAUSES[row.cause].is_asked:
        raise WaitsForAuthor()
    if CAUSES[row.cause].is_private:
        raise NotForPublic()
    contribution = from_json(row.contribution)
    try:
        post = publishing.publish(contribution)
    except (NotApproved, NotFound, UnknownBoard) as refused:
        raise AuthorMayNotPost() from refused
    _settle(row, HoldState.RELEASED, by)
    row.post_id = post.id
    _settle_ledger(row, InboundState.POSTED, "released", post.id)
    log.note(by, "release", hold_id=row.id, post_id=post.id, thread_id=post.thread_id)
    journal.record("contribution.released", hold=row.id, post=post.id)
    untold = () if CAUSES[row.cause].tells_author else contribution.left_out
    _tell_author(row, "released", thread=post.thread_id, left_out=told(untold))
    return post


def reject(row: HoldRow, by: PersonRow, reason: str) -> None:
    """Decline what waited; the author is told why. A message to the moderators is closed by it, and nobody is told.

    Raises AlreadySettled, NotAllowed, ReasonMissing.
    """
    _require_waiting(row)
    _require_right(row, by)
    is_closed = CAUSES[row.cause].is_private
    if not reason.strip() and not is_closed:
        raise ReasonMissing()
    _settle(row, HoldState.REJECTED, by)
    row.reason = reason.strip()
    _settle_ledger(row, InboundState.DISCARDED, "closed" if is_closed else "rejected", None)
    log.note(by, "close" if is_closed else "reject", reason=row.reason, hold_id=row.id, thread_id=row.thread_id)
    journal.record("contribution.rejected", hold=row.id)
    if not is_closed:
        _tell_author(row, "rejected", reason=row.reason)


def undo(entry: ModerationRow, by: PersonRow) -> None:
    """Take an act back. What was declined or closed waits again. What was released is withdrawn, as its author could do it:
    mails that are out cannot be recalled, and no words stay behind (DESIGN §8).

    Raises CannotUndo, AlreadySettled, NotAllowed.
    """
    row = get(entry.hold_id or 0)
    _require_right(row, by)
    acts = {HoldState.REJECTED: ("reject", "close"), HoldState.RELEASED: ("release",)}
    if entry.act not in acts.get(row.state, ()):
        raise CannotUndo()
    log.mark_undone(entry, by)
    if row.state is HoldState.RELEASED:
        _take_down(row, by)
    else:
        _wait_again(row)


def _take_down(row: HoldRow, by: PersonRow) -> None:
    threads.withdraw(session().get_one(PostRow, row.post_id))
    _settle(row, HoldState.REJECTED, by)
    _settle_ledger(row, InboundState.DISCARDED, "taken-down", None)
    journal.record("contribution.rejected", hold=row.id)
    _tell_author(row, "rejected", reason="", taken_back=True)


def _wait_again(row: HoldRow) -> None:
    row.state, row.settled_at, row.settled_by_id, row.reason = HoldState.WAITING, None, None, ""
    _settle_ledger(row, InboundState.HELD, row.cause, None)
    journal.record("contribution.held", hold=row.id, cause=row.cause)
    author = session().get(PersonRow, row.person_id) if row.person_id else None
    if author is not None and CAUSES[row.cause].tells_author:
        letters.write("held", person=author, thread_id=row.thread_id, title=row.title, cause=row.cause, again=True)


def forget(fact: journal.Fact) -> None:
    """Listener on "post.withdrawn": what once waited and was published keeps its place here, not its words (DESIGN §8)."""
    for row in session().scalars(sa.select(HoldRow).where(HoldRow.post_id == fact.refs["post"])):
        draft = {**row.contribution["draft"], "body": "", "quoted": "", "files": []}
        row.contribution = {**row.contribution, "draft": draft, "left_out": []}
        for letter in letters.about_hold("case", row.id):
            letter.facts = {**letter.facts, "text": "", "files": []}


def listen() -> None:
    """Hear the journal; called once at start."""
    journal.on("post.withdrawn", forget)


def get(hold_id: int) -> HoldRow:
    """One hold. Raises NotFound."""
    row = session().get(HoldRow, hold_id)
    if row is None:
        raise NotFound()
    return row


def get_for(person: PersonRow, hold_id: int) -> HoldRow:
    """A hold that this person may decide on. Raises NotFound (also for what is none of their business)."""
    row = get(hold_id)
    if not may_decide(row, person):
        raise NotFound()
    return row


def of_inbound(inbound_id: int) -> HoldRow:
    """The hold of an accepted mail. Raises NotFound."""
    row = session().scalar(sa.select(HoldRow).where(HoldRow.inbound_id == inbound_id))
    if row is None:
        raise NotFound()
    return row


def require_open(row: HoldRow, by: PersonRow) -> None:
    """Whether this person could decide now, with the row locked. Raises NotAllowed, AlreadySettled."""
    _require_right(row, by)
    _require_waiting(row)


def waiting_for(person: PersonRow) -> list[HoldRow]:
    """What waits and this person may decide on, oldest first."""
    rows = session().scalars(sa.select(HoldRow).where(HoldRow.state == HoldState.WAITING).order_by(HoldRow.id))
    return [row for row in rows if may_decide(row, person)]


def may_decide(row: HoldRow, person: PersonRow) -> bool:
    """A moderator of one of its boards who may read there; without a board, any admin."""
    if rights.is_admin(person) and row.contribution.get("group") is None and row.thread_id is None:
        return True
    if row.thread_id is not None:
        return access.may_moderate(person, session().get_one(ThreadRow, row.thread_id))
    topics, regions = _places(from_json(row.contribution))
    return rights.may_moderate(person, topics, regions) and _may_enter(person, from_json(row.contribution))


def _may_enter(person: PersonRow, contribution: Contribution) -> bool:
    group = groups.find(contribution.group) if contribution.group else None
    return contribution.group is None or (group is not None and groups.contains(group.id, person.id))


def _places(contribution: Contribution) -> tuple[list[int], list[int]]:
    known = catalogue.get()
    topics = [known.find_topic(slug) for slug in contribution.topics] or [known.default_topic]
    regions = [known.find_region(slug) for slug in contribution.regions] or [known.root]
    return [topic.id for topic in topics if topic], [region.id for region in regions if region]


def _moderators(row: HoldRow, contribution: Contribution) -> list[PersonRow]:
    people = session().scalars(sa.select(PersonRow).where(PersonRow.id.in_(sa.select(RoleRow.person_id))).order_by(PersonRow.id))
    return [person for person in people if person.id != contribution.person_id and may_decide(row, person)]


def _require_waiting(row: HoldRow) -> None:
    session().refresh(row, with_for_update=True)
    if row.state is not HoldState.WAITING:
        settler = session().get(PersonRow, row.settled_by_id) if row.settled_by_id else None
        raise AlreadySettled(by=settler.name if settler else "?")


def _require_right(row: HoldRow, by: PersonRow) -> None:
    if not may_decide(row, by):
        raise NotAllowed()


def _settle(row: HoldRow, state: HoldState, by: PersonRow) -> None:
    row.state, row.settled_at, row.settled_by_id = state, clock.now(), by.id


def _settle_ledger(row: HoldRow, state: InboundState, outcome: str, post_id: int | None) -> None:
    mail = session().get(LedgerRow, row.inbound_id) if row.inbound_id else None
    if mail is not None:
        ledger.settle(mail, state, outcome, post_id=post_id)


def _tell_author(row: HoldRow, kind: str, **facts: Any) -> None:
    author = session().get(PersonRow, row.person_id) if row.person_id else None
    if author is not None:
        letters.write(kind, person=author, thread_id=row.thread_id, title=row.title, **facts)
