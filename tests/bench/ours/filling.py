"""`python -m tests.bench.ours.filling`: everybody follows the board; or many old posts, straight in the store."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Any

import sqlalchemy as sa

from forum.core import clock
from forum.core.db import session, transaction
from forum.mailroom.models import InboundState, LedgerRow, LetterRow
from forum.main import build_from
from forum.people.models import BylineRow, PersonRow
from forum.places import catalogue
from forum.subscriptions.models import FollowRow, Mode
from forum.threads.models import (
    BodyFormat,
    MessageIdRow,
    PostRow,
    PostState,
    Source,
    ThreadRegionRow,
    ThreadRow,
    ThreadState,
    ThreadTopicRow,
)
from tests.bench.ours.house import CROWD

_PIECE, _EACH = 10_000, 10
_TEXT = "Der Haushalt der Gemeinde wird in der kommenden Sitzung beraten; die Unterlagen liegen im Rathaus aus. " * 10


def follow() -> None:
    """Everybody follows CROWD, every post at once."""
    topic = catalogue.get().topic(CROWD.partition("@")[0])
    with transaction():
        people = list(session().scalars(sa.select(PersonRow.id)))
        same = {"topic_id": topic.id, "region_id": None, "mode": Mode.EACH, "created_at": clock.now()}
        rows = [{"person_id": one, **same} for one in people]
        session().execute(sa.insert(FollowRow), rows)
    print(len(rows))


def posts(count: int) -> None:
    """So many old posts by the first person on CROWD, ten to a thread, with mail, Message-ID and letter, long sent."""
    topic = catalogue.get().topic(CROWD.partition("@")[0])
    region = catalogue.get().region("nrw")
    old = clock.now() - dt.timedelta(days=400)
    with transaction():
        byline = BylineRow(person_id=1, name=f"Mitglied 0, {count}", email="m00000@member.example.invalid")
        session().add(byline)
        session().flush()
        byline_id = byline.id
        first = (session().scalar(sa.select(sa.func.max(ThreadRow.id))) or 0) + 1
        start = (session().scalar(sa.select(sa.func.max(PostRow.id))) or 0) + 1
    for begin in range(0, count, _PIECE):
        numbers = range(start + begin, start + min(count, begin + _PIECE))
        threads = range(first + begin // _EACH, first + (begin + len(numbers)) // _EACH)
        with transaction():
            _threads(threads, topic.id, region.id, old)
            _posts(numbers, start, first, byline_id, old)
    print(count)


def _threads(numbers: range, topic_id: int, region_id: int, old: dt.datetime) -> None:
    title = {"title": "Haushalt", "subject": "Haushalt", "started_at": old, "last_post_at": old, "post_count": _EACH}
    insert = session().execute
    insert(sa.insert(ThreadRow), [{"id": number, "state": ThreadState.OPEN, "lock_reason": "", **title} for number in numbers])
    insert(sa.insert(ThreadTopicRow), [{"thread_id": number, "topic_id": topic_id, "position": 0} for number in numbers])
    insert(sa.insert(ThreadRegionRow), [{"thread_id": number, "region_id": region_id, "position": 0} for number in numbers])


def _posts(numbers: range, start: int, first: int, byline_id: int, old: dt.datetime) -> None:
    insert = session().execute
    words = {number: f"<alt{number}@member.example.invalid>" for number in numbers}
    thread = {number: first + (number - start) // _EACH for number in numbers}
    same: dict[str, Any] = {
        "byline_id": byline_id, "person_id": 1, "state": PostState.PUBLISHED, "source": Source.MAIL, "posted_at": old,
        "body_format": BodyFormat.PLAIN, "body": _TEXT, "body_html": f"<p>{_TEXT}</p>", "quoted": "",
    }  # fmt: skip
    rows = [
        {"id": number, "thread_id": thread[number], "number": (number - start) % _EACH + 1, "message_id": words[number],
         "content_key": f"old{number}", **same}
        for number in numbers
    ]  # fmt: skip
    insert(sa.insert(PostRow), rows)
    insert(sa.insert(MessageIdRow), [{"message_id": words[number], "post_id": number} for number in numbers])
    sent: dict[str, Any] = {"kind": "post", "facts": {}, "written_at": old, "due_at": old, "fanned_out_at": old}
    insert(
        sa.insert(LetterRow),
        [{"message_id": words[number], "post_id": number, "thread_id": thread[number], **sent} for number in numbers],
    )
    kept: dict[str, Any] = {
        "received_at": old, "raw": _TEXT.encode(), "size": len(_TEXT), "envelope_from": "", "envelope_to": [CROWD],
        "peer": "127.0.0.1", "state": InboundState.POSTED, "outcome": "posted", "next_try_at": old, "settled_at": old,
    }  # fmt: skip
    insert(
        sa.insert(LedgerRow),
        [
            {"sha256": f"{number:064d}", "content_key": f"old{number}", "post_id": number, "message_id": words[number], **kept}
            for number in numbers
        ],
    )


def main(words: list[str]) -> int:
    """Do what the words say."""
    with build_from().app_context():
        match words:
            case ["follow"]:
                follow()
            case ["posts", count]:
                posts(int(count))
            case _:
                return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
