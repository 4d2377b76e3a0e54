"""The demo's content holds together, and a wrong line in it is told by one clear sentence."""

from __future__ import annotations

import datetime as dt
import shutil
from itertools import combinations
from pathlib import Path

import pytest

from forum.demo import content
from forum.demo.checks import members_of
from forum.demo.values import BadContent, Content
from forum.places import dataset


@pytest.fixture(scope="module")
def demo() -> Content:
    return content.read()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the content that a test may spoil."""
    return Path(shutil.copytree(content.CONTENT, tmp_path / "content"))


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_there_is_enough_to_read(demo: Content) -> None:
    assert len(demo.threads) >= 40
    assert sum(len(thread.posts) for thread in demo.threads) >= 250
    assert 20 <= len(demo.people) <= 30


def test_everybody_speaks_and_both_doors_are_used(demo: Content) -> None:
    posts = [post for thread in demo.threads for post in thread.posts]
    assert {post.author for post in posts} == {person.key for person in demo.people}
    by_mail = sum(post.source == "mail" for post in posts)
    assert 0.3 < by_mail / len(posts) < 0.7
    assert any({post.source for post in thread.posts} == {"web", "mail"} for thread in demo.threads)


def test_the_walk_through_finds_its_three_people(demo: Content) -> None:
    people = {person.key: person for person in demo.people}
    assert [people[key].role for key in ("anna", "birol", "carla")] == ["member", "member", "moderator"]
    assert "finanzen.kreis-unna" in people["carla"].follows
    assert "admin" in {person.role for person in demo.people}
    assert {person.locale for person in demo.people} == {"de", "en"}


def test_every_headline_topic_and_many_regions_have_threads(demo: Content) -> None:
    places = dataset.read()
    parents = {topic.slug: topic.parent for topic in places.topics}

    def headline(slug: str) -> str:
        parent = parents[slug]
        return headline(parent) if parent else slug

    roots = [headline(thread.topics[0]) for thread in demo.threads]
    assert min(roots.count(slug) for slug in ("finanzen", "daseinsvorsorge", "beteiligung", "soziales", "bildung")) >= 2
    assert len({slug for thread in demo.threads for slug in thread.topics}) >= 25
    districts = {tile[0] for tile in places.tiles}
    assert len({slug for thread in demo.threads for slug in thread.regions} & districts) >= 35


def test_neighbours_discuss_the_same_topic(demo: Content) -> None:
    pairs = {frozenset((a, b)) for a, b, _ in dataset.read().neighbours}
    shared = [thread for thread in demo.threads if any(frozenset(two) in pairs for two in combinations(thread.regions, 2))]
    assert len({thread.topics[0] for thread in shared}) >= 3
    assert len(shared) >= 20


def test_one_thread_is_locked_and_closed_groups_talk_among_themselves(demo: Content) -> None:
    locked = [thread for thread in demo.threads if thread.lock_reason]
    assert len(locked) == 1
    closed = {thread.group: {post.author for post in thread.posts} for thread in demo.threads if thread.group}
    members = {group.slug: members_of(group, demo) for group in demo.groups}
    assert "ruhrparlament" in closed
    assert all(authors <= members[slug] for slug, authors in closed.items() if slug)


def test_some_posts_answer_an_earlier_one_than_the_last(demo: Content) -> None:
    posts = [(number, post) for thread in demo.threads for number, post in enumerate(thread.posts, start=1)]
    assert all(post.reply_to is None if number == 1 else (post.reply_to or number) < number for number, post in posts)
    assert sum(post.reply_to != number - 1 for number, post in posts if number > 1) >= 20


def test_nothing_lies_in_the_future_at_any_hour(demo: Content) -> None:
    today = dt.date(2026, 3, 1)
    midnight = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    for thread in demo.threads:
        moments = thread.moments(today)
        assert sorted(set(moments)) == list(moments), thread.key
        assert moments[-1] < midnight, thread.key


def test_attachments_of_several_kinds_hang_on_posts(demo: Content) -> None:
    used = {path.name for thread in demo.threads for post in thread.posts for path in post.attachments}
    assert {Path(name).suffix for name in used} == {".pdf", ".odt", ".csv", ".txt", ".png"}
    assert used == {path.name for path in (content.CONTENT / "files").iterdir()}, "a file that no post has"


def test_mail_posts_are_plain(demo: Content) -> None:
    for thread in demo.threads:
        for post in thread.posts:
            assert post.source != "mail" or ("**" not in post.body and "](" not in post.body), (thread.key, post.body[:40])


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('author = "birol"', 'author = "dora"', "post 1: unknown author dora"),
        ('topics = ["verkehr"]', 'topics = ["kutschen"]', "unknown topic kutschen"),
        ('regions = ["kreis-unna"', 'regions = ["atlantis"', "unknown region atlantis"),
        ('source = "web"', 'source = "fax"', "post 1: unknown source fax"),
        ("hours_after = 2.3", "hours_after = 2300", "would lie in the future"),
        ("hours_after = 2.3", "hours_after = 0", "post 2: hours_after must be more than 0"),
        ("reply_to = 1", "reply_to = 9", "post 4: reply_to must be the number of an earlier post"),
        ("skizze-luecke-muehlenweg.png", "verschollen.png", "post 1: the file verschollen.png is missing"),
        ("started_days_ago = 41", 'started_days_ago = 41\ncolour = "red"', "unknown word colour"),
        ("started_days_ago = 41\n", "", "started_days_ago"),
        ('started_at = "19:52"', 'started_at = "abends"', "started_at"),
        ("started_days_ago = 41", "started_days_ago = 41\nlocked = true", "locked and lock_reason belong together"),
        ("started_days_ago = 41", 'started_days_ago = 41\ngroup = "haushaltswerkstatt"', "heinz is not in the group"),
        ("started_days_ago = 41", 'started_days_ago = 41\ngroup = "loge"', "unknown group loge"),
        (
            "started_days_ago = 41",
            'started_days_ago = 41\nlocked = true\nlock_reason = "Genug."',
            "ends with the post of whoever locked",
        ),
    ],
)
def test_a_wrong_line_in_a_thread_is_told(copy: Path, old: str, new: str, sentence: str) -> None:
    spoil(copy / "threads" / "01-radweg-endet-an-der-kreisgrenze.toml", old, new)
    with pytest.raises(BadContent, match=r"01-radweg-endet-an-der-kreisgrenze\.toml.*") as caught:
        content.read(copy)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("@abendpost.example", "@abendpost.de", "not under .example"),
        ('kind = "ratsmitglied"', 'kind = "burgvogt"', "anna: unknown kind of mandate burgvogt"),
        ('follows = ["finanzen", "bottrop"', 'follows = ["finanzen.verkehr", "bottrop"', "anna: finanzen.verkehr is no board"),
        ('confirmed_by = "dietmar"', 'confirmed_by = "elke"', "anna: unknown moderator elke"),
        ('key = "birol"', 'key = "anna"', "'anna' is given twice"),
        ('moderates = ["rvr", "stadtplanung", "umwelt-energie"]\n', "", "wilfried: a moderator, and nobody else"),
    ],
)
def test_a_wrong_line_about_a_person_is_told(copy: Path, old: str, new: str, sentence: str) -> None:
    spoil(copy / "people.toml", old, new)
    with pytest.raises(BadContent) as caught:
        content.read(copy)
    assert str(caught.value).startswith("people.toml")
    assert sentence in str(caught.value)


def test_the_same_thread_twice_is_told(copy: Path) -> None:
    first = copy / "threads" / "01-radweg-endet-an-der-kreisgrenze.toml"
    shutil.copy(first, first.with_name("99-noch-einmal.toml"))
    with pytest.raises(BadContent, match="is given twice"):
        content.read(copy)


def test_broken_toml_is_told_with_its_file(copy: Path) -> None:
    (copy / "groups.toml").write_text("[[group]\n", encoding="utf-8")
    with pytest.raises(BadContent, match=r"groups\.toml: .*"):
        content.read(copy)
