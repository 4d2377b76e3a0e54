"""A letter as a finished mail, rendered once for each language; only what `personal` adds differs between its copies (DESIGN §7).

Between fan-out and deliver: reads the letter and its post, asks `wording` for the words, `headers` and `mime` for the bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

from forum.core import site
from forum.core.db import session
from forum.mailroom.letters import KINDS
from forum.mailroom.models import LetterRow
from forum.people import service as people
from forum.threads import lineage
from forum.threads.models import PostRow, ThreadRow
from mailbridge import addresses
from mailbridge.outbound import contents, headers, listing, mime, notices, wording
from mailbridge.outbound.personal import FORMS, Form

LOOP = "X-Ratspost-Loop"
"""Our mark: a mail that comes back with it is not posted again (R43)."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail with a gap for the personal fields between `head` and `tail`; `target_id` is what its answer token is about."""

    head: bytes
    tail: bytes
    form: Form
    target_id: int


def render(letter: LetterRow, locale: str, email: str) -> Rendered:
    """The mail of a letter in `de` or `en`; `email` stands in To where a letter has one reader. Raises BadHeader."""
    return _post(letter, locale) if letter.kind == "post" else _notice(letter, locale, email)


def _post(letter: LetterRow, locale: str) -> Rendered:
    post = session().get_one(PostRow, letter.post_id)
    thread = session().get_one(ThreadRow, post.thread_id)
    domain, chain = site.config().mail_domain, lineage.references(post)
    parent = lineage.parent_of(post)
    words, files = contents.of(post, thread, locale)
    listed = listing.of(thread)
    head = [
        headers.mailbox("From", _author(post), listed.address),
        headers.plain("To", addresses.thread(thread.id, domain)),
        headers.text("Subject", words.subject),
        headers.date("Date", post.posted_at),
        headers.ids("Message-ID", [letter.message_id]),
        headers.ids("In-Reply-To", [parent.message_id]) if parent else b"",
        headers.ids("References", chain) if chain else b"",
        *listing.fields(post, thread, listed),
        *_marks(domain),
    ]
    return Rendered(b"".join(head), _body(words, files, letter.message_id), FORMS["post"], post.id)


def _author(post: PostRow) -> str:
    """Name and, if it may be seen, mandate: "Anna Muster (Rat Bottrop)"."""
    line = post.byline
    return headers.one_line(f"{line.name} ({line.mandate})" if line.mandate else line.name)


def _notice(letter: LetterRow, locale: str, email: str) -> Rendered:
    domain = site.config().mail_domain
    words = wording.render(letter.kind, locale, notices.facts(letter))
    post = session().get(PostRow, letter.post_id) if letter.post_id else None
    head = [
        headers.mailbox("From", notices.sender_name(letter, locale), addresses.service("hilfe", domain)),
        _to(letter, email),
        headers.text("Subject", headers.one_line(words.subject)),
        headers.date("Date", letter.written_at),
        headers.ids("Message-ID", [letter.message_id]),
        headers.ids("In-Reply-To", [post.message_id]) if post else b"",
        headers.ids("References", [post.message_id]) if post else b"",
        headers.plain("Auto-Submitted", "auto-generated") if KINDS[letter.kind].notice else b"",
        *_marks(domain),
    ]
    form = FORMS.get(letter.kind, Form())
    return Rendered(b"".join(head), _body(words, [], letter.message_id), form, notices.target_id(letter))


def _to(letter: LetterRow, email: str) -> bytes:
    if not email.isascii():  # a raw header would need SMTPUTF8 all the way; the envelope says where it goes
        return headers.plain("To", "undisclosed-recipients:;")
    person = people.find(letter.person_id) if letter.person_id else None
    return headers.mailbox("To", headers.one_line(person.name) if person else "", email)


def _marks(domain: str) -> list[bytes]:
    """What keeps machines from answering (R40, R43)."""
    return [headers.plain("X-Auto-Response-Suppress", "All"), headers.plain(LOOP, domain)]


def _body(words: wording.Wording, files: list[mime.Part], seed: str) -> bytes:
    both = mime.multipart("alternative", [mime.text_part(words.text, "plain"), mime.text_part(words.html, "html")], seed)
    whole = mime.multipart("mixed", [both, *files], seed) if files else both
    return b"MIME-Version: 1.0\r\n" + whole.as_bytes()
