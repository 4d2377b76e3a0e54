"""Posts as mboxrd entries: valid mails that any mail program reads, with marks from which an import makes the same threads again.

Called by `ratspost export mbox` through `plug`. Members' addresses are not in it: From carries the board's address. Which posts
are exported is the caller's decision, and exporting is logged there.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from forum.core import site
from forum.places import catalogue
from forum.threads import export, files, placing
from forum.threads.models import PostRow, ThreadRow
from mailbridge import addresses
from mailbridge.archive import marks
from mailbridge.archive.marks import Marks
from mailbridge.archive.read_mbox import boxed
from mailbridge.outbound import headers, mime

AT_ONCE = 200
_ID = re.compile(r"<[!-;=?-~]{1,988}>")
"""What may stand in a header as it is; an id that somebody else's program made up may hold anything."""
_INEXPRESSIBLE = re.compile(r"message/[a-z0-9.+-]{1,60}")


def entries(post_ids: Iterable[int]) -> Iterator[bytes]:
    """One mboxrd entry for each post, in this order; ids that are no posts are passed over."""
    rest = iter(post_ids)
    while some := list(islice(rest, AT_ONCE)):
        found = export.with_surroundings(some)
        for post_id in some:
            if post_id in found:
                yield _entry(found[post_id])


def _entry(one: export.Surrounded) -> bytes:
    post, thread = one.post, one.post.thread
    address = _address(thread)
    line = f"From {address} {time.asctime(post.posted_at.utctimetuple())}\n"
    return line.encode("ascii") + boxed(_head(one, address) + _body(post)).rstrip(b"\n") + b"\n\n"


def _head(one: export.Surrounded, address: str) -> bytes:
    post, thread = one.post, one.post.thread
    missing = [message_id for message_id in one.awaited if _ID.fullmatch(message_id)]
    nearest = (*missing, *one.ancestors)[:1]
    references = [*reversed(one.ancestors), *reversed(missing)]
    subject = thread.subject if post.number == 1 else f"AW: {thread.subject}"
    return b"".join((
        headers.mailbox("From", headers.one_line(post.byline.name), address),
        headers.plain("To", addresses.thread(thread.id, site.config().mail_domain)),
        headers.text("Subject", headers.one_line(subject)),
        headers.date("Date", post.posted_at),
        headers.ids("Message-ID", [post.message_id]),
        headers.ids("In-Reply-To", nearest) if nearest else b"",
        headers.ids("References", references) if references else b"",
        marks.write(_marks(one), thread.id),
        b"MIME-Version: 1.0\r\n",
    ))  # fmt: skip


def _marks(one: export.Surrounded) -> Marks:
    post, thread, places = one.post, one.post.thread, catalogue.get()
    return Marks(
        number=post.number,
        thread=one.opening,
        title=thread.title,
        topics=tuple(places.topic_by_id(row.topic_id).slug for row in thread.topics),
        regions=tuple(places.region_by_id(row.region_id).slug for row in thread.regions),
        group=thread.group.slug if thread.group else None,
        mandate=post.byline.mandate,
        body_format=post.body_format,
        types=tuple((n, file.mimetype) for n, file in enumerate(post.attachments) if _INEXPRESSIBLE.fullmatch(file.mimetype)),
        written_lines=post.body.count("\n") + 1 if post.quoted else None,
    )


def _body(post: PostRow) -> bytes:
    text = f"{post.body}\n\n{post.quoted}" if post.quoted else post.body
    words = mime.text_part(text, "plain")
    # Not every program takes the ">" off again that an mbox puts before ">From "; encoded, the line needs none.
    words = replace(words, body=re.sub(rb"(?m)^>(?=>*From )", b"=3E", words.body))
    parts = [mime.file_part(file.filename, file.mimetype, files.content(file.sha256)) for file in post.attachments]
    return (mime.multipart("mixed", [words, *parts], post.message_id) if parts else words).as_bytes()


def _address(thread: ThreadRow) -> str:
    """The board of the thread, or the thread itself where that is too long or a group's."""
    domain = site.config().mail_domain
    board = placing.main_board(thread)
    try:
        slugs = [(part.slug,) if part else () for part in (board.topic, board.region)]
        return addresses.thread(thread.id, domain) if thread.group else addresses.board(slugs[0], slugs[1], domain)
    except ValueError:
        return addresses.thread(thread.id, domain)
