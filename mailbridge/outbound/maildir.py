"""Maildirs: one folder for each recipient that any mail program reads. Written by the transport, read by the demo's post boxes.

No fsync: this is the demo's relay and a developer's eye, not a store of record.
"""

from __future__ import annotations

import itertools
import os
import secrets
from pathlib import Path
from urllib.parse import quote, unquote

from forum.core import clock

_numbers = itertools.count(1)


def box_of(folder: Path, address: str) -> Path:
    """The Maildir of an address below `folder`; signs that a path would read otherwise are escaped."""
    name = quote(address, safe="@+-_.=")
    return folder / (f"%2E{name[1:]}" if name.startswith(".") else name)


def owners(folder: Path) -> list[str]:
    """The addresses that have a Maildir below `folder`, sorted."""
    if not folder.is_dir():
        return []
    return sorted(unquote(box.name) for box in folder.iterdir() if (box / "new").is_dir())


def put(folder: Path, sender: str, recipient: str, message: bytes) -> Path:
    """Deliver a mail, with Return-Path and Delivered-To on top as the last server adds them (RFC 5321 §4.4). Raises OSError."""
    box = box_of(folder, recipient)
    for part in ("tmp", "new", "cur"):
        (box / part).mkdir(parents=True, exist_ok=True)
    name = f"{int(clock.now().timestamp())}.M{next(_numbers)}P{os.getpid()}R{secrets.token_hex(4)}.ratspost"
    added = f"Return-Path: <{sender}>\nDelivered-To: {recipient}\n".encode()
    (box / "tmp" / name).write_bytes(added + message.replace(b"\r\n", b"\n"))
    return (box / "tmp" / name).rename(box / "new" / name)
