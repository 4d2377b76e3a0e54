"""Who gets this post, and why: the union of all matching follows, one entry a person (DESIGN §6).

Asked by the fan-out when the post goes out; whoever may not read the thread is never in the answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from forum.core.db import session
from forum.people.models import AddressRow, PersonRow
from forum.people.service import works
from forum.places import catalogue
from forum.places.models import RegionAncestry, TopicAncestry
from forum.subscriptions.models import FollowExceptionRow, FollowRow, Mode, ThreadWish, ThreadWishRow
from forum.threads.access import reader_ids
from forum.threads.models import PostRow, ThreadRow

STRENGTH = {mode: rank for rank, mode in enumerate(Mode)}
"""0 is the strongest; the strongest matching wish of a person decides."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One copy: for whom, how, and which wishes led to it ("follow:17", "thread", "author")."""

    person_id: int
    mode: Mode
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Match:
    person_id: int
    mode: Mode
    why: str


def of(post: PostRow) -> list[Recipient]:
    """Everyone who is to get this post by mail now, by person id."""
    thread = session().get_one(ThreadRow, post.thread_id)
    found: dict[int, list[_Match]] = defaultdict(list)
    for match in _by_follow(thread) + _by_thread(thread):
        found[match.person_id].append(match)
    if not found:
        return []
    reachable = _reachable(thread, post) & set(found)
    recipients = [_strongest(person_id, found[person_id]) for person_id in sorted(reachable)]
    return [recipient for recipient in recipients if _wants_now(recipient.mode, post)]


def still(post: PostRow, person_ids: Collection[int]) -> set[int]:
    """Of these people, who may get this post at this moment; asked again when a copy is sent (R34)."""
    thread = session().get_one(ThreadRow, post.thread_id)
    return _reachable(thread, post, PersonRow.id.in_(person_ids))


def _wants_now(mode: Mode, post: PostRow) -> bool:
    return mode is Mode.EACH or (mode is Mode.NEW_THREADS and post.number == 1)


def _by_follow(thread: ThreadRow) -> list[_Match]:
    """Follows inside which one (topic, region) pair of the thread lies, outside the follow's exceptions."""
    topic_ids = [row.topic_id for row in thread.topics]
    region_ids = [row.region_id for row in thread.regions]
    above_topics = sa.select(TopicAncestry.ancestor_id).where(TopicAncestry.topic_id.in_(topic_ids))
    above_regions = sa.select(RegionAncestry.ancestor_id).where(RegionAncestry.region_id.in_(region_ids))
    rows = (
        session()
        .execute(
            sa.select(FollowRow.id, FollowRow.person_id, FollowRow.mode, FollowRow.topic_id, FollowRow.region_id)
            .where(
                FollowRow.mode != Mode.WEB,
                sa.or_(FollowRow.topic_id.is_(None), FollowRow.topic_id.in_(above_topics)),
                sa.or_(FollowRow.region_id.is_(None), FollowRow.region_id.in_(above_regions)),
            )
            .order_by(FollowRow.id)
        )
        .all()
    )
    exceptions = _exceptions()
    pairs = [(topic, region) for topic in topic_ids for region in region_ids]
    return [
        _Match(row.person_id, row.mode, f"follow:{row.id}")
        for row in rows
        if row.id not in exceptions or _some_pair_inside(pairs, (row.topic_id, row.region_id), exceptions[row.id])
    ]


_Place = tuple[int | None, int | None]


def _exceptions() -> dict[int, list[_Place]]:
    """All exceptions by follow; few people set one, so the whole table is smaller than a list of ids would be."""
    found: dict[int, list[_Place]] = defaultdict(list)
    for row in session().scalars(sa.select(FollowExceptionRow)):
        found[row.follow_id].append((row.topic_id, row.region_id))
    return found


def _some_pair_inside(pairs: list[tuple[int, int]], place: _Place, exceptions: list[_Place]) -> bool:
    return any(_lies_in(pair, place) and not any(_lies_in(pair, exception) for exception in exceptions) for pair in pairs)


def _lies_in(pair: tuple[int, int], place: _Place) -> bool:
    places = catalogue.get()
    topic, region = place
    return (topic is None or topic in places.topic_ancestors(pair[0])) and (
        region is None or region in places.region_ancestors(pair[1])
    )


def _by_thread(thread: ThreadRow) -> list[_Match]:
    """Whoever follows this very thread, and whoever wrote in it (read from the posts, no row needed)."""
    wishes = session().scalars(
        sa.select(ThreadWishRow.person_id).where(ThreadWishRow.thread_id == thread.id, ThreadWishRow.wish == ThreadWish.FOLLOW)
    )
    authors = session().scalars(
        sa.select(PostRow.person_id).where(PostRow.thread_id == thread.id, PostRow.person_id.is_not(None)).distinct()
    )
    return [_Match(person, Mode.EACH, "thread") for person in wishes] + [
        _Match(person, Mode.EACH, "author") for person in authors if person is not None
    ]


def _reachable(thread: ThreadRow, post: PostRow, among: sa.ColumnElement[bool] | None = None) -> set[int]:
    """Those who may read the thread, did not mute it, have a working address, and did not write this post."""
    muted = sa.select(ThreadWishRow.person_id).where(ThreadWishRow.thread_id == thread.id, ThreadWishRow.wish == ThreadWish.MUTE)
    able = session().scalars(
        sa.select(PersonRow.id)
        .join(AddressRow, AddressRow.person_id == PersonRow.id)
        .where(
            PersonRow.id.in_(reader_ids(thread)),
            PersonRow.id.not_in(muted),
            works(),
            sa.or_(PersonRow.gets_own_posts, PersonRow.id != (post.person_id or 0)),
            among if among is not None else sa.true(),
        )
    )
    return set(able)


def _strongest(person_id: int, matches: list[_Match]) -> Recipient:
    mode = min((match.mode for match in matches), key=STRENGTH.__getitem__)
    return Recipient(person_id, mode, tuple(dict.fromkeys(match.why for match in matches)))
