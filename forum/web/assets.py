"""Our own style sheet, wordmark and icons: the only files a page loads."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, send_from_directory
from werkzeug.wrappers import Response

from forum.web.guards import public

FOLDER = Path(__file__).parent.parent / "static"
pages = Blueprint("assets", __name__)


@pages.get("/static/<path:name>")
@public
def file(name: str) -> Response:
    """A static file; its address carries a digest, so a browser may keep it."""
    return send_from_directory(FOLDER, name, max_age=31_536_000)


@cache
def digest(name: str) -> str:
    """A short word that changes with the file's content."""
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:10]
