"""The demo's local post boxes: reading what was delivered, and answering it by real SMTP."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from forum.config import Door
from forum.core.refusals import MailNotSent, NotFound
from mailbridge.outbound.transport import MaildirTransport
from mailbridge.postbox import LocalPostBoxes
from tests import cast
from tests.cast import BIROL, CARLA
from tests.mailbridge.outbound import office
from tests.mailbridge.outbound.sink import Sink, running


@pytest.fixture
def folder(store: Session, tmp_path: Path) -> Path:
    """Anne's post lies in the boxes of Birol and Carla."""
    people = cast.enter()
    for follower in (people.birol, people.carla):
        cast.follows(follower, "finanzen")
    office.start(people.anne, body="Wer erhöht?\n\nUnd wann?")
    office.deliver(MaildirTransport(tmp_path / "boxes"))  # type: ignore[arg-type]
    return tmp_path / "boxes"


def boxes_with(folder: Path, sink: Sink | None = None) -> LocalPostBoxes:
    return LocalPostBoxes(folder, lambda: Door("127.0.0.1", sink.port) if sink else None)


def received(sink: Sink) -> EmailMessage:
    return message_from_bytes(sink.mails[-1][2], policy=policy.default)


def test_every_recipient_has_a_box(folder: Path) -> None:
    boxes = boxes_with(folder)
    assert boxes.owners() == [BIROL, CARLA]
    (mail,) = boxes.mails(BIROL)
    assert (mail.subject, mail.sender) == (
        "[Finanzen · Bottrop] Hebesätze 2027", "Anne Muster (Rat Bottrop) <finanzen.bottrop@ratspost.localhost>",
    )  # fmt: skip
    assert (mail.to, mail.reply_to[:2], mail.seen) == ("faden-1@ratspost.localhost", "a+", False)
    assert mail.text.startswith("Wer erhöht?\n\nUnd wann?\n\n-- \nRatspost · Faden 1.1\n")


def test_opening_a_mail_marks_it_as_seen(folder: Path) -> None:
    boxes = boxes_with(folder)
    key = boxes.mails(BIROL)[0].key
    assert boxes.mail(BIROL, key).seen
    assert [(mail.key, mail.seen) for mail in boxes.mails(BIROL)] == [(key, True)]
    assert not boxes.mails(CARLA)[0].seen


@pytest.mark.parametrize("owner", ["dora@fremd.example", "..", ".", "", "../boxes/birol@kreis.example"])
def test_other_boxes_do_not_exist(folder: Path, owner: str) -> None:
    with pytest.raises(NotFound):
        boxes_with(folder).mails(owner)


@pytest.mark.parametrize("key", ["", ".", "..", "../../carla@forum.example/new", "nichts"])
def test_other_mails_do_not_exist(folder: Path, key: str) -> None:
    with pytest.raises(NotFound):
        boxes_with(folder).mail(BIROL, key)


@pytest.mark.socket
def test_an_answer_is_what_a_german_mail_program_sends(folder: Path) -> None:
    with running(Sink()) as sink:
        boxes = boxes_with(folder, sink)
        mail = boxes.mails(BIROL)[0]
        assert boxes.answer(BIROL, mail.key, "Wir nicht.\r\n\r\nGruß\r\nBirol\r\n") == "250 2.0.0 kept"
    assert sink.mails[0][:2] == (BIROL, [mail.reply_to])
    sent = received(sink)
    assert (sent["From"], sent["To"], sent["Subject"]) == (BIROL, mail.reply_to, "AW: [Finanzen · Bottrop] Hebesätze 2027")
    assert (sent["In-Reply-To"], sent["References"]) == (mail.message_id, mail.message_id)
    lines = sent.get_content().splitlines()
    assert lines[:4] == ["Wir nicht.", "", "Gruß", "Birol"]
    assert lines[5].startswith("Am ")
    assert lines[5].endswith(" schrieb Anne Muster (Rat Bottrop):")
    assert lines[6:10] == ["> Wer erhöht?", ">", "> Und wann?", ">"]


@pytest.mark.socket
def test_a_new_mail_goes_to_all_it_names(folder: Path) -> None:
    with running(Sink()) as sink:
        to = "finanzen.unna@ratspost.localhost, verkehr.hamm@ratspost.localhost"
        assert boxes_with(folder, sink).write(BIROL, to, "Kreisumlage\r\nBcc: x", "Steigt sie?") == "250 2.0.0 kept"
    assert sink.mails[0][1] == ["finanzen.unna@ratspost.localhost", "verkehr.hamm@ratspost.localhost"]
    assert (received(sink)["Subject"], received(sink)["Bcc"]) == ("Kreisumlage Bcc: x", None)


@pytest.mark.socket
@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_refusal_is_told_in_the_servers_words(folder: Path, command: str) -> None:
    with running(Sink()) as sink:
        sink.says[command] = "550 5.1.1 Das Brett gibt es nicht."
        with pytest.raises(MailNotSent) as refused:
            boxes_with(folder, sink).write(BIROL, "finanzn@ratspost.localhost", "x", "y")
    assert "550 5.1.1 Das Brett gibt es nicht." in refused.value.sentence("de")


def test_a_shut_door_is_told(folder: Path) -> None:
    with pytest.raises(MailNotSent, match="RATSPOST_SMTP"):
        boxes_with(folder).write(BIROL, "finanzen@ratspost.localhost", "x", "y")


@pytest.mark.parametrize("to", ["", "\x00@x.example", "ä@x.example", " , "])
def test_what_is_no_address_is_told(folder: Path, to: str) -> None:
    with pytest.raises(MailNotSent):
        boxes_with(folder).write(BIROL, to, "x", "y")
