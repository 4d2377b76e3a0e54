"""A contribution waits, is released or rejected; its author hears of each."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core.db import transaction
from forum.core.refusals import AlreadySettled, CannotUndo, NotAllowed, NotForPublic, NotFound, ReasonMissing
from forum.mailroom.models import LetterRow
from forum.moderation import history, holds, intake, log
from forum.moderation.contribution import Contribution, from_json, to_json
from forum.moderation.models import HoldRow, HoldState
from forum.people import groups, service
from forum.people.models import RoleKind
from forum.places import boards
from forum.threads import files
from forum.threads import service as threads
from forum.threads.draft import Draft
from forum.threads.models import BodyFormat, PostRow, PostState, Source
from tests import cast
from tests.cast import Cast, post_by


@pytest.fixture
def held(store: Session, people: Cast) -> HoldRow:
    """Anne's contribution, with a file, on a board where everything is looked at first."""
    with transaction():
        boards.configure(boards.get("finanzen.bottrop"), guests=None, first_posts_held=None, held=True)
        file = files.keep("antrag.pdf", "application/pdf", b"%PDF")
        draft = Draft(source=Source.WEB, body="Wer erhöht?", body_format=BodyFormat.MARKDOWN, files=(file,), nonce="n1")
        outcome = intake.submit(
            Contribution(draft=draft, person_id=people.anne, title="Hebesätze", topics=("finanzen",), regions=("bottrop",))
        )
        assert isinstance(outcome, intake.Held)
        return holds.get(outcome.hold_id)


def letters(store: Session) -> list[tuple[str, int | None]]:
    return [(row.kind, row.person_id) for row in store.scalars(sa.select(LetterRow).order_by(LetterRow.id))]


def test_nothing_is_published_and_author_and_moderator_are_told(store: Session, people: Cast, held: HoldRow) -> None:
    assert store.scalar(sa.select(PostRow.id)) is None
    assert letters(store) == [("held", people.anne), ("case", people.carla)]
    assert [row.id for row in holds.waiting_for(cast.person(people.carla))] == [held.id]


def test_release_publishes_it_whole(store: Session, people: Cast, held: HoldRow) -> None:
    with transaction():
        post = holds.release(held, cast.person(people.carla))
    assert (post.body, [file.filename for file in post.attachments]) == ("Wer erhöht?", ["antrag.pdf"])
    assert (held.state, held.post_id) == (HoldState.RELEASED, post.id)
    assert letters(store)[2:] == [("post", None), ("released", people.anne)]
    assert log.newest()[0].act == "release"


def test_reject_needs_a_reason_and_tells_it(store: Session, people: Cast, held: HoldRow) -> None:
    with pytest.raises(ReasonMissing), transaction():
        holds.reject(held, cast.person(people.carla), " ")
    with transaction():
        holds.reject(held, cast.person(people.carla), "Gehört ins Ratsinformationssystem.")
    letter = store.scalars(sa.select(LetterRow).where(LetterRow.kind == "rejected")).one()
    assert (letter.person_id, letter.facts["reason"]) == (people.anne, "Gehört ins Ratsinformationssystem.")


def test_a_rejection_can_be_undone_once(people: Cast, held: HoldRow) -> None:
    carla = people.carla
    with transaction():
        holds.reject(held, cast.person(carla), "Versehen.")
    with transaction():
        holds.undo(log.newest()[0], cast.person(carla))
    assert held.state is HoldState.WAITING
    with pytest.raises(CannotUndo), transaction():
        holds.undo(log.newest()[0], cast.person(carla))


def test_undoing_a_release_takes_the_post_down_and_tells_its_author(store: Session, people: Cast, held: HoldRow) -> None:
    carla = people.carla
    with transaction():
        post = holds.release(held, cast.person(carla))
    with transaction():
        history.undo(log.newest()[0], cast.person(carla))
    assert (post.state, post.body, held.state) == (PostState.WITHDRAWN, "", HoldState.REJECTED)
    letter = store.scalars(sa.select(LetterRow).where(LetterRow.kind == "rejected")).one()
    assert (letter.person_id, letter.facts["taken_back"]) == (people.anne, True)
    with pytest.raises(CannotUndo), transaction():
        history.undo(log.newest()[0], cast.person(carla))


