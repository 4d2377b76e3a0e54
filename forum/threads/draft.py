"""What a door hands over for a new post: plain frozen values, the same from browser, mail and archive."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum.threads.models import BodyFormat, Source

LONGEST_BODY = 200_000
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file whose bytes are already in the store (`files.keep`)."""

    filename: str
    mimetype: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A contribution before it has a place.

    `message_id` is the one it was received with, `content_key` identifies the mail (R20), `nonce` the form (R27);
    `posted_at` is set only by archive and demo, whose posts have a past.
    """

    source: Source
    body: str
    body_format: BodyFormat
    quoted: str = ""
    files: tuple[FileRef, ...] = ()
    message_id: str | None = None
    content_key: str | None = None
    claimed_at: dt.datetime | None = None
    posted_at: dt.datetime | None = None
    inbound_id: int | None = None
    nonce: str | None = None
