"""Making the post of a contribution: the one way into `threads.service`, for intake and for a released hold."""

from __future__ import annotations

from forum.core.db import session
from forum.core.refusals import NotApproved, NotFound, ThreadLocked, UnknownBoard
from forum.moderation.contribution import Contribution
from forum.people import access as rights
from forum.people import bylines, groups
from forum.people.models import BylineRow, PersonRow
from forum.threads import access, placing, service
from forum.threads.models import PostRow, ThreadRow, ThreadState


def check(contribution: Contribution) -> None:
    """Raise the refusal that publishing would raise, without writing anything; for previews and the SMTP session."""
    author = author_of(contribution)
    if contribution.parent_id is None:
        place = placing.resolve(contribution.topics, contribution.regions, contribution.group)
        if place.group_id is not None and (author is None or not groups.contains(place.group_id, author.id)):
            raise UnknownBoard(board=f"gruppe-{contribution.group}", hint="")  # as of a group that is not there (R93)
        return
    parent = session().get(PostRow, contribution.parent_id)
    thread = session().get(ThreadRow, parent.thread_id) if parent else None
    if thread is None or (author is not None and access.find_thread(author, thread.id) is None):
        raise NotFound()
    if thread.state is ThreadState.LOCKED:
        raise ThreadLocked(thread=thread.id)


def publish(contribution: Contribution) -> PostRow:
    """Check and make the post. Raises what `check` and `threads.service` refuse."""
    check(contribution)
    return write(contribution)


def write(contribution: Contribution) -> PostRow:
    """Make the post of a contribution that was checked in this transaction."""
    byline = _byline(contribution)
    if contribution.parent_id is not None:
        return service.reply(session().get_one(PostRow, contribution.parent_id), byline, contribution.draft)
    place = placing.resolve(contribution.topics, contribution.regions, contribution.group)
    return service.start(contribution.title, place, byline, contribution.draft)


def author_of(contribution: Contribution) -> PersonRow | None:
    """The person who contributes, None for a guest. Raises NotApproved."""
    if contribution.person_id is None:
        return None
    person = session().get(PersonRow, contribution.person_id)
    if person is None or not rights.is_member(person):
        raise NotApproved()
    return person


def _byline(contribution: Contribution) -> BylineRow:
    author = author_of(contribution)
    return bylines.of(author) if author else bylines.of_stranger(contribution.name, contribution.email)
