"""What stands in the mail of a post: its words in one language, and the files that travel with it.

Nothing is quoted and nothing is personal: every reader of a language gets the same body.
"""

from __future__ import annotations

from dataclasses import dataclass

from forum.core import markup, site
from forum.threads import files, lineage
from forum.threads.models import AttachmentRow, BodyFormat, PostRow, PostState, ThreadRow
from mailbridge import addresses
from mailbridge.outbound import headers, links, mime, wording


@dataclass(frozen=True, slots=True)
class Left:
    """A file that is too big to travel: readers fetch it."""

    filename: str
    size: int
    url: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The post that this one answers; `name` is "" once that one was withdrawn."""

    number: int
    name: str


def of(post: PostRow, thread: ThreadRow, locale: str) -> tuple[wording.Wording, list[mime.Part]]:
    """The words of a post's mail and its attachments, together at most RATSPOST_ATTACH octets."""
    travelling, left = _pack(post.attachments)
    domain = site.config().mail_domain
    facts = {
        "subject": headers.one_line(thread.subject),
        "group": thread.group.title if thread.group else "",
        "answered": _answered(post),
        "text": markup.markdown_to_text(post.body) if post.body_format is BodyFormat.MARKDOWN else post.body,
        "html": post.body_html,
        "left": left,
        "mark": f"Ratspost · Faden {thread.id}.{post.number}",
        "url": links.post(site.config().base_url, post.id),
        "mute": addresses.thread_command(thread.id, "stumm", domain),
        "leave": addresses.thread_command(thread.id, "ab", domain),
    }
    return wording.render("post", locale, facts), travelling


def _answered(post: PostRow) -> Answered | None:
    """Named only where it is not the post just before: without a quotation a reader could not tell."""
    parent = lineage.parent_of(post)
    if parent is None or parent.number == post.number - 1:
        return None
    return Answered(parent.number, parent.byline.name if parent.state is PostState.PUBLISHED else "")


def _pack(attachments: list[AttachmentRow]) -> tuple[list[mime.Part], list[Left]]:
    """In order, each file that still fits travels; the others become links."""
    room = site.config().attach
    parts: list[mime.Part] = []
    left: list[Left] = []
    for row in attachments:
        if row.blob.size <= room:
            room -= row.blob.size
            parts.append(mime.file_part(row.filename, row.mimetype, files.content(row.sha256)))
        else:
            url = links.attachment(site.config().base_url, row.id, row.filename)
            left.append(Left(headers.one_line(row.filename), row.blob.size, url))
    return parts, left
