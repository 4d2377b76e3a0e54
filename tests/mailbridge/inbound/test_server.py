"""The doors, spoken to over real sockets: what RCPT and DATA answer, and that 250 means written down."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from forum.core import site, tokens
from forum.core.db import transaction
from forum.mailroom import ledger
from forum.mailroom.models import LedgerRow
from forum.moderation import locks
from forum.moderation.contribution import Contribution
from forum.moderation.intake import Posted, submit
from forum.threads.draft import Draft
from forum.threads.models import BodyFormat, PostRow, Source, ThreadRow
from mailbridge import known_names
from mailbridge.inbound.server import Doors
from mailbridge.inbound.spool import Spool
from tests import cast
from tests.cast import ANNE, DORA, Cast, mail

pytestmark = pytest.mark.socket
FINANZEN = "finanzen.bottrop@ratspost.localhost"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_TRUST_FROM": "1", "RATSPOST_LMTP": "127.0.0.1:0", "RATSPOST_MAX_MAIL": "1"}


@pytest.fixture
def doors(app: Flask, people: Cast) -> Iterator[Doors]:
    spool = Spool(app.app_context, threading.Event())
    doors = Doors(app.config["RATSPOST"], app.app_context, known_names.current, spool)
    doors.start()
    yield doors
    doors.stop()


@pytest.fixture
def smtp(doors: Doors) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", doors.ports["smtp"], timeout=10) as client:
        yield client


def kept(store: Session) -> list[LedgerRow]:
    store.rollback()
    return list(store.scalars(sa.select(LedgerRow).order_by(LedgerRow.id)))


def thread_of_anne(people: Cast) -> PostRow:
    draft = Draft(source=Source.WEB, body="Text", body_format=BodyFormat.MARKDOWN)
    with transaction() as session:
        posted = submit(Contribution(draft=draft, person_id=people.anne, title="Faden", topics=("finanzen",)))
        assert isinstance(posted, Posted)
        return session.get_one(PostRow, posted.post_id)


def refusal(smtp: smtplib.SMTP, recipient: str) -> tuple[int, str]:
    smtp.ehlo()
    smtp.mail(ANNE)
    code, text = smtp.rcpt(recipient)
    smtp.rset()
    return code, text.decode()


def test_250_means_the_bytes_are_in_the_ledger(store: Session, smtp: smtplib.SMTP) -> None:
    raw = mail(ANNE, FINANZEN, "Grüße", "Zeile\n.Punkt\nfrüh")
    smtp.sendmail(ANNE, [FINANZEN], raw, mail_options=["SMTPUTF8", "BODY=8BITMIME"])
    (row,) = kept(store)
    assert (row.raw, row.envelope_from, row.envelope_to, row.peer) == (raw, ANNE, [FINANZEN], "127.0.0.1")


def test_a_typo_is_refused_with_the_nearest_addresses(smtp: smtplib.SMTP) -> None:
    code, text = refusal(smtp, "finanen.kreis-una@ratspost.localhost")
    assert code == 550
    assert "finanzen.kreis-unna@ratspost.localhost" in text


@pytest.mark.parametrize(
    "address", ["jemand@anderswo.example", "a%b@ratspost.localhost", "x!finanzen@ratspost.localhost"]
)
def test_it_is_never_a_relay(smtp: smtplib.SMTP, address: str) -> None:
    assert refusal(smtp, address)[0] in (501, 550, 553)


def test_a_locked_thread_is_refused_in_the_session_with_its_link(store: Session, people: Cast, smtp: smtplib.SMTP) -> None:
    post = thread_of_anne(people)
    with transaction():
        locks.lock(store.get_one(ThreadRow, post.thread_id), cast.person(people.carla), "Genug.")
    token = tokens.write(tokens.Token("a", people.birol, post.id, 0), site.keyring())
    for address in (f"faden-{post.thread_id}@ratspost.localhost", f"a+{token}@ratspost.localhost"):
        code, text = refusal(smtp, address)
        assert (code, f"/faden/{post.thread_id}" in text) == (550, True)
    assert refusal(smtp, f"faden-{post.thread_id}-stumm@ratspost.localhost")[0] == 250


def test_a_dead_token_is_refused(people: Cast, smtp: smtplib.SMTP) -> None:
    post = thread_of_anne(people)
    token = tokens.write(tokens.Token("a", people.birol, post.id, 7), site.keyring())
    assert refusal(smtp, f"a+{token}@ratspost.localhost")[0] == 550


def test_a_stranger_is_refused_after_data_and_told_how_to_join(store: Session, smtp: smtplib.SMTP) -> None:
    with pytest.raises(smtplib.SMTPDataError) as refused:
        smtp.sendmail(DORA, [FINANZEN], mail(DORA, FINANZEN))
    assert (refused.value.smtp_code, "/hilfe" in str(refused.value.smtp_error)) == (550, True)
    assert kept(store) == []


def test_a_stranger_may_write_to_a_service_address(store: Session, smtp: smtplib.SMTP) -> None:
    smtp.sendmail(DORA, ["hilfe@ratspost.localhost"], mail(DORA, "hilfe@ratspost.localhost"))
    assert len(kept(store)) == 1


def test_a_mail_that_is_too_large_is_refused(store: Session, smtp: smtplib.SMTP) -> None:
    with pytest.raises((smtplib.SMTPDataError, smtplib.SMTPSenderRefused)) as refused:
        smtp.sendmail(ANNE, [FINANZEN], mail(ANNE, FINANZEN, text="x" * 60 + "\n" + ("y" * 70 + "\n") * 20_000))
    assert refused.value.smtp_code == 552
    assert kept(store) == []


def test_an_inner_fault_is_451_with_a_constant_text(store: Session, smtp: smtplib.SMTP, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: object, **_words: object) -> None:
        raise OperationalError("INSERT secret/path", {}, Exception("disk is full"))

    monkeypatch.setattr(ledger, "keep_all", fails)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        smtp.sendmail(ANNE, [FINANZEN], mail(ANNE, FINANZEN))
    assert refused.value.smtp_code == 451
    assert "secret" not in str(refused.value.smtp_error)
    assert kept(store) == []


def test_lmtp_answers_once_for_each_recipient(store: Session, doors: Doors) -> None:
    with socket.create_connection(("127.0.0.1", doors.ports["lmtp"]), timeout=10) as wire:
        talk = wire.makefile("rwb")
        talk.readline()

        def say(*lines: str) -> str:
            talk.write("".join(f"{line}\r\n" for line in lines).encode())
            talk.flush()
            return answer()

        def answer() -> str:
            while (line := talk.readline().decode())[3:4] == "-":
                pass
            return line[:3]

        say("LHLO mta.example")
        say(f"MAIL FROM:<{ANNE}>")
        assert [
            say(f"RCPT TO:<{to}>") for to in (FINANZEN, "unsinn-ohne-brett@ratspost.localhost", "verkehr@ratspost.localhost")
        ] == ["250", "550", "250"]
        assert say("DATA") == "354"
        assert say(*mail(ANNE, FINANZEN).decode().split("\r\n"), ".") == "250"
        assert answer() == "250"
    assert kept(store)[0].envelope_to == [FINANZEN, "verkehr@ratspost.localhost"]


def test_parallel_sessions_lose_nothing(store: Session, doors: Doors) -> None:
    def send(number: int) -> None:
        with smtplib.SMTP("127.0.0.1", doors.ports["smtp"], timeout=20) as client:
            for turn in range(5):
                client.sendmail(ANNE, [FINANZEN], mail(ANNE, FINANZEN, f"Mail {number}.{turn}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))
    assert len({row.raw for row in kept(store)}) == 40


def test_a_size_that_is_announced_too_large_is_refused_in_both_languages(smtp: smtplib.SMTP) -> None:
    smtp.ehlo()
    code, text = smtp.docmd("MAIL", f"FROM:<{ANNE}> SIZE=99999999")
    assert code == 552
    assert b"zu gross" in text
    assert b"too large" in text
