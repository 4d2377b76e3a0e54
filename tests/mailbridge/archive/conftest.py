"""Archives made in a test: `letter` writes a mail, `mbox` an archive of several, `bring` imports one into the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from forum.core.db import session
from forum.core.ports import ImportReport
from forum.threads import placing
from mailbridge.archive.importer import Importer
from mailbridge.archive.read_mbox import boxed
from mailbridge.inbound import parse

Bring = Callable[..., ImportReport]


def letter(name: str, *, day: int = 1, answers: str = "", refs: Sequence[str] = (), text: str = "", fields: str = "") -> bytes:
    """A mail with the Message-ID <name@alt.example>, by Anne, about "Hebesätze"; `refs` from the root down, as in References."""
    lines = [
        "From: Anne Muster <anne@rat.example>",
        "To: liste@alt.example",
        f"Subject: {'Re: ' if answers or refs else ''}=?utf-8?q?Hebes=C3=A4tze?=",
        f"Date: {day:02} Sep 2024 10:00:00 +0200",
        f"Message-ID: <{name}@alt.example>",
        *([f"In-Reply-To: <{answers}@alt.example>"] if answers else []),
        *([f"References: {' '.join(f'<{ref}@alt.example>' for ref in refs)}"] if refs else []),
        *([fields] if fields else []),
        "Content-Type: text/plain; charset=utf-8",
        "",
        text or f"Das ist {name}.",
        "",
    ]
    return "\r\n".join(lines).encode()


def mbox(folder: Path, *mails: bytes, name: str = "archive.mbox") -> Path:
    """An mboxrd file of these mails."""
    path = folder / name
    path.write_bytes(b"".join(b"From liste@alt.example Mon Sep  2 10:00:00 2024\n" + boxed(mail) + b"\n" for mail in mails))
    return path


@pytest.fixture
def bring(store: Session, tmp_path: Path) -> Bring:
    """Import mails, or an archive that is there already, onto the board finanzen.bottrop."""

    def import_(*mails: bytes | Path) -> ImportReport:
        archive = mails[0] if isinstance(mails[0], Path) else mbox(tmp_path, *(mail for mail in mails if isinstance(mail, bytes)))
        place = placing.resolve(["finanzen"], ["bottrop"])
        session().rollback()
        return Importer(place, parse.read, lambda _done, _total: None).run(archive)

    return import_
