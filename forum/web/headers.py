"""The headers of every answer: nothing foreign is loaded, nothing is sniffed, framed, or kept by a proxy (R81, R100)."""

from __future__ import annotations

from flask import Flask, Response, request

CONTENT_SECURITY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def install(app: Flask) -> None:
    """Set them after each request."""
    app.after_request(secure)


def secure(response: Response) -> Response:
    """A view may be stricter, never laxer: what it set itself stays."""
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.endpoint != "assets.file":
        response.headers["Cache-Control"] = "private, no-cache"
    return response
