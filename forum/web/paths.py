"""Addresses inside this site that came from outside: only local paths are followed."""

from __future__ import annotations

from urllib.parse import urlsplit


def local_path(text: str | None) -> str | None:
    """`text` if it is a path of this site, else None; nothing that a browser could read as another host."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")) or len(text) > 2_000:
        return None
    if any(sign in text for sign in "\\\r\n\t") or not text.isprintable():
        return None
    parts = urlsplit(text)
    return text if not parts.scheme and not parts.netloc else None
