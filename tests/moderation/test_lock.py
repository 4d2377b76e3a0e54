"""A moderator locks a thread, opens it again, and takes either back."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from forum.core.db import transaction
from forum.core.refusals import AlreadySettled, NotAllowed, ReasonMissing, ThreadLocked
from forum.moderation import locks, log
from forum.threads.models import PostRow, ThreadRow, ThreadState
from tests import cast
from tests.cast import Cast, post_by


@pytest.fixture
def thread(store: Session, people: Cast) -> ThreadRow:
    return store.get_one(ThreadRow, store.get_one(PostRow, post_by(people.anne)).thread_id)


def lock(thread: ThreadRow, people: Cast, reason: str = "Alles gesagt.") -> int:
    with transaction():
        return locks.lock(thread, cast.person(people.carla), reason).id


def test_a_locked_thread_takes_no_post_and_says_why(store: Session, thread: ThreadRow, people: Cast) -> None:
    lock(thread, people)
    assert (thread.state, thread.lock_reason) == (ThreadState.LOCKED, "Alles gesagt.")
    with pytest.raises(ThreadLocked):
        post_by(people.birol, answers=1)


def test_only_a_moderator_may_and_only_with_a_reason(thread: ThreadRow, people: Cast) -> None:
    with pytest.raises(NotAllowed), transaction():
        locks.lock(thread, cast.person(people.anne), "Ich mag nicht mehr.")
    with pytest.raises(ReasonMissing):
        lock(thread, people, "  ")


def test_the_second_moderator_hears_who_was_first(thread: ThreadRow, people: Cast) -> None:
    lock(thread, people)
    with pytest.raises(AlreadySettled) as refused:
        lock(thread, people, "Noch einmal.")
    assert refused.value.facts["by"] == "Carla Probe"


def test_undo_opens_it_and_undoing_an_unlock_closes_it_with_the_old_reason(thread: ThreadRow, people: Cast) -> None:
    first = lock(thread, people)
    with transaction():
        locks.undo(log.get(first), cast.person(people.carla))
    assert thread.state is ThreadState.OPEN
    lock(thread, people, "Doch.")
    with transaction():
        second = locks.unlock(thread, cast.person(people.carla)).id
    with transaction():
        locks.undo(log.get(second), cast.person(people.carla))
    assert (thread.state, thread.lock_reason) == (ThreadState.LOCKED, "Doch.")
    assert [entry.act for entry in log.newest()] == ["unlock", "lock", "lock"]
    assert [entry.undone_at is not None for entry in log.newest()] == [True, False, True]
