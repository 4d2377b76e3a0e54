"""Where both doors hand a contribution in: it is published at once, or it waits. Nothing else publishes."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from forum.core.db import session
from forum.core.refusals import Refused
from forum.moderation import holds, publishing
from forum.moderation.contribution import Contribution
from forum.moderation.models import HoldRow
from forum.people import access as rights
from forum.people.models import PersonRow
from forum.places import boards
from forum.threads import placing
from forum.threads.models import PostRow, ThreadRow


@dataclass(frozen=True, slots=True)
class Posted:
    post_id: int
    thread_id: int


@dataclass(frozen=True, slots=True)
class Held:
    hold_id: int
    cause: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The same mail or form came before; `post_id` is None while the first one waits."""

    post_id: int | None
    thread_id: int | None = None


Outcome = Posted | Held | Duplicate


def submit(contribution: Contribution, *, cause: str | None = None) -> Outcome:
    """Publish a contribution, or hold it for `cause` or for what its board asks.

    Raises NotApproved, NotFound (the author may not read there), ThreadLocked, and what `threads.service` refuses.
    Handing the same in twice gives Duplicate.
    """
    known = find_duplicate(contribution)
    if known is not None:
        return known
    cause = cause or cause_of_place(contribution)
    if cause is not None:
        return Held(holds.hold(contribution, cause).id, cause)
    post = publishing.write(contribution)
    return Posted(post.id, post.thread_id)


def find_duplicate(contribution: Contribution) -> Duplicate | None:
    """What came of the same form (nonce) or the same mail (content key) before, if anything."""
    draft = contribution.draft
    keys = [column == value for column, value in
            ((PostRow.nonce, draft.nonce), (PostRow.content_key, draft.content_key)) if value is not None]  # fmt: skip
    if not keys:
        return None
    post = session().scalar(sa.select(PostRow).where(sa.or_(*keys)))
    if post is not None:
        return Duplicate(post.id, post.thread_id)
    waiting = [HoldRow.nonce == value for value in (draft.nonce, draft.content_key) if value is not None]
    hold = session().scalar(sa.select(HoldRow).where(sa.or_(*waiting)))
    return Duplicate(hold.post_id) if hold is not None else None


def cause_of_place(contribution: Contribution) -> str | None:
    """What the settings of the boards ask; what `publishing.check` refuses comes first, so nothing hopeless waits."""
    publishing.check(contribution)
    author = publishing.author_of(contribution)
    if author is not None and rights.is_moderator(author):
        return None
    settings = [boards.setting(board) for board in _boards(contribution)]
    if any(setting.held for setting in settings):
        return "board-held"
    if author is None:
        return "guest"
    if any(setting.first_posts_held for setting in settings) and not _has_posted(author):
        return "first-post"
    return None


def _boards(contribution: Contribution) -> list[boards.Board]:
    if contribution.parent_id is not None:
        parent = session().get_one(PostRow, contribution.parent_id)
        return placing.boards(session().get_one(ThreadRow, parent.thread_id))
    return placing.boards_of(placing.resolve(contribution.topics, contribution.regions))


def _has_posted(person: PersonRow) -> bool:
    return session().scalar(sa.select(PostRow.id).where(PostRow.person_id == person.id).limit(1)) is not None


def cause_of(refused: Refused) -> str:
    """The hold cause for a contribution that can be refused no more, since 250 was already said."""
    return {"thread-locked": "thread-locked", "empty-post": "empty", "empty-title": "no-subject", "too-long": "too-long"}.get(
        refused.code, "no-target"
    )
