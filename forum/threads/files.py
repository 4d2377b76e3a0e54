"""Bytes of attachments: kept once by their hash, read by whoever may read the post."""

from __future__ import annotations

import hashlib

from forum.core.db import session
from forum.threads.draft import FileRef
from forum.threads.models import BlobRow


def keep(filename: str, mimetype: str, content: bytes) -> FileRef:
    """Store `content` unless the store has it already, and return the reference a draft carries."""
    digest = hashlib.sha256(content).hexdigest()
    if session().get(BlobRow, digest) is None:
        session().add(BlobRow(sha256=digest, size=len(content), content=content))
        session().flush()
    return FileRef(filename=filename, mimetype=mimetype, sha256=digest)


def content(sha256: str) -> bytes:
    """The bytes of a blob; raises KeyError when the store does not have it."""
    blob = session().get(BlobRow, sha256)
    if blob is None:
        raise KeyError(sha256)
    return blob.content
