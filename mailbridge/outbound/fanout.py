"""Fan-out: a letter that is due becomes one delivery for each person who is to get it. After the grace time, before deliver."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from forum.core import crash_points as crash
from forum.core.db import session, transaction
from forum.mailroom import deliveries, letters
from forum.mailroom.models import LetterRow
from forum.subscriptions import recipients
from forum.threads.models import PostRow


def step() -> bool:
    """Fan the oldest due letter out, in one transaction; False when none is due."""
    with transaction():
        letter = letters.next_due()
        if letter is None:
            return False
        deliveries.create(letter, _copies(letter))
        crash.here("before-fanout-commit")
    crash.here("after-fanout-commit")
    return True


def _copies(letter: LetterRow) -> Iterable[tuple[int, Sequence[str]]]:
    """(person id, why) of each copy; nobody for a post that was withdrawn in its grace time."""
    if not letters.is_still_wanted(letter):
        return []
    if letter.person_id is not None:
        return [(letter.person_id, (letter.kind,))]
    if letter.post_id is None:
        return []
    post = session().get_one(PostRow, letter.post_id)
    return [(found.person_id, found.why) for found in recipients.of(post)]
