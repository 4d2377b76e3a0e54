"""Carla decides by mail: what she may, what a forger may not, and what is asked once more. # R61"""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core import clock
from forum.core.db import transaction
from forum.mailroom.models import InboundState, LedgerRow
from forum.moderation import holds, intake, log
from forum.moderation.contribution import Contribution
from forum.moderation.models import HoldRow, HoldState, ModerationRow, QuestionKind, QuestionRow
from forum.people import groups, service
from forum.people.models import GroupMemberRow, RoleKind, RoleRow, Standing
from forum.places import boards
from forum.threads import service as threads
from forum.threads.draft import Draft
from forum.threads.models import BodyFormat, PostRow, Source
from mailbridge.inbound import door
from mailbridge.inbound.proof import lookup
from mailbridge.known_names import current as known_names
from tests import cast
from tests.cast import ANNE, BIROL, CARLA, DORA, Cast, mail
from tests.mailbridge.inbound.desk import (
    DNS,
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

SUBJECT = "AW: Moderation: Hebesätze"


@pytest.fixture
def settings() -> dict[str, str]:
    return SETTINGS


@pytest.fixture
def people(store: Session, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(lookup, "texts", DNS)
    return cast.enter()


@pytest.fixture
def held(people: Cast) -> HoldRow:
    """Anne's contribution, on a board where everything is looked at first."""
    with transaction():
        boards.configure(boards.get("finanzen.bottrop"), guests=None, first_posts_held=None, held=True)
    return hold(people)


def hold(people: Cast, *, group: str | None = None) -> HoldRow:
    draft = Draft(source=Source.WEB, body="Wer erhöht?\n\nhttps://fremd.example/x", body_format=BodyFormat.MARKDOWN)
    place = {"topics": ("finanzen",), "regions": ("bottrop",)} if group is None else {}
    whole = Contribution(draft=draft, person_id=people.anne, title="Hebesätze", group=group, **place)  # type: ignore[arg-type]
    with transaction():
        outcome = intake.submit(whole, cause="first-post" if group else None)
    assert isinstance(outcome, intake.Held)
    return holds.get(outcome.hold_id)


def case(people: Cast, row: HoldRow, person_id: int | None = None) -> str:
    return token("m", person_id or people.carla, row.id)


def say(text: str, to: str, sender: str = CARLA, *, certain: bool = True, **headers: str) -> LedgerRow:
    raw = mail(sender, to, SUBJECT, text, **headers)
    return arrive(proved(raw, sender.rpartition("@")[2]) if certain else mx(raw), to, sender=sender)


def confirmation() -> QuestionRow:
    [question] = [one for one in questions() if one.kind is QuestionKind.RELEASE]
    return question


def ended(row: LedgerRow) -> tuple[InboundState, str]:
    return row.state, row.outcome


def posts(store: Session) -> list[PostRow]:
    return list(store.scalars(sa.select(PostRow)))


def acts(store: Session) -> list[str]:
    return list(store.scalars(sa.select(ModerationRow.act).order_by(ModerationRow.id)))


def told(person_id: int) -> list[str]:
    """What the letters about their answers say, by name."""
    return [letter.facts["did"] for letter in letters("case-answer") if letter.person_id == person_id]


def nothing_happened(store: Session, held: HoldRow) -> bool:
    store.refresh(held)
    return held.state is HoldState.WAITING and posts(store) == [] and acts(store) == [] and letters("rejected") == []


def test_a_rejection_is_done_at_once_and_the_author_told_why(store: Session, people: Cast, held: HoldRow) -> None:
    row = say("Ablehnen: Das ist Werbung.\n\nViele Grüße\nCarla", case(people, held))
    assert ended(row) == (InboundState.ANSWERED, "rejected")
    store.refresh(held)
    assert (held.state, held.reason, held.settled_by_id) == (HoldState.REJECTED, "Das ist Werbung.", people.carla)
    [letter] = letters("rejected")
    assert (letter.person_id, letter.facts["reason"]) == (people.anne, "Das ist Werbung.")
    assert (acts(store), told(people.carla)) == (["reject"], ["rejected"])


def test_a_rejection_needs_a_reason(store: Session, people: Cast, held: HoldRow) -> None:
    assert ended(say("Nein", case(people, held))) == (InboundState.ANSWERED, "reason-missing")
    assert nothing_happened(store, held)
    assert told(people.carla) == ["reason-missing"]
    assert say("Nein: Werbung", case(people, held)).outcome == "rejected"


def test_a_reason_carries_no_token(store: Session, people: Cast, held: HoldRow) -> None:
    say(f"Ablehnen: siehe {case(people, held)}", case(people, held))
    assert letters("rejected")[0].facts["reason"] == "siehe […]"


def test_a_release_is_asked_once_more_and_only_then_published(store: Session, people: Cast, held: HoldRow) -> None:
    assert ended(say("Freigeben", case(people, held))) == (InboundState.ANSWERED, "release-asked")
    assert nothing_happened(store, held)
    question = confirmation()
    assert question_address(question) != case(people, held)
    assert ended(say("Ja", question_address(question))) == (InboundState.ANSWERED, "released")
    [post] = posts(store)
    store.refresh(held)
    assert (held.state, held.post_id, post.person_id) == (HoldState.RELEASED, post.id, people.anne)
    assert (acts(store), told(people.carla)) == (["release"], ["released"])
    assert letters("released")[0].person_id == people.anne


def test_a_no_leaves_it_waiting(store: Session, people: Cast, held: HoldRow) -> None:
    say("ok", case(people, held))
    assert say("Nein", question_address(confirmation())).outcome == "not-released"
    assert nothing_happened(store, held)
    assert say("Ja", question_address(confirmation())).outcome == "answer-spent"
    assert nothing_happened(store, held)


def test_the_first_yes_said_again_is_no_second_yes(store: Session, people: Cast, held: HoldRow) -> None:
    outcomes = [say(text, case(people, held)).outcome for text in ("Ja", "Ja!", "Ja, freigeben", "Ablehnen: doch nicht")]
    assert outcomes == ["release-asked", "answer-spent", "answer-spent", "answer-spent"]
    assert nothing_happened(store, held)
    assert len(letters("question")) == 1
    assert told(people.carla) == ["answer-spent"] * 2, "nobody's box is filled"


def test_the_same_mail_again_is_a_duplicate(store: Session, people: Cast, held: HoldRow) -> None:
    assert say("Ja", case(people, held), message_id="<1@forum.example>").outcome == "release-asked"
    assert say("Ja", case(people, held), message_id="<1@forum.example>").state is InboundState.DUPLICATE
    assert len(letters("question")) == 1


def test_who_comes_second_hears_who_decided(store: Session, people: Cast, held: HoldRow) -> None:
    say("Ablehnen: Werbung", case(people, held))
    assert ended(say("Freigeben", case(people, held))) == (InboundState.ANSWERED, "already-settled")
    assert (acts(store), posts(store)) == (["reject"], [])
    letter = letters("case-answer")[-1]
    assert letter.facts["said"]["de"] == "Das ist schon erledigt, von Carla Probe."


def test_a_release_in_the_browser_meanwhile_makes_the_confirmation_void(store: Session, people: Cast, held: HoldRow) -> None:
    say("Freigeben", case(people, held))
    with transaction():
        holds.reject(holds.get(held.id), cast.person(people.carla), "Doch nicht.")
    assert say("Ja", question_address(confirmation())).outcome == "already-settled"
    assert posts(store) == []


def test_after_an_undo_the_old_address_is_spent(store: Session, people: Cast, held: HoldRow) -> None:
    say("Ablehnen: Werbung", case(people, held))
    with transaction():
        holds.undo(log.newest()[0], cast.person(people.carla))
    assert say("Ablehnen: Immer noch", case(people, held)).outcome == "answer-spent"
    store.refresh(held)
    assert held.state is HoldState.WAITING


@pytest.mark.parametrize("text", ["Freigeben", "Ablehnen: Werbung"])
@pytest.mark.parametrize("verdict", ["", "dmarc=fail (p=reject) header.from=forum.example", "spf=pass smtp.mailfrom=x@y.example"])
def test_without_evidence_nothing_happens(store: Session, people: Cast, held: HoldRow, text: str, verdict: str) -> None:
    to = case(people, held)
    row = arrive(mx(mail(CARLA, to, SUBJECT, text), *[verdict] * bool(verdict)), to, sender=CARLA)
    assert ended(row) == (InboundState.DISCARDED, "answer-unproved")
    assert nothing_happened(store, held)
    assert told(people.carla) == ["answer-unproved"]


def test_a_forged_yes_releases_nothing(store: Session, people: Cast, held: HoldRow) -> None:
    say("Freigeben", case(people, held))
    assert say("Ja", question_address(confirmation()), certain=False).outcome == "answer-unproved"
    assert say("Ja", question_address(confirmation()), ANNE).outcome == "other-sender"
    assert nothing_happened(store, held)
    assert say("Ja, bitte.", question_address(confirmation())).outcome == "released"


@pytest.mark.parametrize("sender", [ANNE, BIROL, DORA])
def test_the_token_of_another_helps_nobody(store: Session, people: Cast, held: HoldRow, sender: str) -> None:
    row = say("Freigeben", case(people, held), sender)
    assert ended(row) == (InboundState.DISCARDED, "other-sender")
    assert nothing_happened(store, held)
    assert letters("case-answer") == []


def test_a_moderator_who_never_got_the_mail_has_no_address_for_it(store: Session, people: Cast, held: HoldRow) -> None:
    with transaction():
        service.grant(cast.person(people.birol), RoleKind.MODERATOR)
    row = say("Ablehnen: Werbung", case(people, held, people.birol), BIROL)
    assert ended(row) == (InboundState.DISCARDED, "dead-token")
    assert nothing_happened(store, held)


def test_after_72_hours_the_browser_is_the_way(store: Session, people: Cast, held: HoldRow) -> None:
    with clock.stopped_at(clock.now() + dt.timedelta(hours=73)):
        assert ended(say("Ablehnen: Werbung", case(people, held))) == (InboundState.ANSWERED, "answer-too-late")
    assert nothing_happened(store, held)
    assert "72" in letters("case-answer")[0].facts["said"]["de"]
    assert say("Freigeben", case(people, held)).outcome == "release-asked"
    with clock.stopped_at(clock.now() + dt.timedelta(hours=73)):
        assert say("Ja", question_address(confirmation())).outcome == "answer-too-late"
    assert nothing_happened(store, held)


def demote(store: Session, person_id: int) -> None:
    with transaction():
        store.execute(sa.delete(RoleRow).where(RoleRow.person_id == person_id))
    store.expire_all()


def test_who_moderates_no_more_is_refused_and_learns_nothing(store: Session, people: Cast, held: HoldRow) -> None:
    demote(store, people.carla)
    assert ended(say("Ablehnen: Werbung", case(people, held))) == (InboundState.ANSWERED, "not-allowed")
    assert nothing_happened(store, held)
    [letter] = letters("case-answer")
    assert (letter.facts["did"], letter.facts["title"]) == ("not-allowed", "")


def test_the_right_is_asked_again_at_the_second_yes(store: Session, people: Cast, held: HoldRow) -> None:
    say("Freigeben", case(people, held))
    demote(store, people.carla)
    assert say("Ja", question_address(confirmation())).outcome == "not-allowed"
    assert nothing_happened(store, held)


def test_what_waits_in_a_group_is_no_business_of_others(store: Session, people: Cast) -> None:
    with transaction():
        groups.join(groups.add("vorstand", "Vorstand"), cast.person(people.anne))
    row = hold(people, group="vorstand")
    assert letters("case") == []
    for text in ("Freigeben", "Ablehnen: Werbung"):
        assert ended(say(text, case(people, row))) == (InboundState.DISCARDED, "dead-token")
    assert nothing_happened(store, row)
    assert letters("case-answer") == []


def test_whoever_left_the_group_decides_nothing_there(store: Session, people: Cast) -> None:
    with transaction():
        group = groups.add("vorstand", "Vorstand")
        for member in (people.anne, people.carla):
            groups.join(group, cast.person(member))
    row = hold(people, group="vorstand")
    assert [letter.person_id for letter in letters("case")] == [people.carla]
    with transaction():
        store.execute(sa.delete(GroupMemberRow).where(GroupMemberRow.person_id == people.carla))
    assert say("Freigeben", case(people, row)).outcome == "not-allowed"
    assert nothing_happened(store, row)
    assert letters("case-answer")[0].facts["title"] == ""


@pytest.mark.parametrize("text", ["Vielleicht", "Freigeben, aber ohne Anhang", "Ablehnen?", "Nicht ablehnen", ""])
def test_what_is_unclear_does_nothing_and_tells_what_can_be_said(store: Session, people: Cast, held: HoldRow, text: str) -> None:
    assert ended(say(text, case(people, held))) == (InboundState.ANSWERED, "answer-unclear")
    assert nothing_happened(store, held)
    assert told(people.carla) == ["answer-unclear"]
    with clock.stopped_at(clock.now() + dt.timedelta(hours=1)):
        last = deliver().to(CARLA)[-1]
    assert "„Freigeben“ oder „Ablehnen: Begründung“" in last.text
    assert say("Freigeben", case(people, held)).outcome == "release-asked", "a misunderstanding spends nothing"


@pytest.mark.parametrize("text", [
    "> Freigeben", "> Ablehnen: Werbung\n> Freigeben", "Am 02.11.2026 um 20:15 schrieb Ratspost:\n> Freigeben",
])  # fmt: skip
def test_quoted_words_decide_nothing(store: Session, people: Cast, held: HoldRow, text: str) -> None:
    assert say(text, case(people, held), in_reply_to="<l1@ratspost.localhost>").outcome == "answer-unclear"
    assert nothing_happened(store, held)


def test_the_letter_can_be_answered_as_clients_do(store: Session, people: Cast, held: HoldRow) -> None:
    [sent] = deliver().to(CARLA)
    assert sent.header("Reply-To") == case(people, held)
    assert "| Wer erhöht?" in sent.text
    assert "Ablehnen: Begründung" in sent.text
    assert "fremd.example" not in sent.text + sent.html, "our own letter carries nobody's links"
    quoted = "\n".join(f"> {line}" for line in sent.text.splitlines())
    below = f"\n\nAm 02.11.2026 um 20:15 schrieb Ratspost:\n{quoted}"
    bare = "\n\n-----Ursprüngliche Nachricht-----\nVon: Ratspost\nGesendet: Montag, 2. November 2026 20:15\nAn: Carla Probe\n"
    for answer in (below, f"{bare}Betreff: Moderation: Hebesätze\n\n{sent.text}", f"\n\n{sent.text}"):
        assert say(answer, case(people, held), in_reply_to=sent.header("Message-ID")).outcome == "answer-unclear"
    assert nothing_happened(store, held)
    answer = f"Freigeben{below}"
    assert say(answer, case(people, held), in_reply_to=sent.header("Message-ID")).outcome == "release-asked"
    asked = deliver().to(CARLA)[-1]
    assert asked.header("Reply-To") == question_address(confirmation())
    assert "Soll das erscheinen?" in asked.header("Subject")
    quoted = "\n".join(f"> {line}" for line in asked.text.splitlines())
    assert say(f"Ja\n\n{quoted}", asked.header("Reply-To"), in_reply_to=asked.header("Message-ID")).outcome == "released"


def test_machines_decide_nothing(store: Session, people: Cast, held: HoldRow) -> None:
    row = say("Freigeben", case(people, held), auto_submitted="auto-replied")
    assert row.state is InboundState.AUTOMATIC
    to = case(people, held)
    absent = proved(mail(CARLA, to, "Abwesenheitsnotiz: Moderation: Hebesätze", "Ablehnen: Ich bin im Urlaub."), "forum.example")
    assert arrive(absent, to, sender=CARLA).outcome != "rejected"
    assert nothing_happened(store, held)


def test_any_letter_case_is_read_and_nothing_else(store: Session, people: Cast, held: HoldRow) -> None:
    good = case(people, held)
    local, _, domain = good.partition("@")
    prefix, token_ = local.split("+")
    for broken in (token_[:-1], token_[1:] + token_[0], token_[:-1] + ("a" if token_[-1] != "a" else "b"), "f" + token_[1:]):
        assert say("Ablehnen: Werbung", f"{prefix}+{broken}@{domain}").state is not InboundState.ANSWERED
    for kind in ("f", "a", "p"):
        assert say("Ablehnen: Werbung", f"{kind}+{token_}@{domain}").state is not InboundState.ANSWERED
    store.refresh(held)
    assert held.state is HoldState.WAITING
    assert [act for act in acts(store) if act == "reject"] == []
    assert say("Ablehnen: Werbung", f"M+{token_.upper()}@{domain}").outcome == "rejected"


def test_a_reset_ends_the_addresses(store: Session, people: Cast, held: HoldRow) -> None:
    to = case(people, held)
    with transaction():
        cast.person(people.carla).epoch += 1
    assert ended(say("Ablehnen: Werbung", to)) == (InboundState.DISCARDED, "dead-token")
    assert nothing_happened(store, held)


def test_a_case_in_the_blind_copy_or_two_at_once_are_none(store: Session, people: Cast, held: HoldRow) -> None:
    raw = proved(mail(CARLA, ANNE, "Re: Mittagessen", "Ja"), "forum.example")
    assert ended(arrive(raw, case(people, held), sender=CARLA)) == (InboundState.DISCARDED, "dead-token")
    second = hold(people)
    both = f"{case(people, held)}, {case(people, second)}"
    raw = proved(mail(CARLA, both, SUBJECT, "Ablehnen: Werbung"), "forum.example")
    assert arrive(raw, case(people, held), case(people, second), sender=CARLA).outcome == "dead-token"
    assert nothing_happened(store, held)


def test_the_door_knows_cases(store: Session, people: Cast, held: HoldRow) -> None:
    assert door.recipient(case(people, held), known_names()) is None
    wrong = (token("m", people.carla, 4_711), case(people, held, people.birol), token("m", people.carla, held.id, epoch=3))
    for address in (*wrong, at("m+" + "c" * 48)):
        assert (door.recipient(address, known_names()) or "").startswith("550"), address


def test_what_cannot_be_released_says_why(store: Session, people: Cast, held: HoldRow) -> None:
    say("Freigeben", case(people, held))
    with transaction():
        service.set_standing(cast.person(people.anne), Standing.LOCKED)
    assert say("Ja", question_address(confirmation())).outcome == "author-may-not-post"
    assert posts(store) == []
    assert told(people.carla) == ["author-may-not-post"]


def test_withdrawn_words_do_not_stay_in_the_letters(store: Session, people: Cast, held: HoldRow) -> None:
    with transaction():
        threads.withdraw(holds.release(holds.get(held.id), cast.person(people.carla)))
    assert letters("case")[0].facts["text"] == ""


@pytest.mark.parametrize("settings", [{"RATSPOST_TRUST_FROM": "1"}])
def test_trusting_every_from_is_no_evidence(store: Session, people: Cast, held: HoldRow) -> None:
    assert "Ablehnen: Begründung" not in deliver().to(CARLA)[-1].text, "what cannot work is not offered"
    assert ended(say("Ablehnen: Werbung", case(people, held))) == (InboundState.DISCARDED, "answer-unproved")
    assert nothing_happened(store, held)
