"""Posts with a past: what an archive import does to threads beyond adding posts. Nobody is mailed about any of it.

Called by `mailbridge.archive`; ends with the same threads in whatever order mails and files come. Threads in which somebody wrote
since are never renumbered or joined: their numbers stand in mails.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import TypeVar

import sqlalchemy as sa

from forum.core import journal
from forum.core.db import session
from forum.threads import subjects
from forum.threads.models import AwaitedRow, MessageIdRow, PostRow, Source, ThreadRow
from forum.threads.placing import main_board

Key = TypeVar("Key", int, str)
_AT_ONCE = 500
_DEEPEST = 10_000


def find_posts(message_ids: Iterable[str]) -> dict[str, tuple[int, int]]:
    """(post id, thread id) of each of these Message-IDs that is known."""
    query = sa.select(MessageIdRow.message_id, PostRow.id, PostRow.thread_id).join(PostRow, PostRow.id == MessageIdRow.post_id)
    return {
        message_id: (post_id, thread_id)
        for some in _portions(message_ids)
        for message_id, post_id, thread_id in session().execute(query.where(MessageIdRow.message_id.in_(some)))
    }


def find_awaiting(message_ids: Iterable[str]) -> dict[str, frozenset[int]]:
    """The threads in which posts wait for each of these Message-IDs."""
    query = sa.select(AwaitedRow.message_id, PostRow.thread_id).join(PostRow, PostRow.id == AwaitedRow.post_id)
    found: dict[str, set[int]] = defaultdict(set)
    for some in _portions(message_ids):
        for message_id, thread_id in session().execute(query.where(AwaitedRow.message_id.in_(some))):
            found[message_id].add(thread_id)
    return {message_id: frozenset(threads) for message_id, threads in found.items()}


def await_parents(post: PostRow, message_ids: Sequence[str]) -> None:
    """Note the missing mails that this post answers, the nearest first."""
    session().add_all(AwaitedRow(post_id=post.id, rank=rank, message_id=one) for rank, one in enumerate(message_ids))


def arrive(post: PostRow, message_id: str) -> int:
    """Make a post the parent of those in its thread that waited for this Message-ID; returns how many there were."""
    waiting = session().execute(
        sa.select(AwaitedRow.rank, PostRow)
        .join(PostRow, PostRow.id == AwaitedRow.post_id)
        .where(AwaitedRow.message_id == message_id, PostRow.thread_id == post.thread_id)
    )
    count = 0
    for rank, answer in waiting.all():
        session().execute(sa.delete(AwaitedRow).where(AwaitedRow.post_id == answer.id, AwaitedRow.rank >= rank))
        if not _answers(post, answer):
            answer.parent_id, count = post.id, count + 1
    session().flush()
    return count


def _answers(post: PostRow, possible_ancestor: PostRow) -> bool:
    """Whether a post lies below the other one, so that it cannot become its parent."""
    above: int | None = post.id
    for _ in range(_DEEPEST):
        if above is None or above == possible_ancestor.id:
            return above is not None
        above = session().scalar(sa.select(PostRow.parent_id).where(PostRow.id == above))
    return True


def hold(thread_id: int) -> ThreadRow:
    """A thread, locked until the transaction ends, so that nobody else numbers a post in it meanwhile."""
    return session().get_one(ThreadRow, thread_id, with_for_update=True, populate_existing=True)


def is_archive(thread: ThreadRow) -> bool:
    """Whether all of a thread came from archives, so that no mail of ours names its numbers."""
    born_here = sa.select(PostRow.id).where(PostRow.thread_id == thread.id, PostRow.source != Source.ARCHIVE).limit(1)
    return session().scalar(born_here) is None


def join(thread_ids: Sequence[int]) -> ThreadRow | None:
    """Make one of several threads that turn out to be one; None if people wrote in them or their audiences differ.

    The oldest id stays; the others lead to it.
    """
    threads = [hold(thread_id) for thread_id in sorted(thread_ids)]
    if len({thread.group_id for thread in threads}) > 1 or not all(is_archive(thread) for thread in threads):
        return None
    into, *others = threads
    for other in others:
        moved = sa.update(PostRow).where(PostRow.thread_id == other.id)
        session().execute(moved.values(thread_id=into.id, number=PostRow.number + into.post_count))
        into.post_count += other.post_count
        other.post_count, other.merged_into_id = 0, into.id
        journal.record("thread.merged", thread=other.id, into=into.id)
    earlier = ThreadRow.merged_into_id.in_([other.id for other in others])
    session().execute(sa.update(ThreadRow).where(earlier).values(merged_into_id=into.id))
    session().flush()
    return into


def settle(thread: ThreadRow, titles: Mapping[int, str]) -> None:
    """Number an archive's thread by date again and name it after its first post, if its title (by post id) is known."""
    if not is_archive(thread):
        return
    rows = session().execute(
        sa.select(PostRow.id, PostRow.parent_id, PostRow.posted_at, PostRow.number, PostRow.message_id)
        .where(PostRow.thread_id == thread.id)
        .order_by(PostRow.posted_at, PostRow.number)
    ).all()
    order = answers_after([(row.id, row.parent_id) for row in rows])
    before = {row.id: row.number for row in rows}
    if any(before[post_id] != number for number, post_id in enumerate(order, start=1)):
        _renumber(thread, order)
    thread.post_count = len(rows)
    thread.started_at, thread.last_post_at = rows[0].posted_at, rows[-1].posted_at
    title = titles.get(order[0])
    if title and title != thread.title:
        thread.title, thread.subject = title, subjects.tagged(title, main_board(thread))
    session().flush()


def answers_after(posts: Sequence[tuple[Key, Key | None]]) -> list[Key]:
    """The posts (key, key of the answered one) in their order, but each after the one it answers."""
    here = {key for key, _ in posts}
    held: dict[Key, list[Key]] = defaultdict(list)
    placed: set[Key] = set()
    order: list[Key] = []
    for key, answered in posts:
        if answered is not None and answered in here and answered not in placed:
            held[answered].append(key)
            continue
        ready = [key]
        while ready:
            one = ready.pop(0)
            placed.add(one)
            order.append(one)
            ready += held.pop(one, [])
    return order


def _renumber(thread: ThreadRow, order: Sequence[int]) -> None:
    """Two steps, since no two posts of a thread may have one number even for a moment."""
    session().execute(sa.update(PostRow).where(PostRow.thread_id == thread.id).values(number=-PostRow.id))
    session().execute(sa.update(PostRow), [{"id": post_id, "number": number} for number, post_id in enumerate(order, start=1)])


def _portions(message_ids: Iterable[str]) -> Iterable[list[str]]:
    rest = iter(dict.fromkeys(message_ids))
    while some := list(islice(rest, _AT_ONCE)):
        yield some
