"""The files of a mail: which are kept with the post, which are not passed on, and which are logos that come with every answer."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

import sqlalchemy as sa

from forum.core.db import session
from forum.moderation.contribution import LeftOut
from forum.people.models import PersonRow
from forum.threads import files
from forum.threads.draft import FileRef
from forum.threads.models import AttachmentRow, PostRow
from mailbridge.inbound import enclosures
from mailbridge.inbound.mail import Enclosure, ParsedMail

LARGEST_LOGO = 100_000  # octets
# image001.png (Outlook, Exchange), ATT00001.png (Exchange), Outlook-ab12cd.png (its web mail), anhang-1.png (none, by us)
_LOGO_NAME = re.compile(r"(?i)(?:image\d{3}|att\d{5}|outlook-\w{1,20}|anhang-\d+|\w*logo[\w -]*|\w*signatur[\w -]*)\.\w{3,4}")


@dataclass(frozen=True, slots=True)
class Filed:
    """What is attached, and which files are not passed on, and why (the author is told)."""

    kept: tuple[FileRef, ...]
    refused: tuple[LeftOut, ...]


def file(mail: ParsedMail, author: PersonRow | None, thread_id: int | None) -> Filed:
    """Keep the welcome files; an image shown in the text that this thread or this author brought before is not kept again."""
    kept, refused = [], []
    for enclosure in mail.enclosures:
        reason = enclosures.verdict(enclosure).reason
        if reason is not None:
            refused.append(LeftOut(enclosure.filename, reason))
        elif not _is_shown_again(enclosure, author, thread_id):
            kept.append(files.keep(enclosure.filename, enclosure.mimetype, enclosure.content))
    return Filed(tuple(kept), tuple(refused))


def names(mail: ParsedMail) -> tuple[str, ...]:
    """The names of the files that came with a mail, without the small images of a signature or a quotation."""
    return tuple(one.filename for one in mail.enclosures if not _stands_in_the_text(one))


def _stands_in_the_text(enclosure: Enclosure) -> bool:
    if not enclosure.mimetype.startswith("image/") or len(enclosure.content) > LARGEST_LOGO:
        return False
    return enclosure.content_id is not None or _LOGO_NAME.fullmatch(enclosure.filename) is not None


def _looks_like_a_logo(enclosure: Enclosure) -> bool:
    """Small, and shown in the text or named by a client: gateways and plain-text answers take the Content-ID away.

    A photo is larger, and what a person attaches has a name of its own.
    """
    small = len(enclosure.content) <= LARGEST_LOGO
    return small and (enclosure.inline or _LOGO_NAME.fullmatch(enclosure.filename) is not None)


def _is_shown_again(enclosure: Enclosure, author: PersonRow | None, thread_id: int | None) -> bool:
    """Outlook, Apple Mail and GroupWise send a signature's and a quotation's images along with every answer."""
    if not enclosure.mimetype.startswith("image/") or not (enclosure.content_id is not None or _looks_like_a_logo(enclosure)):
        return False
    digest = hashlib.sha256(enclosure.content).hexdigest()
    near = [PostRow.thread_id == thread_id] if thread_id is not None else []
    near += [PostRow.person_id == author.id] if author is not None else []
    if not near:
        return False
    query = sa.select(AttachmentRow.id).join(PostRow, PostRow.id == AttachmentRow.post_id)
    return session().scalar(query.where(AttachmentRow.sha256 == digest, sa.or_(*near)).limit(1)) is not None