def test_a_message_to_the_moderators_is_never_published_only_closed(store: Session, people: Cast) -> None:
    with transaction():
        draft = Draft(source=Source.MAIL, body="Bitte im Vertrauen …", body_format=BodyFormat.PLAIN)
        outcome = intake.submit(Contribution(draft=draft, person_id=people.anne, title="Hilfe"), cause="service")
        assert isinstance(outcome, intake.Held)
    message, carla = holds.get(outcome.hold_id), people.carla
    with pytest.raises(NotForPublic), transaction():
        holds.release(message, cast.person(carla))
    with transaction():
        holds.reject(message, cast.person(carla), "")
    assert (message.state, log.newest()[0].act) == (HoldState.REJECTED, "close")
    assert [kind for kind, _ in letters(store)] == ["case"]
    with transaction():
        history.undo(log.newest()[0], cast.person(carla))
    assert message.state is HoldState.WAITING
    assert store.scalar(sa.select(PostRow.id)) is None


def test_the_second_moderator_hears_it_is_settled(people: Cast, held: HoldRow) -> None:
    with transaction():
        holds.release(held, cast.person(people.carla))
    with pytest.raises(AlreadySettled), transaction():
        holds.reject(held, cast.person(people.carla), "zu spät")


def test_only_a_moderator_of_the_board_decides(people: Cast, held: HoldRow) -> None:
    with transaction():
        service.grant(cast.person(people.birol), RoleKind.MODERATOR, [boards.get("kreis-unna")])
    with pytest.raises(NotAllowed), transaction():
        holds.release(held, cast.person(people.birol))
    with pytest.raises(NotFound):
        holds.get_for(cast.person(people.birol), held.id)
    with transaction():
        service.grant(cast.person(people.birol), RoleKind.MODERATOR, [boards.get("rvr")])
    assert holds.may_decide(held, cast.person(people.birol))


def test_what_waits_in_a_group_is_for_moderators_of_the_group_only(store: Session, people: Cast) -> None:
    with transaction():
        group = groups.add("vorstand", "Vorstand")
        groups.join(group, cast.person(people.anne))
        draft = Draft(source=Source.WEB, body="intern", body_format=BodyFormat.MARKDOWN)
        outcome = intake.submit(
            Contribution(draft=draft, person_id=people.anne, title="Intern", group="vorstand"), cause="first-post"
        )
        assert isinstance(outcome, intake.Held)
    assert holds.waiting_for(cast.person(people.carla)) == []
    assert ("case", people.carla) not in letters(store)


def test_the_same_form_twice_waits_once(store: Session, people: Cast, held: HoldRow) -> None:
    with transaction():
        again = intake.submit(from_json(held.contribution))
    assert again == intake.Duplicate(None)


def test_a_contribution_survives_waiting(people: Cast, held: HoldRow) -> None:
    contribution = from_json(held.contribution)
    assert json.loads(json.dumps(to_json(contribution))) == held.contribution
    assert contribution.draft.files[0].filename == "antrag.pdf"


def test_first_posts_wait_where_the_board_says_so_but_not_a_moderators(people: Cast) -> None:
    with transaction():
        boards.configure(boards.get("verkehr"), guests=None, first_posts_held=True, held=None)
    draft = Draft(source=Source.WEB, body="Hallo", body_format=BodyFormat.MARKDOWN)
    with transaction():
        first = intake.submit(Contribution(draft=draft, person_id=people.anne, title="Neu", topics=("verkehr",)))
    assert first == intake.Held(1, "first-post")
    post_by(people.carla, topics=("verkehr",))
    post_by(people.anne, topics=("finanzen",))
    post_by(people.anne, topics=("verkehr",))


def test_what_was_released_and_then_withdrawn_keeps_no_words(held: HoldRow, people: Cast) -> None:
    with transaction():
        post = holds.release(holds.get(held.id), cast.person(people.carla))
        threads.withdraw(post)
    kept = from_json(holds.get(held.id).contribution)
    assert (kept.draft.body, kept.draft.files, kept.topics) == ("", (), ("finanzen",))


def test_an_entry_about_what_one_may_not_see_is_not_there(held: HoldRow, people: Cast) -> None:
    with transaction():
        birol, carla = cast.person(people.birol), cast.person(people.carla)
        service.grant(birol, RoleKind.MODERATOR, [boards.get("koeln")])
        holds.reject(holds.get(held.id), carla, "Gehört nach Hamm.")
        entry = log.newest()[0]
        with pytest.raises(NotFound):
            history.undo(entry, birol)
        history.undo(entry, carla)
