"""An archive becomes threads: whole, once, in any order, in any number of files; nobody is mailed."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core.db import transaction
from forum.core.refusals import NotAllowed
from forum.mailroom import letters
from forum.people import bylines, groups, service
from forum.people.models import PersonRow
from forum.threads import access, claiming, lists, past, placing
from forum.threads import service as threads
from forum.threads.draft import Draft
from forum.threads.message_ids import find_post_id
from forum.threads.models import BodyFormat, PostRow, Source, ThreadRow
from mailbridge.archive.importer import Importer
from mailbridge.inbound import parse
from tests.mailbridge.archive.conftest import Bring, letter, mbox

STORY = (
    letter("a", day=1, text="Was haltet ihr von 600 Punkten?"),
    letter("b", day=2, answers="a", refs=["a"]),
    letter("c", day=3, answers="b", refs=["a", "b"]),
    letter("d", day=4, answers="a", refs=["a"]),
    letter("e", day=5),
)


Shape = list[list[tuple[int, str, str | None]]]


def shape(store: Session) -> Shape:
    """Each thread as (number, Message-ID, what it answers), by the date of its first post."""
    parent = sa.orm.aliased(PostRow)
    rows = store.execute(
        sa.select(PostRow.thread_id, PostRow.number, PostRow.message_id, parent.message_id.label("answered"))
        .outerjoin(parent, parent.id == PostRow.parent_id)
        .join(ThreadRow, ThreadRow.id == PostRow.thread_id)
        .order_by(ThreadRow.started_at, PostRow.thread_id, PostRow.number)
    )
    return [
        [(row.number, name(row.message_id) or "", name(row.answered)) for row in group]
        for _, group in itertools.groupby(rows, key=lambda row: row.thread_id)
    ]


def name(message_id: str | None) -> str | None:
    return message_id.strip("<>").partition("@")[0] if message_id else None


WHOLE: Shape = [[(1, "a", None), (2, "b", "a"), (3, "c", "b"), (4, "d", "a")], [(1, "e", None)]]


def test_threads_dates_authors_and_texts_are_kept(bring: Bring, store: Session) -> None:
    report = bring(*STORY)
    assert (report.read, report.added, report.known, report.broken, report.threads) == (5, 5, 0, (), 2)
    assert shape(store) == WHOLE
    post = store.get_one(PostRow, find_post_id(["<a@alt.example>"]))
    assert (post.body, post.source, post.posted_at) == (
        "Was haltet ihr von 600 Punkten?", Source.ARCHIVE, dt.datetime(2024, 9, 1, 8, tzinfo=dt.UTC),
    )  # fmt: skip
    assert (post.byline.name, post.byline.email, post.person_id) == ("Anne Muster", "anne@rat.example", None)
    thread = store.get_one(ThreadRow, post.thread_id)
    assert (thread.title, thread.subject, thread.post_count) == ("Hebesätze", "[Finanzen · Bottrop] Hebesätze", 4)
    assert thread.last_post_at == dt.datetime(2024, 9, 4, 8, tzinfo=dt.UTC)


def test_nobody_is_mailed_about_the_past(bring: Bring, store: Session) -> None:
    bring(*STORY)
    assert letters.waiting() == 0


@pytest.mark.parametrize("order", [(4, 3, 2, 1, 0), (2, 0, 4, 1, 3), (1, 2, 3, 0, 4)])
def test_the_order_in_the_file_changes_nothing(bring: Bring, store: Session, order: tuple[int, ...]) -> None:
    bring(*(STORY[n] for n in order))
    assert shape(store) == WHOLE


def test_a_second_import_adds_nothing_and_a_grown_file_adds_what_is_new(bring: Bring, store: Session) -> None:
    bring(*STORY)
    again = bring(*STORY)
    assert (again.added, again.known, again.threads) == (0, 5, 0)
    grown = bring(letter("f", day=6, answers="c", refs=["a", "b", "c"]), *STORY)
    assert (grown.added, grown.known, grown.threads) == (1, 5, 0)
    assert shape(store) == [[*WHOLE[0], (5, "f", "c")], WHOLE[1]]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[1::5])
def test_one_file_a_month_in_any_order_gives_the_same(bring: Bring, store: Session, order: tuple[int, ...]) -> None:
    for n in (*order, 4):
        bring(STORY[n])
    assert shape(store) == WHOLE
    assert store.scalars(sa.select(ThreadRow.title).where(ThreadRow.merged_into_id.is_(None))).all() == ["Hebesätze"] * 2


def test_threads_that_a_late_mail_joins_become_one_and_old_links_lead_there(bring: Bring, store: Session) -> None:
    bring(letter("b", day=2, answers="a"), letter("x", day=3, answers="b2"))
    first, second = sorted(store.scalars(sa.select(ThreadRow.id)))
    bring(letter("b2", day=2, answers="b"))
    assert shape(store) == [[(1, "b", None), (2, "b2", "b"), (3, "x", "b2")]]
    with transaction():
        anne = service.add("Anne", "anne@anders.example")
    found = access.find_thread(anne, second)
    assert found is not None
    assert found.id == first


def test_answers_to_a_lost_mail_wait_for_it(bring: Bring, store: Session) -> None:
    bring(letter("b", day=2, answers="a"), letter("c", day=3, answers="a"))
    assert shape(store) == [[(1, "b", None), (2, "c", None)]]
    bring(letter("a", day=1))
    assert shape(store) == [[(1, "a", None), (2, "b", "a"), (3, "c", "a")]]


def test_a_thread_that_lives_is_neither_renumbered_nor_joined(bring: Bring, store: Session) -> None:
    bring(letter("b", day=2, answers="a"))
    with transaction():
        byline = bylines.of(service.add("Birol", "birol@rat.example"))
        parent = store.get_one(PostRow, find_post_id(["<b@alt.example>"]))
        mine = threads.reply(parent, byline, Draft(source=Source.WEB, body="Neu.", body_format=BodyFormat.PLAIN)).message_id
    bring(letter("a", day=1), letter("z", day=9, answers="y"))
    assert shape(store)[0] == [(1, "b", "a"), (2, name(mine), "b"), (3, "a", None)]
    bring(letter("y", day=8, answers="b"))
    assert shape(store)[0][-1] == (4, "y", "b")
    assert shape(store)[1] == [(1, "z", None)]


def test_a_broken_mail_is_named_and_the_others_are_in(bring: Bring, store: Session) -> None:
    nothing = letter("leer", day=2, answers="a").replace(b"Das ist leer.", b"")
    long = letter("lang", day=3, answers="a", text="wort " * 50_000)
    secret = letter("geheim", day=4, fields='MIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime; name="smime.p7m"')
    report = bring(STORY[0], nothing, long, secret.replace(b"Content-Type: text/plain; charset=utf-8\r\n", b""),
                   letter("b", day=5, answers="leer", refs=["a", "leer"]))  # fmt: skip
    assert report.broken == (
        (2, "The post is empty"),
        (3, "That is too long: at most 200000 characters are possible"),
        (4, "encrypted with S/MIME, unreadable for us"),
    )
    assert shape(store) == [[(1, "a", None), (2, "b", "a")]]


def test_a_lost_root_that_is_broken_still_holds_its_answers_together(bring: Bring, store: Session) -> None:
    report = bring(STORY[0].replace(b"Was haltet ihr von 600 Punkten?", b""), *STORY[1:4])
    assert [number for number, _ in report.broken] == [1]
    assert shape(store) == [[(1, "b", None), (2, "c", "b"), (3, "d", None)]]


def test_two_copies_of_a_mail_are_one_and_another_mail_of_its_id_is_named(bring: Bring, store: Session) -> None:
    copy = b"Received: by liste.example; Mon, 2 Sep 2024 10:00:00 +0200\r\n" + STORY[0]
    other = STORY[0].replace(b"Hebes=C3=A4tze", b"Etwas_anderes").replace(b"01 Sep", b"02 Sep")
    report = bring(other, copy, STORY[0])
    assert (report.added, report.known) == (1, 1)
    assert report.broken == ((1, "another mail of the archive has the same Message-ID"),)
    assert store.scalars(sa.select(ThreadRow.title)).all() == ["Hebesätze"]


def test_a_person_of_the_house_claims_her_old_posts_by_her_address(bring: Bring, store: Session) -> None:
    bring(*STORY)
    with transaction():
        anne = service.add("Anne Muster-Meier", "anne@rat.example")
    post = store.get_one(PostRow, find_post_id(["<a@alt.example>"]))
    with pytest.raises(NotAllowed):
        access.get_own_post(anne, post.id)
    with transaction():
        assert claiming.claim(anne) == 5
    assert (post.byline.person_id, post.byline.name) == (anne.id, "Anne Muster")
    assert access.get_own_post(anne, post.id) is post


def test_an_answer_in_the_browser_and_one_by_mail_find_the_old_post(bring: Bring, store: Session) -> None:
    bring(*STORY)
    assert find_post_id(["<never@alt.example>", "<b@alt.example>"]) == find_post_id(["<b@alt.example>"]) is not None


def test_a_name_that_is_an_address_does_not_show_it(bring: Bring, store: Session) -> None:
    bring(letter("a").replace(b"Anne Muster <anne@rat.example>", b'"dora@fremd.example" <dora@fremd.example>'))
    post = store.get_one(PostRow, find_post_id(["<a@alt.example>"]))
    assert (post.byline.name, post.byline.email) == ("dora", "dora@fremd.example")


def test_an_id_that_gives_the_address_away_is_known_but_not_shown(bring: Bring, store: Session) -> None:
    answer = letter("b", day=2, fields="In-Reply-To: <1.anne@rat.example>")
    bring(letter("a").replace(b"<a@alt.example>", b"<1.anne@rat.example>"), answer)
    first, second = lists.posts(store.scalars(sa.select(ThreadRow)).one())
    assert "anne" not in first.message_id
    assert second.parent_id == first.id == find_post_id(["<1.anne@rat.example>"])


def test_files_are_kept_but_for_blocked_types(bring: Bring, store: Session) -> None:
    boundary = b"Content-Type: multipart/mixed; boundary=xx"
    parts = b"".join(
        b"--xx\r\n" + head + b"\r\n\r\n" + body + b"\r\n"
        for head, body in (
            (b"Content-Type: text/plain", b"Siehe Anlage."),
            (b"Content-Type: text/csv\r\nContent-Disposition: attachment; filename=haushalt.csv", b"a;b"),
            (b"Content-Type: application/x-msdownload\r\nContent-Disposition: attachment; filename=tool.exe", b"MZ"),
        )
    )
    mail = letter("a").replace(b"Content-Type: text/plain; charset=utf-8", b"MIME-Version: 1.0\r\n" + boundary)
    report = bring(mail.replace(b"Das ist a.", parts + b"--xx--"))
    assert report.files == 1
    post = lists.posts(store.scalars(sa.select(ThreadRow)).one())[0]
    assert [(file.filename, file.mimetype, file.blob.size) for file in post.attachments] == [("haushalt.csv", "text/csv", 3)]


def test_an_archive_can_go_into_a_closed_group(store: Session, tmp_path: Path) -> None:
    with transaction():
        anne, birol = service.add("Anne", "anne@x.example"), service.add("Birol", "birol@x.example")
        groups.join(groups.add("vorstand", "Vorstand"), anne)
        place = placing.resolve([], [], "vorstand")
    Importer(place, parse.read, lambda _done, _total: None).run(mbox(tmp_path, *STORY))

    def sees(person: PersonRow) -> int:
        return lists.newest(person).total

    assert (sees(anne), sees(birol)) == (2, 0)


def test_it_says_how_far_it_is(store: Session, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    archive = mbox(tmp_path, *STORY, STORY[0])
    Importer(placing.resolve([], []), parse.read, lambda done, total: told.append((done, total))).run(archive)
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] == 2 * archive.stat().st_size
    assert told[-2] == told[-1]


def test_settling_leaves_no_hole(bring: Bring, store: Session) -> None:
    bring(*reversed(STORY))
    thread = store.scalars(sa.select(ThreadRow).where(ThreadRow.post_count == 4)).one()
    with transaction():
        past.settle(thread, {})
    assert [post.number for post in lists.posts(thread)] == [1, 2, 3, 4]
