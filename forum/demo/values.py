"""What the demo consists of, as frozen values: `demo.content` reads them, `demo.checks` judges them, `demo.load` writes them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

EVENING = dt.time(20, 0)
ZONE = dt.timezone(dt.timedelta(hours=1))
"""The clock on the invented people's walls; a fixed offset, because Debian's python3 comes without time zone data."""


class BadContent(ValueError):
    """A file of the demo content is wrong; the sentence says which and why."""


@dataclass(frozen=True, slots=True)
class Mandate:
    """A seat; all but `confirmed_by` (key of a moderator or admin) are slugs of the places' tables."""

    kind: str
    region: str
    body: str | None = None
    status: str = "keine"
    confirmed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person; `moderates` and `follows` are boards as in an address: "finanzen.kreis-unna".

    A moderator names the boards, an admin needs none.
    """

    key: str
    name: str
    email: str
    locale: str = "de"
    role: str = "member"
    moderates: tuple[str, ...] = ()
    competences: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    mandates: tuple[Mandate, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A closed audience: whoever has a confirmed mandate in a body of a region, or a list of keys of people."""

    slug: str
    name: str
    description: str
    body: str | None = None
    region: str | None = None
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """One contribution, `hours_after` the one before it; `reply_to` is the number of the post it answers (None for the first)."""

    author: str
    hours_after: float
    source: str
    body: str
    reply_to: int | None
    attachments: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread with its posts in order; its file's name is its key. With a `lock_reason` the last author has locked it."""

    key: str
    title: str
    topics: tuple[str, ...]
    regions: tuple[str, ...]
    started_days_ago: int
    posts: tuple[Post, ...]
    started_at: dt.time = EVENING
    group: str | None = None
    lock_reason: str | None = None

    def moments(self, today: dt.date) -> tuple[dt.datetime, ...]:
        """When each post was made, seen from the given day; aware."""
        moment = dt.datetime.combine(today - dt.timedelta(days=self.started_days_ago), self.started_at, ZONE)
        made = []
        for post in self.posts:
            moment += dt.timedelta(hours=post.hours_after)
            made.append(moment)
        return tuple(made)


@dataclass(frozen=True, slots=True)
class Content:
    """Everything the demo shows."""

    people: tuple[Person, ...]
    groups: tuple[Group, ...]
    threads: tuple[Thread, ...]
