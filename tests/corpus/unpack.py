"""From an archive to a folder of mails: keeps and counts what the source wants. Nothing of an archive is ever run or linked."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from tests.corpus.sources import Kind, Take

# The year keeps a sentence that begins with "From " from being taken for the line between two mails.
_BETWEEN = re.compile(rb"(?:\A|\n)(?=From [^\n]*\d{4}[^\n]*\n)")


@dataclass(frozen=True, slots=True)
class Count:
    """How much a corpus holds: mails, HTML bodies, other files."""

    messages: int = 0
    html: int = 0
    aux: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.messages + other.messages, self.html + other.html, self.aux + other.aux)

    def plus(self, kind: Kind, content: bytes) -> Count:
        """The count with one more file of this kind."""
        match kind:
            case "each":
                return replace(self, messages=self.messages + 1)
            case "mbox":
                return replace(self, messages=self.messages + len(split_mbox(content)))
            case "html":
                return replace(self, html=self.html + 1)
            case "aux":
                return replace(self, aux=self.aux + 1)


def split_mbox(content: bytes) -> list[bytes]:
    """The mails of an mbox, each with its `From ` line."""
    return [mail for mail in _BETWEEN.split(content) if mail.strip()]


def keep_archive(archive: Path, takes: tuple[Take, ...], folder: Path) -> Count:
    """Write the wanted files of a tar archive below `folder`, by kind; raises tarfile.TarError if it is none."""
    with tarfile.open(archive) as opened:
        return _keep(((name, content) for name, content in _members(opened)), takes, folder, without_top=True)


def keep_folder(source: Path, takes: tuple[Take, ...], folder: Path) -> Count:
    """The same for the files that lie directly in a folder."""
    found = sorted(path for path in source.iterdir() if path.is_file()) if source.is_dir() else []
    return _keep(((path.name, path.read_bytes()) for path in found), takes, folder, without_top=False)


def _keep(files: Iterator[tuple[str, bytes]], takes: tuple[Take, ...], folder: Path, *, without_top: bool) -> Count:
    count = Count()
    for name, content in files:
        kind = _kind("/" + name, takes)
        if kind is not None:
            target = folder / kind / _inside(name, without_top=without_top)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            count = count.plus(kind, content)
    return count


def _members(opened: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for member in opened:
        stream = opened.extractfile(member) if member.isfile() else None
        if stream is not None:
            yield member.name, stream.read()


def _kind(path: str, takes: tuple[Take, ...]) -> Kind | None:
    return next((take.kind for take in takes if take.path.search(path)), None)


def _inside(name: str, *, without_top: bool) -> PurePosixPath:
    """The path below the folder of the package; nothing in it can lead out of there."""
    parts = [part for part in PurePosixPath(name).parts if part not in ("/", "..", ".")]
    return PurePosixPath(*(parts[1:] if without_top and len(parts) > 1 else parts))
