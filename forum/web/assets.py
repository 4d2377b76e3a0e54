"""Our own style sheet, wordmark and icons: the only files a page loads. Few and small, so they are served from memory."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response

from forum.core.refusals import NotFound
from forum.web.guards import public

FOLDER = Path(__file__).parent.parent / "static"
TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
A_YEAR = 31_536_000
pages = Blueprint("assets", __name__)


@pages.get("/static/<name>")
@public
def file(name: str) -> Response:
    """A static file; its address carries a digest, so a browser may keep it for a year."""
    content = contents().get(name)
    if content is None:
        raise NotFound()
    response = Response(content, content_type=TYPES[Path(name).suffix])
    response.cache_control.public, response.cache_control.max_age, response.cache_control.immutable = True, A_YEAR, True
    return response


@cache
def contents() -> dict[str, bytes]:
    """Every static file by its name."""
    return {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.suffix in TYPES}


@cache
def digest(name: str) -> str:
    """A short word that changes with the file's content."""
    return hashlib.sha256(contents()[name]).hexdigest()[:10]
