"""One accepted mail to its one end state (no sockets: mails are put into the ledger as the spool would)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core import site, tokens
from forum.core.db import transaction
from forum.core.refusals import AuthorMayNotPost
from forum.mailroom import ledger
from forum.mailroom.models import InboundState, LedgerRow, LetterRow
from forum.moderation import holds, locks
from forum.moderation.models import HoldRow
from forum.people import groups
from forum.subscriptions import service as subscriptions
from forum.threads import access, lists
from forum.threads.models import PostRow, ThreadRow
from mailbridge.inbound import parse, receive
from mailbridge.inbound.mail import ParsedMail
from mailbridge.known_names import current as known_names
from tests import cast
from tests.cast import ANNE, BIROL, DORA, Cast, mail

FINANZEN = "finanzen.bottrop@ratspost.localhost"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_TRUST_FROM": "1"}


def arrive(raw: bytes, *to: str, sender: str = ANNE) -> LedgerRow:
    """Accept a mail, work it, and return its ledger row."""
    with transaction():
        inbound_id = ledger.keep(raw, envelope_from=sender, envelope_to=to, peer="127.0.0.1").id
    receive.process(inbound_id, parse.read, known_names)
    return ledger.get(inbound_id)


def only_post(store: Session) -> PostRow:
    return store.scalars(sa.select(PostRow)).one()


def answer_address(person_id: int, post: PostRow) -> str:
    token = tokens.Token("a", person_id, post.id, cast.person(person_id).epoch)
    return f"a+{tokens.write(token, site.keyring())}@ratspost.localhost"


def test_a_mail_to_a_board_starts_a_thread(store: Session, people: Cast) -> None:
    row = arrive(mail(ANNE, FINANZEN, "Hebesätze 2027", "Wer erhöht?\n\nGruß\nAnne", message_id="<x1@rat.example>"), FINANZEN)
    post = only_post(store)
    thread = store.get_one(ThreadRow, post.thread_id)
    assert (row.state, row.outcome, row.post_id) == (InboundState.POSTED, "posted", post.id)
    assert (thread.title, thread.subject) == ("Hebesätze 2027", "[Finanzen · Bottrop] Hebesätze 2027")
    assert (post.person_id, post.message_id, post.byline.mandate) == (people.anne, "<x1@rat.example>", "Rat Bottrop")
    assert "Wer erhöht?" in post.body


def test_to_and_cc_are_one_thread_also_in_two_transactions(store: Session, people: Cast) -> None:
    one, other = "finanzen.kreis-unna@ratspost.localhost", "verkehr.hamm@ratspost.localhost"
    raw = mail(ANNE, one, "Umlage", message_id="<u@rat.example>", cc=other)
    first, second = arrive(raw, one), arrive(raw, other)
    assert (first.state, second.state) == (InboundState.POSTED, InboundState.DUPLICATE)
    thread = store.get_one(ThreadRow, only_post(store).thread_id)
    assert (len(thread.topics), len(thread.regions)) == (2, 2)


def test_an_answer_finds_its_thread_by_token_reference_or_address_never_by_subject(store: Session, people: Cast) -> None:
    arrive(mail(ANNE, FINANZEN, "Hebesätze", message_id="<h@rat.example>"), FINANZEN)
    post = only_post(store)
    by_token = answer_address(people.birol, post)
    thread_address = f"faden-{post.thread_id}@ratspost.localhost"
    arrive(mail(BIROL, by_token, "ganz anderes", "per Token"), by_token, sender=BIROL)
    arrive(mail(BIROL, FINANZEN, "noch anderes", "per Verweis", in_reply_to="<h@rat.example>"), FINANZEN, sender=BIROL)
    arrive(mail(BIROL, thread_address, "x", "per Adresse"), thread_address, sender=BIROL)
    arrive(mail(BIROL, FINANZEN, "Re: Hebesätze", "nur der Betreff"), FINANZEN, sender=BIROL)
    threads = store.scalars(sa.select(ThreadRow).order_by(ThreadRow.id)).all()
    assert [thread.post_count for thread in threads] == [4, 1]
    assert threads[1].title == "Hebesätze"
    assert [one.parent_id for one in lists.posts(threads[0])] == [None, post.id, post.id, post.id]


def test_somebody_elses_token_never_posts(store: Session, people: Cast) -> None:
    arrive(mail(ANNE, FINANZEN, "Hebesätze"), FINANZEN)
    address = answer_address(people.birol, only_post(store))
    row = arrive(mail(ANNE, address, "Re: Hebesätze", "nicht von Birol"), address)
    assert (row.state, row.outcome) == (InboundState.HELD, "other-sender")
    assert store.scalars(sa.select(HoldRow)).one().person_id is None


def test_a_reset_ends_all_tokens(store: Session, people: Cast) -> None:
    arrive(mail(ANNE, FINANZEN, "Hebesätze"), FINANZEN)
    address = answer_address(people.birol, only_post(store))
    with transaction():
        cast.person(people.birol).epoch += 1
    assert arrive(mail(BIROL, address, "Re", "zu spät"), address, sender=BIROL).outcome == "other-sender"


@pytest.mark.parametrize(
    ("change", "state", "outcome"),
    [
        ({"auto_submitted": "auto-replied"}, InboundState.AUTOMATIC, "auto-submitted"),
        ({"list_id": "<fremd.liste.example>"}, InboundState.AUTOMATIC, "list-id"),
    ],
)
def test_machines_are_recorded_and_never_posted(
    store: Session, people: Cast, change: dict[str, str], state: InboundState, outcome: str
) -> None:
    row = arrive(mail(ANNE, FINANZEN, **change), FINANZEN)
    assert (row.state, row.outcome) == (state, outcome)
    assert store.scalar(sa.select(sa.func.count()).select_from(PostRow)) == 0


def test_a_board_only_in_the_blind_copy_waits(store: Session, people: Cast) -> None:
    assert arrive(mail(ANNE, "irgendwer@fremd.example"), FINANZEN).outcome == "bcc-only"


def test_the_same_mail_twice_is_one_post(store: Session, people: Cast) -> None:
    raw = mail(ANNE, FINANZEN, "Einmal", message_id="<einmal@rat.example>")
    states = [arrive(raw, FINANZEN).state for _ in range(3)]
    assert states == [InboundState.POSTED, InboundState.DUPLICATE, InboundState.DUPLICATE]
    assert only_post(store).message_id == "<einmal@rat.example>"


def test_the_same_id_with_other_words_is_posted_under_an_id_of_ours(store: Session, people: Cast) -> None:
    for words in ("Erste Fassung", "Zweite Fassung"):
        arrive(mail(ANNE, FINANZEN, "Doppelt", words, message_id="<gleich@rat.example>"), FINANZEN)
    ids = [post.message_id for post in store.scalars(sa.select(PostRow).order_by(PostRow.id))]
    assert ids[0] == "<gleich@rat.example>"
    assert ids[1].endswith("@ratspost.localhost>")


def test_an_id_that_gives_the_address_away_is_replaced_but_still_found(store: Session, people: Cast) -> None:
    arrive(mail(ANNE, FINANZEN, "Eins", message_id=f"<42.{ANNE}>"), FINANZEN)
    assert ANNE not in only_post(store).message_id
    arrive(mail(BIROL, FINANZEN, "Re: Eins", "Antwort", in_reply_to=f"<42.{ANNE}>"), FINANZEN, sender=BIROL)
    assert store.scalars(sa.select(ThreadRow)).one().post_count == 2


def test_what_is_empty_or_has_no_subject_waits_and_the_author_is_told(store: Session, people: Cast) -> None:
    assert arrive(mail(ANNE, FINANZEN, "Leer", "\n"), FINANZEN).outcome == "empty"
    assert arrive(mail(ANNE, FINANZEN, "", "Ohne Betreff"), FINANZEN).outcome == "no-subject"
    held = store.scalars(sa.select(LetterRow).where(LetterRow.kind == "held")).all()
    assert [letter.person_id for letter in held] == [people.anne, people.anne]


def test_a_late_answer_to_a_locked_thread_waits(store: Session, people: Cast) -> None:
    arrive(mail(ANNE, FINANZEN, "Schluss"), FINANZEN)
    address = answer_address(people.birol, only_post(store))
    with transaction():
        thread = store.scalars(sa.select(ThreadRow)).one()
        locks.lock(thread, cast.person(people.carla), "Alles gesagt.")
    assert arrive(mail(BIROL, address, "Re", "Noch etwas"), address, sender=BIROL).outcome == "thread-locked"


def test_a_group_thread_takes_no_answer_from_outside(store: Session, people: Cast) -> None:
    with transaction():
        groups.join(groups.add("vorstand", "Vorstand"), cast.person(people.anne))
    to = "gruppe-vorstand@ratspost.localhost"
    arrive(mail(ANNE, to, "Intern", "nur für uns", message_id="<g@rat.example>"), to)
    thread = store.scalars(sa.select(ThreadRow)).one()
    assert thread.group_id is not None
    for target, change in ((f"faden-{thread.id}@ratspost.localhost", {}), (FINANZEN, {"in_reply_to": "<g@rat.example>"})):
        row = arrive(mail(BIROL, target, "Re: Intern", f"über {target}", **change), target, sender=BIROL)
        assert (row.state, row.outcome) == (InboundState.HELD, "no-target")
    assert arrive(mail(BIROL, to, "Neu", "als Fremder"), to, sender=BIROL).state is InboundState.HELD
    assert access.find_thread(cast.person(people.birol), thread.id) is None
    assert thread.post_count == 1


def test_a_stranger_waits_unanswered(store: Session, people: Cast) -> None:
    row = arrive(mail(DORA, FINANZEN), FINANZEN, sender=DORA)
    assert (row.state, row.outcome) == (InboundState.HELD, "stranger")
    assert store.scalar(sa.select(sa.func.count()).select_from(LetterRow)) == 0


def test_a_fourth_topic_is_dropped_and_the_author_told(store: Session, people: Cast) -> None:
    to = "finanzen.verkehr.soziales.bildung@ratspost.localhost"
    arrive(mail(ANNE, to, "Viel"), to)
    assert len(store.scalars(sa.select(ThreadRow)).one().topics) == 3
    letter = store.scalars(sa.select(LetterRow).where(LetterRow.kind == "not-taken")).one()
    assert letter.facts["topics"] == ["bildung"]


def test_commands_follow_leave_and_mute(store: Session, people: Cast) -> None:
    arrive(mail(ANNE, FINANZEN, "Faden"), FINANZEN)
    thread = store.scalars(sa.select(ThreadRow)).one()
    birol = people.birol
    for local, outcome in (("finanzen.un-abo", "subscribe"), (f"faden-{thread.id}-stumm", "thread-stumm")):
        to = f"{local}@ratspost.localhost"
        assert arrive(mail(BIROL, to), to, sender=BIROL).outcome == outcome
    assert [follow.board.slug for follow in subscriptions.of(cast.person(birol))] == ["finanzen.kreis-unna"]
    wish = subscriptions.wish_of(cast.person(birol), store.get_one(ThreadRow, thread.id))
    assert wish is not None
    assert wish.value == "mute"
    to = "finanzen.un-ab@ratspost.localhost"
    arrive(mail(BIROL, to), to, sender=BIROL)
    assert subscriptions.of(cast.person(birol)) == []


def test_an_inner_error_is_tried_again_then_stuck_and_can_be_replayed(store: Session, people: Cast) -> None:
    def broken(_raw: bytes) -> ParsedMail:
        raise ZeroDivisionError

    with transaction():
        inbound_id = ledger.keep(mail(ANNE, FINANZEN, "Pech"), envelope_from=ANNE, envelope_to=[FINANZEN], peer="").id
    for attempt in range(1, 5):
        with transaction():
            row = ledger.lock(inbound_id)
            row.attempts = attempt
        state = receive.process(inbound_id, broken, known_names)
    assert state is InboundState.STUCK
    assert "ZeroDivisionError" in ledger.get(inbound_id).detail
    with transaction():
        ledger.retry(ledger.lock(inbound_id))
    assert receive.process(inbound_id, parse.read, known_names) is InboundState.POSTED


def test_a_moderator_lets_a_blind_copy_go_to_its_board(store: Session, people: Cast) -> None:
    row = arrive(mail(ANNE, "undisclosed-recipients:;"), FINANZEN)
    with transaction():
        post = holds.release(holds.of_inbound(row.id), cast.person(people.carla))
    assert store.get_one(ThreadRow, post.thread_id).subject.startswith("[Finanzen · Bottrop]")


def test_what_its_author_may_not_write_there_can_only_be_rejected(store: Session, people: Cast) -> None:
    with transaction():
        group = groups.add("vorstand", "Vorstand")
        groups.join(group, cast.person(people.anne))
        groups.join(group, cast.person(people.carla))
    to = "gruppe-vorstand@ratspost.localhost"
    arrive(mail(ANNE, to, "Intern", message_id="<g@rat.example>"), to)
    row = arrive(mail(BIROL, FINANZEN, "Re: Intern", "von außen", in_reply_to="<g@rat.example>"), FINANZEN, sender=BIROL)
    with pytest.raises(AuthorMayNotPost), transaction():
        holds.release(holds.of_inbound(row.id), cast.person(people.carla))
