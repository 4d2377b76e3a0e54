"""A file that is not passed on never costs the post, and its author hears which one and why, in one letter."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core.db import transaction
from forum.mailroom.models import InboundState, LetterRow
from forum.moderation import holds
from forum.moderation.models import HoldRow
from forum.threads import service
from forum.threads.models import PostRow
from mailbridge.inbound.proof import lookup
from mailbridge.outbound import notices, wording
from tests import cast
from tests.cast import ANNE, Cast
from tests.mailbridge.inbound.desk import DNS, FINANZEN, SETTINGS, arrive, letters, mx, proved, question_address, questions, token

PROGRAM = {"filename": "setup.exe", "reason": "program"}
LOCKED = {"filename": "geheim.rar", "reason": "archive that is not opened"}


@pytest.fixture
def settings() -> dict[str, str]:
    return SETTINGS


@pytest.fixture
def people(store: Session, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(lookup, "texts", DNS)
    return cast.enter()


def packed(*filenames: str, to: str = FINANZEN, subject: str = "Umlage", text: str = "Wer erhöht?") -> bytes:
    """A mail from Anne with files of these names."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = ANNE, to, subject
    message["Date"] = "Mon, 02 Nov 2026 20:15:00 +0100"
    message.set_content(text + "\n")
    for filename in filenames:
        kind = ("image", "png") if filename.endswith(".png") else ("application", "octet-stream")
        message.add_attachment(b"Inhalt", maintype=kind[0], subtype=kind[1], filename=filename)
    return bytes(message)


def kinds(store: Session) -> list[str]:
    """The letters to authors, in order."""
    return [letter.kind for letter in store.scalars(sa.select(LetterRow).order_by(LetterRow.id)) if letter.kind != "case"]


def words(letter: LetterRow, locale: str = "de") -> str:
    return wording.render(letter.kind, locale, notices.facts(letter)).text


def test_the_author_of_a_post_is_told_which_file_is_missing_and_why(store: Session, people: Cast) -> None:
    arrive(proved(packed("plan.pdf", "setup.exe", "geheim.rar")), FINANZEN)
    [post] = store.scalars(sa.select(PostRow))
    assert [file.filename for file in post.attachments] == ["plan.pdf"]
    assert kinds(store) == ["post", "not-taken"]
    [letter] = letters("not-taken")
    assert letter.facts["files"] == [PROGRAM, LOCKED]
    assert "  setup.exe\n    Das ist ein Programm.\n" in words(letter)
    assert "  geheim.rar\n    We do not look into such archives." in words(letter, "en")


def test_what_waits_says_so_in_the_one_letter_about_it(store: Session, people: Cast) -> None:
    arrive(proved(packed("setup.exe", subject="")), FINANZEN)
    assert kinds(store) == ["held"]
    [letter] = letters("held")
    assert letter.facts["left_out"] == [PROGRAM]
    assert "  setup.exe\n    Das ist ein Programm.\n" in words(letter)
    with transaction():
        holds.reject(store.scalars(sa.select(HoldRow)).one(), cast.person(people.carla), "Bitte mit Betreff.")
    assert kinds(store) == ["held", "rejected"]


def test_whoever_is_asked_first_is_told_once_it_appears(store: Session, people: Cast) -> None:
    arrive(mx(packed("setup.exe")), FINANZEN)
    assert kinds(store) == ["question"]
    [question] = questions()
    answer = cast.mail(ANNE, question_address(question), "Re: Ist das von dir?", "Ja")
    arrive(mx(answer), question_address(question))
    [letter] = letters("released")
    assert letter.facts["left_out"] == [PROGRAM]
    assert "setup.exe" in words(letter)
    assert letters("not-taken") == []


def test_a_post_without_such_files_says_nothing(store: Session, people: Cast) -> None:
    arrive(proved(packed("plan.pdf")), FINANZEN)
    assert kinds(store) == ["post"]


def test_the_names_go_when_the_post_is_withdrawn(store: Session, people: Cast) -> None:
    arrive(mx(packed("setup.exe")), FINANZEN)
    [question] = questions()
    arrive(mx(cast.mail(ANNE, question_address(question), "Re", "Ja")), question_address(question))
    [post] = store.scalars(sa.select(PostRow))
    with transaction():
        service.withdraw(post)
    row = store.scalars(sa.select(HoldRow)).one()
    assert row.contribution["left_out"] == []


def test_a_private_answer_passes_on_no_file_and_both_sides_hear_so(store: Session, people: Cast) -> None:
    to = token("p", people.anne, people.birol)
    row = arrive(proved(packed("plan.pdf", "image001.png", to=to)), to)
    assert (row.state, row.outcome) == (InboundState.RELAYED, "private")
    [relayed], [told] = letters("private"), letters("not-taken")
    assert (relayed.person_id, told.person_id) == (people.birol, people.anne)
    assert relayed.facts["left_out"] == told.facts["private"] == ["plan.pdf"], "a signature's logo is not worth a word"
    assert "  plan.pdf\n" in words(relayed)
    assert "ohne ihre Anhänge" in words(told)
    assert ANNE not in words(relayed)


def test_a_private_answer_without_files_brings_one_letter(store: Session, people: Cast) -> None:
    to = token("p", people.anne, people.birol)
    arrive(proved(packed(to=to)), to)
    assert kinds(store) == ["private"]
    assert "Angehängt" not in words(letters("private")[0])
