"""The boards around a board: what it lies in, what lies in it, and what lies beside it."""

from __future__ import annotations

from dataclasses import dataclass

from forum.places import catalogue
from forum.places.boards import Board
from forum.places.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Around:
    """Links of a board's page; every one of them is a board whose address works by mail too."""

    broader: tuple[Board, ...]
    topics: tuple[Board, ...]
    regions: tuple[Board, ...]
    neighbours: tuple[Board, ...]


def of(board: Board) -> Around:
    """Everything one step away."""
    places = catalogue.get()
    region = board.region
    return Around(
        broader=_broader(board, places),
        topics=tuple(Board(sub, region) for sub in places.topic_children(board.topic.id if board.topic else None)),
        regions=tuple(Board(board.topic, part) for part in places.region_children(region.id)) if region else (),
        neighbours=tuple(Board(board.topic, next_to.region) for next_to in places.neighbours(region.id)) if region else (),
    )


def _broader(board: Board, places: Catalogue) -> tuple[Board, ...]:
    topic, region = board.topic, board.region
    found: list[Board] = []
    if topic and region:
        found += [Board(topic, None), Board(None, region)]
    if topic and topic.parent_id is not None:
        found.append(Board(places.topic_by_id(topic.parent_id), region))
    if region:
        found += [Board(topic, parent) for parent in places.region_parents(region.id)]
    return tuple(found)
