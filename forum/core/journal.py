"""Facts: what happened, written in the transaction of the change itself.

A service records a fact; listeners that higher slices registered at start run at once, in the same transaction
(mailroom writes the letter, search indexes). Facts are plumbing and are pruned; people's history is the moderation log.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from forum.core import clock
from forum.core.db import Base, session


class FactRow(Base):
    """One recorded fact. `refs` holds the ids it is about."""

    __tablename__ = "fact"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(index=True)
    refs: Mapped[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Fact:
    """What a listener is told: a kind such as "post.published" and the ids it is about."""

    kind: str
    at: dt.datetime
    refs: dict[str, Any]


Listener = Callable[[Fact], None]
_listeners: dict[str, list[Listener]] = {}


def on(kind: str, listener: Listener) -> None:
    """Call `listener` for every fact of `kind`, inside the transaction that records it. Registering twice counts once."""
    known = _listeners.setdefault(kind, [])
    if listener not in known:
        known.append(listener)


def record(kind: str, **refs: Any) -> None:
    """Write a fact and tell its listeners; an exception in a listener undoes the whole change."""
    fact = Fact(kind, clock.now(), refs)
    session().add(FactRow(at=fact.at, kind=kind, refs=refs))
    for listener in _listeners.get(kind, ()):
        listener(fact)
