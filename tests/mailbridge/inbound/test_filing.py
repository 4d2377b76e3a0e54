"""Files of a mail: the signature's logo is attached once, not with every answer; a photo sent on purpose always is."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core.db import transaction
from forum.mailroom import ledger
from forum.threads.models import PostRow
from mailbridge.inbound import parse, receive
from mailbridge.known_names import current as known_names
from tests.cast import ANNE, Cast

LOGO, PHOTO = b"\x89PNG\r\n\x1a\nlogo", b"\x89PNG\r\n\x1a\nphoto"
BOARD = "finanzen.bottrop@ratspost.localhost"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_TRUST_FROM": "1"}


def arrive(subject: str, *, photo: bool = False, **headers: str) -> None:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = ANNE, BOARD, subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(f"Text zu {subject}\n")
    message.add_alternative(f"<p>Text zu {subject}</p><img src='cid:logo'>", subtype="html")
    html = message.get_payload()[1]  # type: ignore[index]
    assert isinstance(html, EmailMessage)
    html.add_related(LOGO, "image", "png", cid="<logo>", filename="image001.png")
    if photo:
        message.add_attachment(PHOTO, maintype="image", subtype="png", filename="foto.png")
    with transaction():
        inbound_id = ledger.keep(bytes(message), envelope_from=ANNE, envelope_to=[BOARD], peer="").id
    receive.process(inbound_id, parse.read, known_names)


def arrive_with(subject: str, content: bytes, filename: str, disposition: str = "attachment") -> None:
    """A plain mail with one image that no Content-ID ties to a text."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = ANNE, BOARD, subject
    message.set_content(f"Text zu {subject}\n")
    message.add_attachment(content, maintype="image", subtype="png", filename=filename, disposition=disposition)
    with transaction():
        inbound_id = ledger.keep(bytes(message), envelope_from=ANNE, envelope_to=[BOARD], peer="").id
    receive.process(inbound_id, parse.read, known_names)


def names(store: Session) -> list[list[str]]:
    return [[file.filename for file in post.attachments] for post in store.scalars(sa.select(PostRow).order_by(PostRow.id))]


def test_a_logo_is_attached_once_a_photo_each_time(store: Session, people: Cast) -> None:
    arrive("Eins", photo=True, Message_ID="<eins@rat.example>")
    arrive("Re: Eins", photo=True, In_Reply_To="<eins@rat.example>")
    arrive("Zwei")
    assert names(store) == [["image001.png", "foto.png"], ["foto.png"], []]


@pytest.mark.parametrize(
    ("filename", "disposition"), [("image001.png", "attachment"), ("Logo Rat.png", "attachment"), ("x.png", "inline")]
)
def test_a_logo_whose_content_id_was_taken_away_is_attached_once(
    store: Session, people: Cast, filename: str, disposition: str
) -> None:
    arrive_with("Eins", LOGO, filename, disposition)
    arrive_with("Zwei", LOGO, filename, disposition)
    assert names(store) == [[filename], []]


@pytest.mark.parametrize(
    ("content", "filename", "disposition"),
    [(PHOTO, "foto.png", "attachment"), (PHOTO * 10_000, "image001.png", "attachment"), (PHOTO * 10_000, "IMG_1.png", "inline")],
)
def test_what_is_large_or_has_a_name_of_its_own_is_attached_again(
    store: Session, people: Cast, content: bytes, filename: str, disposition: str
) -> None:
    arrive_with("Eins", content, filename, disposition)
    arrive_with("Zwei", content, filename, disposition)
    assert names(store) == [[filename], [filename]]
