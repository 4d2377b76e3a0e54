"""A bare aiosmtpd that does so much before its 250: nothing, or one SQLite commit, alone or shared. Takes PORT MODE FOLDER."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

MODES = ("none", "full", "normal", "group-full", "group-normal")
"""Nothing · a commit per mail, synchronous FULL or NORMAL · one commit in a thread for all mails that wait meanwhile."""

_INSERT = "insert into m(sender, rcpts, body, at) values(?, ?, ?, ?)"
_Row = tuple[Any, ...]


class Nothing:
    """Says 250 at once."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Swallow."""
        return "250 OK"


class Alone:
    """One commit per mail."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Store, then 250; without a transaction open each statement is one."""
        self._database.execute(_INSERT, _row(envelope))
        return "250 OK"


class Together:
    """Mails that wait together share a commit."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._pending: list[tuple[_Row, asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Wait for the shared commit, then 250."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pending.append((_row(envelope), stored))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())
        await stored
        return "250 OK"

    async def _flush(self) -> None:
        while self._pending:
            batch, self._pending = self._pending, []
            await asyncio.to_thread(self._commit, [row for row, _ in batch])
            for _, stored in batch:
                stored.set_result(None)

    def _commit(self, rows: list[_Row]) -> None:
        self._database.execute("begin immediate")
        self._database.executemany(_INSERT, rows)
        self._database.execute("commit")


def _row(envelope: Envelope) -> _Row:
    return envelope.mail_from, json.dumps(envelope.rcpt_tos), envelope.content, time.time()


def _handler(mode: str, folder: Path) -> Nothing | Alone | Together:
    if mode == "none":
        return Nothing()
    database = sqlite3.connect(folder / f"smtpd-{mode}-{os.getpid()}.db", isolation_level=None, check_same_thread=False)
    database.execute("pragma journal_mode=wal")
    database.execute(f"pragma synchronous={mode.removeprefix('group-')}")
    database.execute("create table m(id integer primary key, sender text, rcpts text, body blob, at real)")
    return Together(database) if mode.startswith("group") else Alone(database)


async def _serve(port: int, handler: Nothing | Alone | Together) -> None:
    loop = asyncio.get_running_loop()
    await loop.create_server(lambda: SMTP(handler, hostname="bench", ident="bench"), "127.0.0.1", port, backlog=512)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), _handler(sys.argv[2], Path(sys.argv[3]))))
