"""Open doors over a fresh store with Anne, Birol and Carla in it, and what they kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from forum.mailroom.models import LedgerRow
from mailbridge import known_names
from mailbridge.inbound.server import Doors
from mailbridge.inbound.spool import Spool
from tests.cast import Cast
from tests.mailbridge.inbound.wires import Wire


@pytest.fixture
def doors(app: Flask, people: Cast) -> Iterator[Doors]:
    """SMTP, and LMTP where the settings say so, on free ports."""
    doors = Doors(app.config["RATSPOST"], app.app_context, known_names.current, Spool(app.app_context, threading.Event()))
    doors.start()
    yield doors
    if not doors.stopped:
        doors.stop()


@pytest.fixture
def wire(doors: Doors) -> Iterator[Wire]:
    """A session that has said EHLO."""
    with Wire(doors.ports["smtp"]) as wire:
        yield wire.greet()


@pytest.fixture
def kept(store: Session) -> Callable[[], list[LedgerRow]]:
    """Asks which mails are in the ledger."""

    def rows() -> list[LedgerRow]:
        store.rollback()
        return list(store.scalars(sa.select(LedgerRow).order_by(LedgerRow.id)))

    return rows
