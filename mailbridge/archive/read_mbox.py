"""Where an archive's mails lie: an mbox, a Maildir, a folder of mails or one mail. First step of an import; streams.

An mbox is read as mboxrd (RFC 4155 tells of the family): a line "From …" with a date begins a mail, ">From " in a body loses
one ">". Programs that do not escape at all are met half-way: a sentence that begins with "From " begins no mail, because no
header field follows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

LARGEST = 100_000_000  # bytes of one mail; what is larger is not read into memory
_DATED = re.compile(rb"^From .*(?:\d{1,2}:\d{2}|\b(?:19|20)\d{2}\b)")
_STRICT = re.compile(rb"^From \S*(?: at \S+)? +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} +\d")
_FIELD = re.compile(rb"^[!-9;-~]{1,80}[ \t]*:")
_ESCAPED = re.compile(rb"^>(>*From )", re.M)


@dataclass(frozen=True, slots=True)
class Place:
    """One mail of an archive: bytes `start` to `end` of a file; `number` counts the archive's mails from 1."""

    path: Path
    start: int
    end: int
    number: int
    boxed: bool

    @property
    def size(self) -> int:
        """Bytes."""
        return self.end - self.start

    def read(self) -> bytes:
        """The mail as it was before it was put into the archive, without its "From " line. Raises ValueError if too large."""
        if self.size > LARGEST:
            raise ValueError("the mail is larger than 100 MB")
        with self.path.open("rb") as file:
            file.seek(self.start)
            content = file.read(self.size)
        return unboxed(content) if self.boxed else content

    def from_line(self) -> bytes:
        """The mbox line that begins this mail, b"" if it has none."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            line = file.readline(1_000)
        return line.rstrip(b"\r\n") if self.boxed and line.startswith(b"From ") else b""


def places(archive: Path) -> Iterator[Place]:
    """Every mail of an archive, in its order. Raises OSError if it cannot be read."""
    number = 0
    for path in _files(archive):
        for start, end, boxed in _spans(path):
            number += 1
            yield Place(path, start, end, number, boxed)


def total_size(archive: Path) -> int:
    """Bytes of all files of an archive, for the progress bar."""
    return sum(path.stat().st_size for path in _files(archive))


def unboxed(content: bytes) -> bytes:
    """A mail out of an mbox: "From " line off, one ">" off each ">From " line, the blank line before the next mail off."""
    if content.startswith(b"From "):
        content = content[content.find(b"\n") + 1 :] if b"\n" in content else b""
    if content.endswith((b"\n\n", b"\n\r\n")):
        content = content[: -2 if content.endswith(b"\n\r\n") else -1]
    return _ESCAPED.sub(rb"\1", content)


def boxed(content: bytes) -> bytes:
    """The body of an mboxrd entry: LF line ends, ">" before each line that begins with any number of ">" and "From "."""
    return re.sub(rb"(?m)^(>*From )", rb">\1", content.replace(b"\r\n", b"\n"))


def _files(archive: Path) -> Iterator[Path]:
    if not archive.is_dir():
        yield archive
        return
    maildir = [archive / name for name in ("cur", "new") if (archive / name).is_dir()]
    for folder in maildir or [archive]:
        yield from sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))


def _spans(path: Path) -> Iterator[tuple[int, int, bool]]:
    """(start, end, is an mbox entry) of each mail in a file."""
    with path.open("rb") as file:
        begins = list(_begins(file))
        end = file.seek(0, 2)
    if not begins:
        if end:
            yield 0, end, False
        return
    for start, stop in zip(begins, [*begins[1:], end], strict=True):
        yield start, stop, True


def _begins(file: BinaryIO) -> Iterator[int]:
    """Where mails begin in an mbox; nothing for a file that is none. One pass, a line in memory at a time."""
    position, after_blank, candidate = 0, True, None
    started = False
    for line in iter(lambda: file.readline(1_000_000), b""):
        if candidate is not None and (_FIELD.match(line) or line.startswith(b">From ") or not started):
            started = True
            yield candidate
        candidate = None
        if line.startswith(b"From ") and ((after_blank and (_DATED.match(line) or not started)) or _STRICT.match(line)):
            candidate = position
        elif not started and line.strip():
            return
        after_blank = not line.strip()
        position += len(line)
    if candidate is not None:
        yield candidate
