"""Who may read a thread: one condition, used by every page, mail, list, count and file (R92, R93)."""

from __future__ import annotations

import sqlalchemy as sa

from forum.core.db import session
from forum.core.refusals import NotAllowed, NotFound
from forum.people import access, groups
from forum.people.models import PersonRow, Standing
from forum.threads.models import AttachmentRow, PostRow, PostState, ThreadRow


def readable(person: PersonRow | None) -> sa.ColumnElement[bool]:
    """Condition on ThreadRow: this person may read it. Without a member, nothing is."""
    if person is None or not access.is_member(person):
        return sa.false()
    return sa.or_(ThreadRow.group_id.is_(None), ThreadRow.group_id.in_(groups.ids_of(person.id)))


def reader_ids(thread: ThreadRow) -> sa.Select[int]:
    """Ids of everyone who may read this thread now: the same rule, asked from the other side (for mailing)."""
    if thread.group_id is not None:
        return groups.member_ids(thread.group_id)
    return sa.select(PersonRow.id).where(PersonRow.standing == Standing.APPROVED)


def find_thread(person: PersonRow | None, thread_id: int) -> ThreadRow | None:
    """The thread (or the one it was merged into), or None if this person may not read it."""
    seen: set[int] = set()
    while thread_id not in seen:
        seen.add(thread_id)
        thread = session().scalar(sa.select(ThreadRow).where(ThreadRow.id == thread_id, readable(person)))
        if thread is None or thread.merged_into_id is None:
            return thread
        thread_id = thread.merged_into_id
    return None


def get_thread(person: PersonRow | None, thread_id: int) -> ThreadRow:
    """Like `find_thread`; raises NotFound."""
    thread = find_thread(person, thread_id)
    if thread is None:
        raise NotFound()
    return thread


def get_post(person: PersonRow | None, post_id: int) -> PostRow:
    """A post of a readable thread. Raises NotFound."""
    query = sa.select(PostRow).join(ThreadRow, ThreadRow.id == PostRow.thread_id).where(PostRow.id == post_id, readable(person))
    post = session().scalar(query)
    if post is None:
        raise NotFound()
    return post


def get_own_post(person: PersonRow | None, post_id: int) -> PostRow:
    """A post that this person wrote and may change. Raises NotFound, NotAllowed."""
    post = get_post(person, post_id)
    if person is None or post.person_id != person.id:
        raise NotAllowed()
    return post


def get_attachment(person: PersonRow | None, attachment_id: int) -> AttachmentRow:
    """A file of a published post in a readable thread. Raises NotFound."""
    query = (
        sa.select(AttachmentRow)
        .join(PostRow, PostRow.id == AttachmentRow.post_id)
        .join(ThreadRow, ThreadRow.id == PostRow.thread_id)
        .where(AttachmentRow.id == attachment_id, PostRow.state == PostState.PUBLISHED, readable(person))
    )
    attachment = session().scalar(query)
    if attachment is None:
        raise NotFound()
    return attachment


def may_moderate(person: PersonRow | None, thread: ThreadRow) -> bool:
    """A moderator of one of the thread's boards who may read it."""
    if find_thread(person, thread.id) is None:
        return False
    return access.may_moderate(person, [t.topic_id for t in thread.topics], [r.region_id for r in thread.regions])
