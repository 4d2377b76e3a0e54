"""What must hold for the demo content: every key, slug and file leads somewhere, and nothing lies in the future.

Called by `demo.content.read` before anybody sees a value; each check raises BadContent with the place and one sentence.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from forum.demo.values import BadContent, Content, Group, Person, Post, Thread
from forum.places import dataset
from forum.places.facts import Dataset

LOCALES = ("de", "en")
ROLES = ("member", "moderator", "admin")
SOURCES = ("web", "mail")
MOST_TOPICS = 3


def hold_together(content: Content) -> None:
    """Raise BadContent for the first thing that is wrong."""
    places = dataset.read()
    people = {person.key: person for person in content.people}
    _once((person.key for person in content.people), "people.toml: the key")
    _once((person.email for person in content.people), "people.toml: the address")
    _once((group.slug for group in content.groups), "groups.toml: the slug")
    _once((thread.title for thread in content.threads), "threads: the title")
    _once((thread.posts[0].body for thread in content.threads if thread.posts), "threads: the opening post")
    for person in content.people:
        _check_person(person, people, places)
    for group in content.groups:
        _check_group(group, people, places)
    members = {group.slug: members_of(group, content) for group in content.groups}
    for thread in content.threads:
        _check_thread(thread, people, members, places)


def members_of(group: Group, content: Content) -> frozenset[str]:
    """The keys of everybody in a group: the list, or whoever has a confirmed mandate in the body."""
    holders = (
        person.key
        for person in content.people
        for mandate in person.mandates
        if group.body and mandate.confirmed_by and (mandate.body, mandate.region) == (group.body, group.region)
    )
    return frozenset((*group.members, *holders))


def _check_person(person: Person, people: dict[str, Person], places: Dataset) -> None:
    where = f"people.toml, {person.key}"
    _known(where, "locale", [person.locale], LOCALES)
    _known(where, "role", [person.role], ROLES)
    _known(where, "competence", person.competences, (fact.slug for fact in places.competences))
    for board in (*person.moderates, *person.follows):
        _check_board(where, board, places)
    if not person.email.endswith(".example"):
        raise BadContent(f"{where}: {person.email} is not under .example; nobody real may get our demo's mail.")
    if bool(person.moderates) != (person.role == "moderator"):
        raise BadContent(f"{where}: a moderator, and nobody else, names the boards that they moderate.")
    for mandate in person.mandates:
        _known(where, "kind of mandate", [mandate.kind], (fact.slug for fact in places.mandates))
        _known(where, "body", [mandate.body] if mandate.body else [], (fact.slug for fact in places.bodies))
        _known(where, "region", [mandate.region], _regions(places))
        _known(where, "status", [mandate.status], (fact.slug for fact in places.statuses))
        confirmers = (key for key, other in people.items() if other.role != "member")
        _known(where, "moderator", [mandate.confirmed_by] if mandate.confirmed_by else [], confirmers)


def _check_board(where: str, board: str, places: Dataset) -> None:
    """A topic, a region, or one of each."""
    parts = board.split(".")
    topics = [part for part in parts if part in _topics(places)]
    regions = [part for part in parts if part in _regions(places)]
    if len(topics) > 1 or len(regions) > 1 or len(topics) + len(regions) != len(parts):
        raise BadContent(f"{where}: {board} is no board.")


def _check_group(group: Group, people: dict[str, Person], places: Dataset) -> None:
    where = f"groups.toml, {group.slug}"
    if bool(group.members) == bool(group.body):
        raise BadContent(f"{where}: a group has members or a body, one of the two.")
    _known(where, "member", group.members, people)
    if group.body:
        _known(where, "body", [group.body], (fact.slug for fact in places.bodies))
        _known(where, "region", [group.region or ""], _regions(places))


def _check_thread(thread: Thread, people: dict[str, Person], members: dict[str, frozenset[str]], places: Dataset) -> None:
    where = f"threads/{thread.key}.toml"
    _known(where, "topic", thread.topics, _topics(places))
    _known(where, "region", thread.regions, _regions(places))
    if not 1 <= len(thread.topics) <= MOST_TOPICS or not thread.regions or not thread.posts:
        raise BadContent(f"{where}: a thread has one to {MOST_TOPICS} topics, at least one region and at least one post.")
    if thread.group is not None:
        _known(where, "group", [thread.group], members)
    for number, post in enumerate(thread.posts, start=1):
        _check_post(f"{where}, post {number}", post, number, people)
        if thread.group is not None and post.author not in members[thread.group]:
            raise BadContent(f"{where}, post {number}: {post.author} is not in the group {thread.group}.")
    if thread.lock_reason and people[thread.posts[-1].author].role == "member":
        raise BadContent(f"{where}: a locked thread ends with the post of whoever locked it, a moderator or admin.")
    # At whatever hour the demo is started: what has to be past is the first minute of that day.
    today = dt.date(2026, 1, 1)
    if thread.moments(today)[-1] >= dt.datetime.combine(today, dt.time.min, dt.UTC):
        raise BadContent(f"{where}: the last post would lie in the future; let the thread start earlier.")


def _check_post(where: str, post: Post, number: int, people: dict[str, Person]) -> None:
    _known(where, "author", [post.author], people)
    _known(where, "source", [post.source], SOURCES)
    if not post.body:
        raise BadContent(f"{where}: the body is empty.")
    if post.hours_after < 0 or (number > 1 and post.hours_after == 0):
        raise BadContent(f"{where}: hours_after must be more than 0.")
    if (post.reply_to is None) != (number == 1) or not 0 < (post.reply_to or 1) < max(number, 2):
        raise BadContent(f"{where}: reply_to must be the number of an earlier post.")
    for path in post.attachments:
        if not path.is_file():
            raise BadContent(f"{where}: the file {path.name} is missing.")


def _topics(places: Dataset) -> set[str]:
    return {topic.slug for topic in places.topics}


def _regions(places: Dataset) -> set[str]:
    return {region.slug for region in places.regions}


def _known(where: str, what: str, slugs: Iterable[str], known: Iterable[str]) -> None:
    unknown = set(slugs) - set(known)
    if unknown:
        raise BadContent(f"{where}: unknown {what} {', '.join(sorted(unknown))}.")


def _once(values: Iterable[str], what: str) -> None:
    twice = [value for value, times in Counter(values).items() if times > 1]
    if twice:
        raise BadContent(f"{what} {twice[0][:60]!r} is given twice.")
