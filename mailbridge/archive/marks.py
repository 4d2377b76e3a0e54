"""What an exported mail carries beyond plain mail, so that an import gives the same thread again: fields named X-Ratspost-….

Written by `exporter`, read by `glance`. Other programs ignore them. They are believed as far as they can do no harm: they may
name boards and narrow the audience, never widen it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from forum.threads.models import BodyFormat
from mailbridge.inbound.mail import ParsedMail
from mailbridge.outbound import headers

_POST = re.compile(r"(\d{1,18})\.(\d{1,9})")
_TYPE = re.compile(r"\b(\d{1,3})=(message/[a-z0-9.+-]{1,60})(?: |$)")
_ID = re.compile(r"<[^<>\s]{1,990}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """`number` is the post's in its thread, `thread` the Message-ID of the opening post, `written_lines` how many lines of the
    text the author wrote (what follows was folded); `types` are (number of the file, media type) where mail cannot carry the type
    (RFC 2045 §6.4 forbids base64 for message/…). The rest as in the store."""

    number: int
    thread: str | None = None
    title: str = ""
    topics: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    group: str | None = None
    mandate: str = ""
    body_format: BodyFormat = BodyFormat.PLAIN
    written_lines: int | None = None
    types: tuple[tuple[int, str], ...] = ()


def read(mail: ParsedMail) -> Marks | None:
    """The marks of a mail; None for a mail that Ratspost did not export."""
    post = _POST.fullmatch(mail.header("x-ratspost-post") or "")
    if post is None:
        return None
    thread = mail.header("x-ratspost-thread") or ""
    lines = mail.header("x-ratspost-written-lines") or ""
    return Marks(
        number=int(post[2]),
        thread=thread if _ID.fullmatch(thread) else None,
        title=mail.header("x-ratspost-title") or "",
        topics=tuple((mail.header("x-ratspost-topics") or "").split()),
        regions=tuple((mail.header("x-ratspost-regions") or "").split()),
        group=mail.header("x-ratspost-group") or None,
        mandate=(mail.header("x-ratspost-mandate") or "")[:160],
        body_format=BodyFormat.MARKDOWN if mail.header("x-ratspost-format") == BodyFormat.MARKDOWN else BodyFormat.PLAIN,
        written_lines=int(lines) if lines.isdecimal() and len(lines) < 9 else None,
        types=tuple((int(number), kind) for number, kind in _TYPE.findall(mail.header("x-ratspost-types") or "")),
    )


def write(marks: Marks, thread_id: int) -> bytes:
    """The header fields of an exported mail."""
    return b"".join((
        headers.plain("X-Ratspost-Post", f"{thread_id}.{marks.number}"),
        headers.ids("X-Ratspost-Thread", [marks.thread]) if marks.thread else b"",
        headers.text("X-Ratspost-Title", headers.one_line(marks.title)) if marks.title else b"",
        _slugs("X-Ratspost-Topics", marks.topics),
        _slugs("X-Ratspost-Regions", marks.regions),
        _slugs("X-Ratspost-Group", (marks.group,) if marks.group else ()),
        headers.text("X-Ratspost-Mandate", headers.one_line(marks.mandate)) if marks.mandate else b"",
        headers.plain("X-Ratspost-Format", marks.body_format.value),
        headers.plain("X-Ratspost-Written-Lines", str(marks.written_lines)) if marks.written_lines is not None else b"",
        headers.plain("X-Ratspost-Types", " ".join(f"{number}={kind}" for number, kind in marks.types)) if marks.types else b"",
    ))  # fmt: skip


def _slugs(name: str, slugs: Iterable[str]) -> bytes:
    words = " ".join(slugs)
    return headers.plain(name, words) if words else b""
