"""`python -m tests.faults.furnish`: fill the store that the environment names: one author, and readers who follow the board."""

from __future__ import annotations

from forum.core import migrate
from forum.core.db import db, transaction
from forum.main import build_from
from forum.people import service
from forum.places import seed
from forum.places.boards import Board
from forum.places.catalogue import get as places
from forum.subscriptions import service as subscriptions
from forum.subscriptions.models import Mode
from tests.faults.house import AUTHOR, READERS


def furnish() -> None:
    """Make the store and the people."""
    with build_from().app_context():
        migrate.upgrade(db.engine)
        with transaction():
            seed.load()
        with transaction():
            service.add("Autorin Probe", AUTHOR)
            board = Board(places().topic("finanzen"), places().region("bottrop"))
            for reader in READERS:
                person = service.add(reader.partition("@")[0].title(), reader)
                subscriptions.follow(person, board, Mode.EACH)


if __name__ == "__main__":
    furnish()
