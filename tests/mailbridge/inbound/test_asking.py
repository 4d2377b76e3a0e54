"""A mail that may not be its sender's: its alleged author is asked, and only their yes posts it. # R53 R54"""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core import clock
from forum.core.db import transaction
from forum.core.refusals import WaitsForAuthor
from forum.mailroom.models import InboundState, LedgerRow
from forum.moderation import holds
from forum.moderation.models import HoldRow, HoldState, QuestionKind, QuestionRow
from forum.people import service
from forum.subscriptions import service as subscriptions
from forum.threads.models import PostRow
from mailbridge import replies
from mailbridge.inbound import door, parse, receive
from mailbridge.inbound.proof import lookup
from mailbridge.known_names import current as known_names
from tests import cast
from tests.cast import ANNE, BIROL, DORA, Cast, mail
from tests.mailbridge.inbound.desk import (
    DNS,
    FINANZEN,
    OUTSIDE,
    SETTINGS,
    arrive,
    at,
    letters,
    mx,
    proved,
    question_address,
    questions,
    token,
)  # fmt: skip
from tests.mailbridge.outbound.office import deliver

ASSISTANT = "buero@kanzlei.example"


@pytest.fixture
def settings() -> dict[str, str]:
    return SETTINGS


@pytest.fixture
def people(store: Session, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(lookup, "texts", DNS)
    return cast.enter()


def unproven(subject: str = "Umlage", text: str = "Wer erhöht?", to: str = FINANZEN, sender: str = ANNE) -> LedgerRow:
    """A mail that may be its sender's, and may not."""
    return arrive(mx(mail(sender, to, subject, text)), to, sender=sender)


def say(text: str, question: QuestionRow, sender: str = ANNE, *, certain: bool = False) -> LedgerRow:
    to = question_address(question)
    raw = mail(sender, to, "Re: Ist das von dir?", text)
    return arrive(proved(raw, sender.rpartition("@")[2]) if certain else mx(raw), to, sender=sender)


def posts(store: Session) -> list[PostRow]:
    return list(store.scalars(sa.select(PostRow).order_by(PostRow.id)))


def test_a_yes_posts_as_the_author_and_settles_both_mails(store: Session, people: Cast) -> None:
    row = unproven()
    assert (row.state, row.outcome) == (InboundState.HELD, "unproven")
    [question] = questions()
    answer = say("Ja, das war ich.", question)
    [post] = posts(store)
    assert (post.person_id, post.body) == (people.anne, "Wer erhöht?")
    assert (answer.state, answer.outcome) == (InboundState.ANSWERED, "yes")
    store.refresh(row)
    assert (row.state, row.outcome, row.post_id) == (InboundState.POSTED, "confirmed", post.id)


def test_a_no_discards(store: Session, people: Cast) -> None:
    row = unproven()
    assert say("Nein, das war ich nicht.", questions()[0]).outcome == "no"
    store.refresh(row)
    assert (row.state, row.outcome) == (InboundState.DISCARDED, "not-mine")
    assert store.scalars(sa.select(HoldRow)).one().state is HoldState.REJECTED
    assert posts(store) == []


def test_the_letter_shows_what_it_is_about_and_goes_to_the_address_that_was_used(store: Session, people: Cast) -> None:
    with transaction():
        service.add_address(cast.person(people.anne), "anne@privat.example")
    unproven(sender="anne@privat.example")
    with clock.stopped_at(clock.now() + dt.timedelta(hours=1)):
        [sent] = deliver().to("anne@privat.example")
    assert "Umlage" in sent.header("Subject")
    assert "| Wer erhöht?" in sent.text
    assert sent.header("Reply-To") == question_address(questions()[0])
    assert sent.header("Auto-Submitted") == "auto-generated"
    for body in (sent.text, sent.html):
        assert f"/frage/{question_address(questions()[0])[2:50]}" in body


def test_the_letter_carries_no_bait(store: Session, people: Cast) -> None:
    unproven("Gewonnen http://fremd.example/x", "Hier: HTTPS://fremd.example/?a=1, oder www.fremd.example.")
    [item] = letters("question")[0].facts["items"]
    assert (item["subject"], item["text"]) == ("Gewonnen [Link]", "Hier: [Link] oder [Link]")


def test_the_letter_of_a_delivered_question_can_be_answered_as_clients_do(store: Session, people: Cast) -> None:
    unproven()
    with clock.stopped_at(clock.now() + dt.timedelta(hours=1)):
        [sent] = deliver().to(ANNE)
    quoted = "\n".join(f"> {line}" for line in sent.text.splitlines())
    to = sent.header("Reply-To")
    raw = mail(ANNE, to, f"AW: {sent.header('Subject')}", f"Ja\n\nAm 02.11.2026 um 20:15 schrieb Ratspost:\n{quoted}",
               in_reply_to=sent.header("Message-ID"))  # fmt: skip
    assert arrive(mx(raw), to).outcome == "yes"
    assert len(posts(store)) == 1


def test_one_question_lists_all_mails_that_wait(store: Session, people: Cast) -> None:
    for number in range(5):
        unproven(f"Nummer {number}")
    [question] = questions()
    [letter] = letters("question")
    assert [item["subject"] for item in letter.facts["items"]] == [f"Nummer {number}" for number in range(5)]
    say("ja", question)
    assert len(posts(store)) == 5


def test_a_yes_is_for_what_the_letter_showed_and_for_nothing_later(store: Session, people: Cast) -> None:
    unproven("Echt")
    with clock.stopped_at(clock.now() + dt.timedelta(hours=1)):
        deliver()
        unproven("Gefälscht, nachgeschoben")
        say("Ja", questions()[0])
    assert [post.body for post in posts(store)] == ["Wer erhöht?"]
    first, second = questions()
    assert (first.answer, second.answer) == ("yes", "")
    assert [item["subject"] for item in letters("question")[1].facts["items"]] == ["Echt", "Gefälscht, nachgeschoben"]


def test_a_forger_cannot_fill_a_box(store: Session, people: Cast) -> None:
    now = clock.now()
    for hour in range(0, 72, 6):
        with clock.stopped_at(now + dt.timedelta(hours=hour, minutes=5)):
            unproven(f"Nummer {hour}")
            deliver()
    assert len(letters("question")) <= 4, "one a day at most, as long as there is no yes"


def test_whoever_answers_is_asked_at_once_again(store: Session, people: Cast) -> None:
    unproven("Eins")
    say("ja", questions()[0])
    unproven("Zwei")
    assert letters("question")[1].due_at < clock.now() + dt.timedelta(minutes=5)


def test_what_is_neither_is_asked_once_more_and_then_rests(store: Session, people: Cast) -> None:
    unproven()
    [question] = questions()
    assert [say(text, question).outcome for text in ("Wer sind Sie", "Worum geht es denn hier", "Hm")] == ["unclear"] * 3
    assert [letter.facts["again"] for letter in letters("question")] == [False, True]
    assert say("Ja", question).outcome == "yes"
    assert len(posts(store)) == 1


def test_a_second_answer_changes_nothing(store: Session, people: Cast) -> None:
    unproven()
    [question] = questions()
    assert [say(text, question).outcome for text in ("nein", "ja, doch", "Ja")] == ["no", "already-answered", "already-answered"]
    assert posts(store) == []


def test_nobody_else_answers(store: Session, people: Cast) -> None:
    unproven()
    [question] = questions()
    assert say("Ja", question, BIROL, certain=True).outcome == "other-sender"
    assert say("Ja", question, DORA).outcome == "other-sender"
    assert posts(store) == []


def test_a_machine_answers_nothing(store: Session, people: Cast) -> None:
    unproven()
    to = question_address(questions()[0])
    row = arrive(mx(mail(ANNE, to, "Re: Ist das von dir?", "Ja", auto_submitted="auto-replied")), to)
    assert row.state is InboundState.AUTOMATIC
    doubtful = arrive(mx(mail(ANNE, to, "Abwesenheitsnotiz: Ist das von dir?", "Ja")), to)
    assert doubtful.state in (InboundState.AUTOMATIC, InboundState.ANSWERED)
    assert posts(store) == []


def test_after_a_yes_the_board_still_decides(store: Session, people: Cast) -> None:
    unproven("", "Ohne Betreff")
    say("ja", questions()[0])
    assert posts(store) == []
    hold = store.scalars(sa.select(HoldRow)).one()
    assert (hold.state, hold.cause, hold.person_id) == (HoldState.WAITING, "no-subject", people.anne)
    assert letters("held")[0].person_id == people.anne


def test_a_moderator_cannot_say_yes_for_somebody(store: Session, people: Cast) -> None:
    unproven()
    hold = store.scalars(sa.select(HoldRow)).one()
    with pytest.raises(WaitsForAuthor), transaction():
        holds.release(hold, cast.person(people.carla))
    with transaction():
        holds.reject(hold, cast.person(people.carla), "Das ist Werbung.")
    assert say("ja", questions()[0]).outcome == "already-answered"
    assert posts(store) == []


def test_a_token_helps_where_the_domain_does_not_mind(store: Session, people: Cast) -> None:
    start = arrive(proved(mail(ANNE, FINANZEN, "Haushalt")), FINANZEN)
    post_id = start.post_id or 0
    anne, birol = token("a", people.anne, post_id), token("a", people.birol, post_id)
    assert arrive(mx(mail(BIROL, birol, "Re", "Mit Token.")), birol, sender=BIROL).outcome == "posted"
    assert arrive(mx(mail(ANNE, anne, "Re", "Mit Token, ohne Nachweis.")), anne).outcome == "unproven"
    assert arrive(proved(mail(ANNE, anne, "Re", "Mit beidem.")), anne).outcome == "posted"
    bad = mx(mail(BIROL, birol, "Re", "Nicht bestanden."), "dmarc=fail (p=none dis=none) header.from=kreis.example")
    assert arrive(bad, birol, sender=BIROL).outcome == "posted"
    assert arrive(mail(BIROL, birol, "Re", "Am MTA vorbei."), birol, sender=BIROL, peer=OUTSIDE).outcome == "posted"


def test_no_answer_of_the_dns_is_no_permission(store: Session, people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    start = arrive(proved(mail(ANNE, FINANZEN, "Haushalt")), FINANZEN)

    def dead(name: str) -> tuple[bytes, ...]:
        raise lookup.LookupFailed(name)

    monkeypatch.setattr(lookup, "texts", dead)
    to = token("a", people.birol, start.post_id or 0)
    assert arrive(mx(mail(BIROL, to, "Re", "Wer weiß.")), to, sender=BIROL).outcome == "unproven"


@pytest.mark.parametrize("sender", [DORA, ASSISTANT, BIROL])
def test_a_token_from_another_sender_asks_its_owner(store: Session, people: Cast, sender: str) -> None:
    start = arrive(proved(mail(ANNE, FINANZEN, "Haushalt")), FINANZEN)
    to = token("a", people.anne, start.post_id or 0)
    row = arrive(proved(mail(sender, to, "Re", "Von unterwegs."), sender.rpartition("@")[2]), to, sender=sender)
    assert (row.state, row.outcome) == (InboundState.HELD, "other-sender")
    [question] = questions()
    assert (question.person_id, question.address) == (people.anne, "")
    say("Ja, das war ich", question)
    assert [(post.person_id, post.byline.name) for post in posts(store)] == [(people.anne, "Anne Muster")] * 2
    offers = [one for one in questions() if one.kind is QuestionKind.ADDRESS]
    assert [one.address for one in offers] == ([sender] if sender != BIROL else [])


def offered(people: Cast, store: Session) -> QuestionRow:
    """The assistant wrote to Anne's answer address, and she said that the words were hers."""
    start = arrive(proved(mail(ANNE, FINANZEN, "Haushalt")), FINANZEN)
    to = token("a", people.anne, start.post_id or 0)
    arrive(mx(mail(ASSISTANT, to, "Re", "Diktiert.")), to, sender=ASSISTANT)
    say("Ja", questions()[0])
    return questions()[1]


def addresses(people: Cast) -> list[str]:
    return [address.email for address in cast.person(people.anne).addresses if address.verified_at]


def test_an_address_is_added_after_two_yes_with_proof(store: Session, people: Cast) -> None:
    offer = offered(people, store)
    assert letters("address-question")[0].address is None
    assert say("ja", offer, certain=True).outcome == "yes"
    assert addresses(people) == [ANNE]
    proof = questions()[2]
    assert letters("address-proof")[0].address == ASSISTANT
    assert say("Ja", proof, ASSISTANT, certain=True).outcome == "yes"
    store.expire_all()
    assert addresses(people) == [ANNE, ASSISTANT]
    assert letters("address-added")[0].person_id == people.anne


def test_an_address_is_not_added_by_answers_that_prove_nothing(store: Session, people: Cast) -> None:
    offer = offered(people, store)
    assert say("ja, das war ich", offer).outcome == "needs-browser"
    assert say("ja", offer, ASSISTANT, certain=True).outcome == "other-sender"
    assert say("ja", offer, certain=True).outcome == "yes"
    proof = questions()[2]
    assert say("ja", proof, ASSISTANT).outcome == "needs-browser"
    assert say("ja", proof, ANNE, certain=True).outcome == "other-sender"
    assert say("nein", proof, ASSISTANT).outcome == "no"
    assert addresses(people) == [ANNE]


def test_an_address_that_became_somebody_elses_is_not_taken(store: Session, people: Cast) -> None:
    offer = offered(people, store)
    say("ja", offer, certain=True)
    with transaction():
        service.add("Büro", ASSISTANT)
    assert say("ja", questions()[2], ASSISTANT, certain=True).outcome == "address-taken"
    assert addresses(people) == [ANNE]


def test_a_command_without_proof_waits_for_a_yes(store: Session, people: Cast) -> None:
    to = at("finanzen.un-abo")
    row = unproven("x", "x", to)
    assert (row.state, row.outcome) == (InboundState.HELD, "unproven")
    assert store.scalars(sa.select(HoldRow)).all() == []
    assert letters("question")[0].facts["items"][0]["to"] == [to]
    say("ja", questions()[0])
    store.refresh(row)
    assert row.state is InboundState.WAITING
    work_again(row)
    assert (row.state, row.outcome) == (InboundState.COMMAND, "subscribe")
    assert [follow.board.slug for follow in subscriptions.of(cast.person(people.anne))] == ["finanzen.kreis-unna"]


def test_a_private_answer_without_proof_is_nobodys_to_read(store: Session, people: Cast) -> None:
    to = token("p", people.anne, people.birol)
    row = unproven("Vertraulich", "Nur für Birol.", to)
    assert (row.state, row.outcome) == (InboundState.HELD, "unproven")
    assert store.scalars(sa.select(HoldRow)).all() == []
    assert letters("case") == []
    say("ja", questions()[0])
    work_again(row)
    assert (row.state, row.outcome) == (InboundState.RELAYED, "private")
    assert letters("private")[0].person_id == people.birol


def work_again(row: LedgerRow) -> None:
    """What the worker does with a mail that was put back."""
    receive.process(row.id, parse.read, known_names)


def test_the_door_knows_questions(store: Session, people: Cast) -> None:
    unproven()
    [question] = questions()
    address = question_address(question)
    assert door.recipient(address, known_names()) is None
    assert door.recipient(address.upper().replace("RATSPOST.LOCALHOST", "ratspost.localhost"), known_names()) is None
    for person, number, epoch in ((people.anne, 4_711, 0), (people.birol, question.id, 0), (people.anne, question.id, 3)):
        wrong = token("f", person, number, epoch=epoch)
        assert (door.recipient(wrong, known_names()) or "").startswith("550-5.1.1")


def test_the_door_refuses_an_authenticated_stranger_and_nobody_else(store: Session, people: Cast) -> None:
    def refused(raw: bytes, peer: str = "127.0.0.1") -> bool:
        said = door.mail(raw, (FINANZEN,), known_names, peer)
        assert said is None or said == replies.STRANGER.say(link="http://127.0.0.1:8000/hilfe")
        return said is not None

    stranger, member = mail(DORA, FINANZEN), mail(ANNE, FINANZEN)
    assert refused(proved(stranger, "fremd.example"))
    assert not refused(mx(stranger))
    assert not refused(proved(stranger, "fremd.example"), OUTSIDE)
    assert not refused(mx(stranger, "dmarc=fail (p=reject) header.from=fremd.example"))
    assert not refused(proved(member))
    assert not refused(mx(member))
