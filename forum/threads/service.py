"""The acts on threads and posts: start, reply, edit, withdraw. Each records its fact; nothing here commits.

Both doors come through `moderation.intake.submit`; archive and demo call these functions directly.
"""

from __future__ import annotations

import secrets

import sqlalchemy as sa

from forum.core import clock, journal, markup
from forum.core.db import session
from forum.core.refusals import EditTooLate, EmptyPost, EmptyTitle, ThreadLocked, TooLong
from forum.people.models import BylineRow, PersonRow
from forum.threads import message_ids, subjects
from forum.threads.draft import LONGEST_BODY, LONGEST_TITLE, Draft
from forum.threads.models import (
    AttachmentRow,
    BodyFormat,
    PostRow,
    PostState,
    RevisionRow,
    ThreadRegionRow,
    ThreadRow,
    ThreadState,
    ThreadTopicRow,
)
from forum.threads.placing import Place, main_board


def start(title: str, place: Place, byline: BylineRow, draft: Draft) -> PostRow:
    """Open a thread with its first post. Raises EmptyTitle, TooLong, EmptyPost."""
    moment = draft.posted_at or clock.now()
    thread = ThreadRow(
        title=clean_title(title), subject="", group_id=place.group_id, started_at=moment, last_post_at=moment, post_count=0
    )
    thread.topics = [ThreadTopicRow(topic_id=topic, position=n) for n, topic in enumerate(place.topic_ids)]
    thread.regions = [ThreadRegionRow(region_id=region, position=n) for n, region in enumerate(place.region_ids)]
    thread.subject = subjects.tagged(thread.title, main_board(thread))
    post = _write(thread, None, byline, draft)
    journal.record("thread.started", thread=thread.id)
    return _publish(post, draft)


def reply(parent: PostRow, byline: BylineRow, draft: Draft) -> PostRow:
    """Answer a post. Raises ThreadLocked, EmptyPost, TooLong."""
    thread = session().get_one(ThreadRow, parent.thread_id, with_for_update=True, populate_existing=True)
    if thread.state is ThreadState.LOCKED:
        raise ThreadLocked(thread=thread.id)
    return _publish(_write(thread, parent, byline, draft), draft)


def append(thread: ThreadRow, parent: PostRow | None, byline: BylineRow, draft: Draft) -> PostRow:
    """Add a post with a past, to a locked thread too; `parent` is None where the mail it answers is missing.

    The caller holds the thread's row (`past.hold`) or has just started it. Raises EmptyPost, TooLong.
    """
    return _publish(_write(thread, parent, byline, draft), draft)


def _write(thread: ThreadRow, parent: PostRow | None, byline: BylineRow, draft: Draft) -> PostRow:
    check_body(draft.body, empty_is_fine=bool(draft.files))
    moment = draft.posted_at or clock.now()
    kept = message_ids.find_kept(draft.message_id, _emails_of(byline))
    thread.post_count += 1
    thread.last_post_at = max(thread.last_post_at, moment)
    post = PostRow(
        thread=thread,
        number=thread.post_count,
        parent_id=parent.id if parent else None,
        byline_id=byline.id,
        person_id=byline.person_id,
        message_id=kept or f"<new.{secrets.token_hex(16)}>",
        source=draft.source,
        body_format=draft.body_format,
        body=draft.body,
        body_html=render(draft.body, draft.body_format),
        quoted=draft.quoted,
        posted_at=moment,
        claimed_at=draft.claimed_at,
        inbound_id=draft.inbound_id,
        nonce=draft.nonce,
        content_key=draft.content_key,
        attachments=[
            AttachmentRow(position=n, filename=file.filename, mimetype=file.mimetype, sha256=file.sha256)
            for n, file in enumerate(draft.files)
        ],
    )
    session().add(post)
    session().flush()  # an id of ours contains the post's
    if kept is None:
        post.message_id = message_ids.of_our_own(post)
    message_ids.note(post, draft.message_id)
    return post


def _publish(post: PostRow, draft: Draft) -> PostRow:
    journal.record("post.published", post=post.id, thread=post.thread_id, past=draft.posted_at is not None)
    session().flush()
    return post


def _emails_of(byline: BylineRow) -> list[str]:
    person = session().get(PersonRow, byline.person_id) if byline.person_id else None
    return [address.email for address in person.addresses] if person else [byline.email] if byline.email else []


def edit(post: PostRow, body: str, by: PersonRow) -> None:
    """Replace the text; the old one is kept as a revision. Raises EditTooLate for a withdrawn post, EmptyPost, TooLong."""
    if post.state is not PostState.PUBLISHED:
        raise EditTooLate()
    check_body(body, empty_is_fine=bool(post.attachments))
    if body == post.body:
        return
    session().add(
        RevisionRow(post_id=post.id, body=post.body, body_format=post.body_format, replaced_at=clock.now(), replaced_by_id=by.id)
    )
    post.body, post.body_html, post.edited_at = body, render(body, post.body_format), clock.now()
    journal.record("post.edited", post=post.id, thread=post.thread_id)


def withdraw(post: PostRow) -> None:
    """Take a post back: its place in the thread stays, its text, revisions and files go. Doing it twice is doing it once."""
    if post.state is PostState.WITHDRAWN:
        return
    post.state, post.body, post.body_html, post.quoted = PostState.WITHDRAWN, "", "", ""
    session().execute(sa.delete(RevisionRow).where(RevisionRow.post_id == post.id))
    session().execute(sa.delete(AttachmentRow).where(AttachmentRow.post_id == post.id))
    session().expire(post, ["attachments"])
    journal.record("post.withdrawn", post=post.id, thread=post.thread_id)


def set_state(thread: ThreadRow, state: ThreadState, reason: str = "") -> None:
    """Lock or open a thread; the act itself, with log and notice, is `moderation.locks`."""
    thread.state, thread.lock_reason = state, reason
    journal.record(f"thread.{state.value}", thread=thread.id)


def render(body: str, body_format: BodyFormat) -> str:
    """Sanitised HTML of a body; rendered once, when it is written."""
    return markup.render_markdown(body) if body_format is BodyFormat.MARKDOWN else markup.render_plain(body)


def clean_title(title: str) -> str:
    """One line without surplus white space. Raises EmptyTitle, TooLong."""
    text = " ".join(title.split())
    if not text:
        raise EmptyTitle()
    if len(text) > LONGEST_TITLE:
        raise TooLong(limit=LONGEST_TITLE)
    return text


def check_body(body: str, *, empty_is_fine: bool = False) -> None:
    """Raises EmptyPost for nothing but white space, TooLong beyond LONGEST_BODY characters."""
    if not body.strip() and not empty_is_fine:
        raise EmptyPost()
    if len(body) > LONGEST_BODY:
        raise TooLong(limit=LONGEST_BODY)
