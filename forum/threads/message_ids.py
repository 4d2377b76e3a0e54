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


def for_post(post: PostRow, received: str | None, author_emails: Iterable[str]) -> str:
    """The id a post's mails carry: the received one if it can be kept, else one of ours; both find the post."""
    keeps = received is not None and _may_keep(received, author_emails)
    own = received if keeps and received else f"<p{post.id}.{secrets.token_hex(5)}@{site.config().mail_domain}>"
    session().add(MessageIdRow(message_id=own, post_id=post.id))
    if received and received != own and len(received) <= 998 and find_post_id((received,)) is None:
        session().add(MessageIdRow(message_id=received, post_id=post.id))
    return own


def _may_keep(received: str, author_emails: Iterable[str]) -> bool:
    """Not malformed, not over-long, not taken, and not giving the author's address away."""
    if len(received.encode()) > LONGEST_KEPT or not _WELL_FORMED.fullmatch(received):
        return False
    low = received.lower()
    return not any(email.lower() in low for email in author_emails) and find_post_id((received,)) is None


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
