"""Boards as a person types them on the command line: "finanzen.un", with or without domain."""

from __future__ import annotations

from forum.core import site
from forum.places import catalogue
from forum.places.boards import Board


def read(text: str) -> list[Board]:
    """Every board that an address names. Raises UnknownBoard with the nearest valid ones."""
    topics, regions = site.ports().addressing.read_board(text)
    known = catalogue.get()
    return [
        Board(known.topic(topic) if topic else None, known.region(region) if region else None)
        for topic in topics or ("",)
        for region in regions or ("",)
    ]


def read_all(texts: tuple[str, ...]) -> list[Board]:
    """The boards of several addresses, each once."""
    return list(dict.fromkeys(board for text in texts for board in read(text)))


def titles(found: list[Board]) -> str:
    """The boards for a line of output."""
    return ", ".join(board.title("en") for board in found)
