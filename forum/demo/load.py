"""Writes the demo into the store, through the ordinary services, with the clock set back to when things happened.

Second half of the demo, called by `ratspost up --demo` before the worker starts. Stands at the level of the doors: it may
use every slice, and commits itself. Posts get a past (`Draft.posted_at`), so nothing of it is mailed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from forum.core import clock
from forum.core.db import session, transaction
from forum.core.ports import Progress
from forum.demo import content
from forum.demo.values import ZONE, Content, Group, Person, Post, Thread
from forum.moderation import locks
from forum.people import bylines, groups, mandates
from forum.people import service as persons
from forum.people.models import PersonRow, RoleKind
from forum.places import boards, catalogue
from forum.places.models import Body
from forum.subscriptions import service as subscriptions
from forum.threads import files, placing
from forum.threads import service as threads
from forum.threads.draft import Draft, FileRef
from forum.threads.models import BodyFormat, PostRow, Source, ThreadRow

BEFORE_ALL_THREADS = dt.timedelta(days=7)
FORMATS = {"web": BodyFormat.MARKDOWN, "mail": BodyFormat.PLAIN}
TYPES = {
    ".pdf": "application/pdf",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".png": "image/png",
}

People = dict[str, PersonRow]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows were new; false if everything was there already."""

    people: int
    groups: int
    threads: int
    posts: int

    def __bool__(self) -> bool:
        return any((self.people, self.groups, self.threads, self.posts))


def fill(progress: Progress = lambda _done, _total: None, *, demo: Content | None = None) -> Counts:
    """Write what is not there yet, all or nothing; a second call changes nothing, not even what people changed. Commits."""
    demo = demo or content.read()
    today = clock.now().astimezone(ZONE).date()
    ordered = sorted(demo.threads, key=lambda thread: thread.moments(today))
    written = []
    with transaction():
        with clock.stopped_at(ordered[0].moments(today)[0] - BEFORE_ALL_THREADS):
            newcomers = _add_people(demo.people)
            people = {person.key: persons.get_by_email(person.email) for person in demo.people}
            _confirm_mandates(newcomers, people)
            new_groups = sum(_add_group(group, people) for group in demo.groups)
        for done, thread in enumerate(ordered, start=1):
            written.append(_add_thread(thread, today, people))
            progress(done, len(ordered))
    return Counts(len(newcomers), new_groups, sum(map(bool, written)), sum(written))


def _add_people(people: tuple[Person, ...]) -> list[Person]:
    """Add whoever is missing, and return them."""
    newcomers = [person for person in people if persons.find_by_email(person.email) is None]
    for person in newcomers:
        row = persons.add(person.name, person.email, locale=person.locale)
        mandates.set_competences(row, person.competences)
        if person.role != "member":
            persons.grant(row, RoleKind(person.role), [boards.get(board) for board in person.moderates])
        for board in person.follows:
            subscriptions.follow(row, boards.get(board))
        for held in person.mandates:
            mandates.add(row, held.kind, body=held.body, region=held.region, status=held.status)
    return newcomers


def _confirm_mandates(newcomers: list[Person], people: People) -> None:
    """Moderators vouch for the mandates of newcomers; afterwards, because they may be newcomers themselves."""
    for person in newcomers:
        for held, row in zip(person.mandates, people[person.key].mandates, strict=True):
            if held.confirmed_by:
                mandates.confirm(row, people[held.confirmed_by])


def _add_group(group: Group, people: People) -> bool:
    """Add a group that is missing."""
    if groups.find(group.slug) is not None:
        return False
    body_id = session().scalar(sa.select(Body.id).where(Body.slug == group.body)) if group.body else None
    region_id = catalogue.get().region(group.region).id if group.region else None
    row = groups.add(group.slug, group.name, body_id=body_id, region_id=region_id)
    for key in group.members:
        groups.join(row, people[key])
    return True


def _add_thread(thread: Thread, today: dt.date, people: People) -> int:
    """Add a thread that is missing, and return the number of its posts; a known one counts 0."""
    if session().scalar(sa.select(PostRow.id).where(PostRow.nonce == _nonce(thread, 1))) is not None:
        return 0
    place = placing.resolve(thread.topics, thread.regions, thread.group)
    rows: list[PostRow] = []
    for post, moment in zip(thread.posts, thread.moments(today), strict=True):
        with clock.stopped_at(moment):
            byline = bylines.of(people[post.author])
            draft = _draft(post, moment, _nonce(thread, len(rows) + 1))
            if post.reply_to is None:
                rows.append(threads.start(thread.title, place, byline, draft))
            else:
                rows.append(threads.reply(rows[post.reply_to - 1], byline, draft))
    if thread.lock_reason:
        with clock.stopped_at(rows[-1].posted_at):
            moderator = people[thread.posts[-1].author]
            locks.lock(session().get_one(ThreadRow, rows[0].thread_id), moderator, thread.lock_reason)
    return len(rows)


def _nonce(thread: Thread, number: int) -> str:
    """By this a post is known again, whatever became of its text."""
    return f"demo/{thread.key}/{number}"


def _draft(post: Post, moment: dt.datetime, nonce: str) -> Draft:
    return Draft(
        source=Source(post.source),
        body=post.body,
        body_format=FORMATS[post.source],
        files=tuple(_keep(path.name, path.suffix, path.read_bytes()) for path in post.attachments),
        posted_at=moment,
        nonce=nonce,
    )


def _keep(name: str, suffix: str, content: bytes) -> FileRef:
    return files.keep(name, TYPES[suffix], content)
