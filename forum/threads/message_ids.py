"""Message-IDs: one for each post, for ever, and every other one it is known by (RFC 5322 §3.6.4, DESIGN §7)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

import sqlalchemy as sa

from forum.core import site
from forum.core.db import session
from forum.threads.models import MessageIdRow, PostRow

LONGEST_KEPT = 200
_WELL_FORMED = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9!#$%&'*+/=?^_`{|}~.:\[\]-]+>", re.ASCII)


def find_kept(received: str | None, author_emails: Iterable[str]) -> str | None:
    """The received id, if a post's mails can carry it: not malformed, over-long or taken, no address of the author in it."""
    if received is None or len(received.encode()) > LONGEST_KEPT or not _WELL_FORMED.fullmatch(received):
        return None
    low = received.lower()
    if any(email.lower() in low for email in author_emails) or find_post_id((received,)) is not None:
        return None
    return received


def of_our_own(post: PostRow) -> str:
    """A new id for a post that has its number: what the post's mails carry when the received id cannot be kept."""
    return f"<p{post.id}.{secrets.token_hex(5)}@{site.config().mail_domain}>"


def note(post: PostRow, received: str | None) -> None:
    """Let a post be found by its own id, and by the one it was received with."""
    session().add(MessageIdRow(message_id=post.message_id, post_id=post.id))
    if received and received != post.message_id and len(received) <= 998 and find_post_id((received,)) is None:
        session().add(MessageIdRow(message_id=received, post_id=post.id))


def find_post_id(message_ids: Iterable[str]) -> int | None:
    """The post known by the first of these ids that is known at all; ids carry their angle brackets."""
    wanted = list(message_ids)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), 500):
        rows = session().execute(
            sa.select(MessageIdRow.message_id, MessageIdRow.post_id).where(
                MessageIdRow.message_id.in_(wanted[start : start + 500])
            )
        )
        found.update(dict(rows.all()))
    return next((found[message_id] for message_id in wanted if message_id in found), None)
