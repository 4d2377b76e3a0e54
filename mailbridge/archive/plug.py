"""The archive as `core.ports.Archive`, for `mailbridge.plugs`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from forum.core.ports import ImportReport, Progress
from forum.threads import placing
from mailbridge.archive import exporter
from mailbridge.archive.importer import Importer
from mailbridge.inbound import parse
from mailbridge.inbound.mail import ParsedMail
from mailbridge.inbound.pool import ParseFailed, Pool


class BridgeArchive:
    """mbox in and out; mails are parsed in child processes with limits."""

    def import_mbox(
        self, path: Path, topics: Sequence[str], regions: Sequence[str], group: str | None, progress: Progress
    ) -> ImportReport:
        """Import an archive into a board or a group, batch by batch. Raises OSError, UnknownBoard."""
        with Pool() as pool:

            def read(raw: bytes) -> ParsedMail:
                try:
                    return pool.read(raw)
                except ParseFailed as failed:
                    return parse.unread(raw, failed.code)

            return Importer(placing.resolve(topics, regions, group), read, progress).run(path)

    def export_mbox(self, post_ids: Iterable[int]) -> Iterator[bytes]:
        """One mboxrd entry for each of these posts, in this order."""
        return exporter.entries(post_ids)
