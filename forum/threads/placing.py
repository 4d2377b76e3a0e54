"""Where a thread stands: up to three topics, any regions, one audience."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forum.core.refusals import UnknownBoard
from forum.people import groups
from forum.places import catalogue
from forum.places.boards import Board
from forum.threads.models import ThreadRow

MOST_TOPICS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A thread's topics and regions (ids, main one first) and its group, or None for all members."""

    topic_ids: tuple[int, ...]
    region_ids: tuple[int, ...]
    group_id: int | None = None


def resolve(topics: Sequence[str], regions: Sequence[str], group: str | None = None) -> Place:
    """The place for these slugs: none named means `allgemein` and `nrw`; a fourth topic is dropped.

    Raises UnknownBoard for a slug that does not exist.
    """
    places = catalogue.get()
    topic_ids = tuple(dict.fromkeys(places.topic(slug).id for slug in topics))[:MOST_TOPICS]
    region_ids = tuple(dict.fromkeys(places.region(slug).id for slug in regions))
    found = groups.find(group) if group else None
    if group and found is None:
        raise UnknownBoard(board=f"gruppe-{group}", hint="")
    return Place(
        topic_ids or (places.default_topic.id,),
        region_ids or (places.root.id,),
        found.id if found else None,
    )


def main_board(thread: ThreadRow) -> Board:
    """Main topic and first region: the board in From, List-Id and the subject tag."""
    places = catalogue.get()
    return Board(places.topic_by_id(thread.topics[0].topic_id), places.region_by_id(thread.regions[0].region_id))


def boards(thread: ThreadRow) -> list[Board]:
    """Every pair of the thread's topics and regions, main one first."""
    return boards_of(Place(tuple(row.topic_id for row in thread.topics), tuple(row.region_id for row in thread.regions)))


def boards_of(place: Place) -> list[Board]:
    """Every pair of a place's topics and regions, main one first."""
    places = catalogue.get()
    return [
        Board(places.topic_by_id(topic), places.region_by_id(region)) for topic in place.topic_ids for region in place.region_ids
    ]
