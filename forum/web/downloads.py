"""Attachments: always a download, never shown inside the site (R86)."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from forum.core.refusals import NotFound
from forum.threads import access, files
from forum.web import filetypes
from forum.web.guards import member
from forum.web.viewer import viewer

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
pages = Blueprint("downloads", __name__)


@pages.get("/anhang/<int:attachment_id>/<path:filename>")
@member
def attachment(attachment_id: int, filename: str) -> AnyResponse:
    """The bytes of a file of a readable post; the name in the address is only a label."""
    found = access.get_attachment(viewer(), attachment_id)
    if filename != found.filename:
        return redirect(url_for("downloads.attachment", attachment_id=attachment_id, filename=found.filename))
    try:
        content = files.content(found.sha256)
    except KeyError:
        raise NotFound() from None
    response = Response(content, content_type=filetypes.of(found.filename))
    response.headers["Content-Disposition"] = disposition(found.filename)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def disposition(filename: str) -> str:
    """`attachment` with the name for old and new browsers (RFC 6266 §4.3, RFC 8187)."""
    plain = "".join(sign if sign.isascii() and sign.isprintable() and sign not in '"\\%' else "_" for sign in filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
