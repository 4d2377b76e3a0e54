"""Boards: read from what people write, called by short names, treated as the most specific decision says."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from forum.core.db import transaction
from forum.core.refusals import UnknownBoard
from forum.places import boards, catalogue
from forum.places.boards import Board, Setting
from forum.places.models import BoardSetting


def decide(board: str, *, guests: str | None = None, first_posts_held: bool | None = None, held: bool | None = None) -> None:
    with transaction():
        boards.configure(boards.get(board), guests=guests, first_posts_held=first_posts_held, held=held)


def setting(board: str) -> Setting:
    return boards.setting(boards.get(board))


@pytest.mark.parametrize(
    ("written", "slug", "title"),
    [
        ("finanzen", "finanzen", "Finanzen"),
        ("kreis-unna", "kreis-unna", "Kreis Unna"),
        ("kreis-unna.finanzen", "finanzen.kreis-unna", "Finanzen · Kreis Unna"),
        ("finanzen+UN", "finanzen.kreis-unna", "Finanzen · Kreis Unna"),
        ("Verkehr.Köln", "verkehr.koeln", "Verkehr · Köln"),
        ("bottrop.finanzen", "finanzen.bottrop", "Finanzen · Bottrop"),
    ],
)
def test_a_board_is_read_in_any_order(store: Session, written: str, slug: str, title: str) -> None:
    board = boards.get(written)
    assert (board.slug, board.title()) == (slug, title)


def test_a_title_in_english(store: Session) -> None:
    assert boards.get("finanzen.bottrop").title("en") == "Finance · Bottrop"


@pytest.mark.parametrize(
    "written", ["", "hilfe", "rat", "finanzen.", "finanzen.rat", "finanzen.verkehr", "hamm.bottrop", "finanzen.xyz"]
)
def test_anything_else_is_no_board(store: Session, written: str) -> None:
    assert boards.find(written) is None
    with pytest.raises(UnknownBoard):
        boards.get(written)


def test_an_unknown_board_is_refused_with_the_nearest(store: Session) -> None:
    with pytest.raises(UnknownBoard) as refused:
        boards.get("finanzen.kreis-una")
    assert "finanzen.kreis-unna" in refused.value.sentence("en")


def test_a_board_has_a_topic_or_a_region(store: Session) -> None:
    with pytest.raises(ValueError, match="topic or a region"):
        Board(None, None)


def test_every_pair_is_short_enough_for_an_address(store: Session) -> None:
    known = catalogue.get()
    assert max(len(Board(topic, region).slug) for topic in known.topics for region in known.regions) <= 64 - len("-unsubscribe")


def test_nothing_decided_means_the_default(store: Session) -> None:
    assert setting("finanzen.kreis-unna") == Setting(guests="refuse", first_posts_held=False, held=False)


def test_a_pair_beats_its_parts(store: Session) -> None:
    decide("finanzen", guests="refuse")
    decide("kamen", guests="refuse")
    decide("finanzen.kreis-unna", guests="hold")
    assert setting("finanzen.kamen").guests == "hold"
    assert setting("verkehr.kamen").guests == "refuse"


def test_the_nearer_beats_the_farther(store: Session) -> None:
    decide("nrw", held=True)
    decide("rb-arnsberg", held=False)
    assert setting("kamen").held is False
    assert setting("bottrop").held is True
    decide("kreis-unna", held=True)
    assert setting("kamen").held is True


def test_of_equals_the_stricter_counts(store: Session) -> None:
    decide("rb-arnsberg", held=False, guests="hold")
    decide("rvr", held=True, guests="refuse")
    assert setting("hamm") == Setting(guests="refuse", first_posts_held=False, held=True)


def test_each_point_is_inherited_by_itself(store: Session) -> None:
    decide("soziales", first_posts_held=True)
    decide("wohnen.hamm", guests="hold")
    assert setting("wohnen.hamm") == Setting(guests="hold", first_posts_held=True, held=False)


def test_a_region_alone_is_its_board_of_what_has_no_topic(store: Session) -> None:
    decide("allgemein.hamm", held=True)
    assert setting("hamm").held is True
    assert setting("verkehr.hamm").held is False


def test_a_topic_alone_is_its_board_for_the_whole_land(store: Session) -> None:
    decide("nrw.finanzen", held=True)
    assert setting("finanzen").held is True


def test_deciding_again_replaces_the_decision(store: Session) -> None:
    for board in ("finanzen", "hamm", "finanzen.hamm"):
        decide(board, held=True)
        decide(board, held=False)
    assert store.scalar(sa.select(sa.func.count()).select_from(BoardSetting)) == 3
    assert setting("finanzen.hamm").held is False


def test_guests_are_refused_or_held(store: Session) -> None:
    with pytest.raises(ValueError, match="welcome"):
        decide("hamm", guests="welcome")


@pytest.mark.parametrize("slugs", [("finanzen", None), (None, "hamm"), ("finanzen", "hamm"), (None, None)])
def test_the_store_keeps_one_decision_for_each_place(store: Session, slugs: tuple[str | None, str | None]) -> None:
    known = catalogue.get()
    topic_id = known.topic(slugs[0]).id if slugs[0] else None
    region_id = known.region(slugs[1]).id if slugs[1] else None
    with pytest.raises(IntegrityError), transaction():
        store.add_all([BoardSetting(topic_id=topic_id, region_id=region_id, held=held) for held in (True, False)])
