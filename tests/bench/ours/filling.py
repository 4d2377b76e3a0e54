"""`python -m tests.bench.ours.filling`: everybody follows the board; or many old posts, straight in the store."""

from __future__ import annotations

import sys

import sqlalchemy as sa

from forum.core import clock
from forum.core.db import session, transaction
from forum.main import build_from
from forum.people.models import PersonRow
from forum.places import catalogue
from forum.subscriptions.models import FollowRow, Mode
from tests.bench.ours.house import CROWD


def follow() -> None:
    """Everybody follows CROWD, every post at once."""
    topic = catalogue.get().topic(CROWD.partition("@")[0])
    with transaction():
        people = list(session().scalars(sa.select(PersonRow.id)))
        same = {"topic_id": topic.id, "region_id": None, "mode": Mode.EACH, "created_at": clock.now()}
        rows = [{"person_id": one, **same} for one in people]
        session().execute(sa.insert(FollowRow), rows)
    print(len(rows))


def main(words: list[str]) -> int:
    """Do what the words say."""
    with build_from().app_context():
        match words:
            case ["follow"]:
                follow()
            case _:
                return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
