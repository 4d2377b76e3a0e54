"""What one half of the house needs of the other, as Protocols; `forum.main` plugs the bridge in.

`forum.web` and `forum.cli` never import `mailbridge`: they ask `core.site.ports()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

Scope = Callable[[], AbstractContextManager[object]]
"""Opens an application context, in which `db.session` works; threads of the bridge and the worker run inside one."""

Progress = Callable[[int, int], None]
"""Told (done, total) while something long runs."""


class Addressing(Protocol):
    """Writes and reads the addresses of boards and threads (DESIGN §4); all answers are `local@domain`."""

    def board(self, topics: Sequence[str], regions: Sequence[str]) -> str: ...

    def thread(self, thread_id: int) -> str: ...

    def group(self, slug: str) -> str: ...

    def read_board(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Topic and region slugs of what a person typed ("finanzen.un", with or without domain).

        Raises UnknownBoard with the nearest valid ones.
        """
        ...


class Files(Protocol):
    """What both doors ask of a file before they take it, so that a form and a mail are treated alike."""

    def label(self, name: str, mimetype: str, number: int) -> str:
        """A harmless file name (R85)."""
        ...

    def is_welcome(self, filename: str, mimetype: str, content: bytes) -> bool:
        """False for what waits for a moderator: programs, macros, disguises (R88)."""
        ...


class Originals(Protocol):
    """Reads a kept mail again, for whoever wants to see the whole of what was written."""

    def text(self, raw: bytes) -> str:
        """All of the mail's text, quotations included, with tokens removed and addresses masked (DESIGN §5)."""
        ...


@dataclass(frozen=True, slots=True)
class LocalMail:
    """A mail in a local post box, as the demo's reader shows it."""

    key: str
    subject: str
    sender: str
    to: str
    date: str
    text: str
    reply_to: str
    message_id: str
    attachments: tuple[str, ...] = ()
    seen: bool = False


class PostBoxes(Protocol):
    """The demo's local post boxes (Maildirs) and answering from them by real SMTP."""

    def owners(self) -> list[str]: ...

    def mails(self, owner: str) -> list[LocalMail]: ...

    def mail(self, owner: str, key: str) -> LocalMail:
        """Raises Refused NotFound."""
        ...

    def answer(self, owner: str, key: str, text: str) -> str:
        """Send an answer by SMTP; returns the server's last reply line. Raises Refused with its sentence on a 5xx."""
        ...

    def write(self, owner: str, to: str, subject: str, text: str) -> str: ...


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an archive import did, in mails; `broken` are (number in the archive, why). `threads` are new ones.

    `files` counts attachments of types that are not passed on, by mail neither.
    """

    read: int
    added: int
    known: int
    broken: tuple[tuple[int, str], ...]
    threads: int
    files: int = 0


class Archive(Protocol):
    """mbox in and out."""

    def import_mbox(
        self, path: Path, topics: Sequence[str], regions: Sequence[str], group: str | None, progress: Progress
    ) -> ImportReport:
        """Import an archive; it commits batch by batch, so a second try goes on where the first one ended. Raises OSError."""
        ...

    def export_mbox(self, post_ids: Iterable[int]) -> Iterator[bytes]:
        """One mboxrd entry for each of these posts, in this order."""
        ...


class Inbound(Protocol):
    """The worker's inbound step on demand."""

    def process(self, inbound_id: int) -> str:
        """Work one ledger row now; returns its state."""
        ...


class Servers(Protocol):
    """The long-running parts; each runs until `stop` is set."""

    def bridge(self) -> Runner: ...

    def worker(self) -> Runner: ...


class Runner(Protocol):
    """A part that runs in its own thread(s)."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """All plugs together. `postboxes` is None outside the demo."""

    addressing: Addressing
    files: Files
    originals: Originals
    archive: Archive
    inbound: Inbound
    servers: Servers
    postboxes: PostBoxes | None = None
