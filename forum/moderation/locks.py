"""Locking and unlocking a thread. Mail effect: a late answer gets 550 in the session, with the link (DESIGN §8)."""

from __future__ import annotations

from forum.core.db import session
from forum.core.refusals import AlreadySettled, NotAllowed, ReasonMissing
from forum.moderation import log
from forum.moderation.models import ModerationRow
from forum.people.models import PersonRow
from forum.threads import access, service
from forum.threads.models import ThreadRow, ThreadState


def lock(thread: ThreadRow, by: PersonRow, reason: str) -> ModerationRow:
    """Close a thread to new posts, from either door. Raises NotAllowed, ReasonMissing, AlreadySettled."""
    _require(thread, by, ThreadState.OPEN)
    if not reason.strip():
        raise ReasonMissing()
    service.set_state(thread, ThreadState.LOCKED, reason.strip()[:500])
    return log.note(by, "lock", reason=reason.strip(), thread_id=thread.id)


def unlock(thread: ThreadRow, by: PersonRow, reason: str = "") -> ModerationRow:
    """Open a locked thread again. Raises NotAllowed, AlreadySettled."""
    _require(thread, by, ThreadState.LOCKED)
    before = {"lock_reason": thread.lock_reason}
    service.set_state(thread, ThreadState.OPEN)
    return log.note(by, "unlock", reason=reason.strip(), thread_id=thread.id, before=before)


def undo(entry: ModerationRow, by: PersonRow) -> None:
    """Take a lock or an unlock back, with the reason that stood before. Raises NotAllowed, AlreadySettled."""
    thread = session().get_one(ThreadRow, entry.thread_id)
    locked = entry.act == "lock"
    _require(thread, by, ThreadState.LOCKED if locked else ThreadState.OPEN)
    log.mark_undone(entry, by)
    if locked:
        service.set_state(thread, ThreadState.OPEN)
    else:
        service.set_state(thread, ThreadState.LOCKED, entry.before["lock_reason"])


def _require(thread: ThreadRow, by: PersonRow, state: ThreadState) -> None:
    session().refresh(thread, with_for_update=True)
    if not access.may_moderate(by, thread):
        raise NotAllowed()
    if thread.state is not state:
        raise AlreadySettled(by=log.last_actor(thread.id, "unlock" if state is ThreadState.LOCKED else "lock"))
