"""What the headers of a post's mail say, where the golden mails do not reach (DESIGN §7, R40, R60)."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from forum.core.db import session, transaction
from forum.mailroom import letters
from forum.people import service
from forum.people.models import AddressRow
from forum.places import catalogue
from forum.threads import lineage
from forum.threads.models import BodyFormat, PostRow, Source, ThreadRow
from mailbridge.outbound import listing
from tests import cast
from tests.cast import ANNE, BIROL, CARLA, Cast
from tests.mailbridge.outbound import office

FAR = 100_000
"""Ids from here on are given by a test, those before by the database."""

REQUIRED = (
    "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "List-Id", "List-Post", "List-Help", "List-Subscribe",
    "List-Unsubscribe", "List-Unsubscribe-Post", "List-Archive", "List-Owner", "Archived-At", "Precedence",
    "X-Auto-Response-Suppress", "X-Ratspost-Loop", "MIME-Version", "Content-Type",
)  # fmt: skip


def test_every_header_is_there_once(people: Cast) -> None:  # R40
    first = office.start(people.anne)
    office.reply(people.carla, first)
    opening, answer = office.deliver().to(BIROL)
    assert sorted(opening.mail.keys()) == sorted(REQUIRED)
    assert sorted(answer.mail.keys()) == sorted((*REQUIRED, "In-Reply-To", "References"))
    assert opening.mail["Auto-Submitted"] is None


def test_no_mail_shows_a_members_address(people: Cast) -> None:  # R60
    first = office.start(people.anne, message_id=f"<1.{ANNE}>")
    office.reply(people.carla, first, message_id=f"<carla-{CARLA}>")
    for sent in office.deliver().sent:
        assert not any(address.encode() in sent.message for address in (ANNE, BIROL, CARLA))
        assert all(box.domain == "ratspost.localhost" for name in ("From", "To", "Reply-To") for box in sent.mail[name].addresses)


def test_all_mails_of_a_thread_have_one_subject(people: Cast) -> None:
    first = office.start(people.anne, title="AW: Hebesätze")
    office.reply(people.carla, office.reply(people.anne, first))
    assert len({sent.header("Subject") for sent in office.deliver().sent}) == 1


def test_the_date_is_that_of_the_post(people: Cast) -> None:
    post_id = office.start(people.anne)
    posted_at = session().get_one(PostRow, post_id).posted_at
    assert office.deliver().sent[0].mail["Date"].datetime == posted_at.replace(microsecond=0)


@pytest.mark.parametrize("length", [60, 2_000])
def test_references_of_a_long_thread_stay_short_and_whole(people: Cast, length: int) -> None:
    first = office.start(people.anne)
    _lengthen(first, length)
    last = office.reply(people.anne, FAR + length)
    sent = next(copy for copy in office.deliver().to(BIROL) if f"<p{last}." in copy.header("Message-ID"))
    raw = sent.message.partition(b"\r\n\r\n")[0].decode("ascii")
    folded = re.search(r"^References:((?:.*\r\n[ \t])*.*)$", raw, re.M)
    assert folded is not None
    ids = folded[1].split()
    assert len(ids) == lineage.NEAREST + 1
    assert (ids[0], ids[-1]) == (session().get_one(PostRow, first).message_id, f"<{length}.{'x' * 150}@rat.example>")
    assert sent.mail["In-Reply-To"] == ids[-1]
    assert max(map(len, raw.split("\r\n"))) < 300


def _lengthen(first: int, length: int) -> None:
    """Posts that each answer the one before, with long ids, as they would have come by mail long ago."""
    opening = session().get_one(PostRow, first)
    row = {
        "thread_id": opening.thread_id, "byline_id": opening.byline_id, "source": Source.MAIL, "body_format": BodyFormat.PLAIN,
        "body": "x", "body_html": "x", "posted_at": opening.posted_at,
    }  # fmt: skip
    ids = [f"<{n}.{'x' * 150}@rat.example>" for n in range(length + 1)]
    with transaction():
        session().execute(
            sa.insert(PostRow),
            [
                row | {"id": FAR + n, "number": n, "parent_id": FAR + n - 1 if n > 2 else first, "message_id": ids[n]}
                for n in range(2, length + 1)
            ],
        )
        session().get_one(ThreadRow, opening.thread_id).post_count = length


def test_a_post_with_a_past_is_not_mailed_but_can_be_answered(people: Cast) -> None:
    first = office.start(people.anne)
    office.deliver()
    with transaction():
        session().execute(sa.update(PostRow).values(parent_id=None))
    answer = office.reply(people.carla, first)
    sent = office.deliver().to(BIROL)[0]
    assert sent.mail["References"] == session().get_one(PostRow, first).message_id
    assert sent.mail["Message-ID"] == session().get_one(PostRow, answer).message_id


def test_two_long_names_give_way_to_the_threads_address(people: Cast) -> None:
    known = catalogue.get()
    topic = max(known.topics, key=lambda found: len(found.slug))
    region = max(known.regions, key=lambda found: len(found.slug))
    thread_id = session().get_one(PostRow, office.start(people.anne, topics=(topic.slug,), regions=(region.slug,))).thread_id
    listed = listing.of(session().get_one(ThreadRow, thread_id))
    fits = len(f"{topic.slug}.{region.slug}-abo") <= 64
    assert listed.address.startswith(topic.slug if fits else "faden-")


def test_a_letter_to_an_address_with_umlauts_needs_no_raw_header(people: Cast) -> None:
    with transaction():
        joerg = service.add("Jörg Müßig", "joerg@rat.example")
        session().execute(sa.update(AddressRow).where(AddressRow.person_id == joerg.id).values(email="jörg@rat.example"))
        letters.write("help", person=joerg)
    sent = office.deliver().sent[0]
    assert (sent.recipient, sent.header("To")) == ("jörg@rat.example", "undisclosed-recipients:;")
    assert sent.message.isascii()


def test_hostile_names_and_titles_stay_in_their_place(people: Cast) -> None:  # R38
    with transaction():
        cast.person(people.anne).name = 'Anne"\r\nBcc: dora@fremd.example\r\n <x@y.example>, "'
    post_id = office.start(people.anne, title="=?utf-8?q?x?= <script>", body="<script>alert(1)</script>\r\n.\r\nQUIT")
    with transaction():
        thread = session().get_one(ThreadRow, session().get_one(PostRow, post_id).thread_id)
        thread.subject = f"{thread.subject}\r\nX-Evil: 1\x01"
    sent = office.deliver().sent[0]
    assert sorted(sent.mail.keys()) == sorted(REQUIRED)
    assert [box.addr_spec for box in sent.mail["From"].addresses] == ["finanzen.bottrop@ratspost.localhost"]
    assert sent.header("Subject").endswith("=?utf-8?q?x?= <script> X-Evil: 1")
    assert "<script>" not in sent.html
    assert sent.message.count(b"\r\n.\r\n") <= 1
