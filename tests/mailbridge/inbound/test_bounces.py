"""Bounces in the shapes of the servers that councillors' mail meets: who failed, with which status, for good or for now."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbridge.inbound import bounces, parse, rules
from mailbridge.inbound.bounces import Bounce
from tests.mailbridge.inbound.mails import ENVELOPE, NULL, OURS, mail, multipart

FOLDER = Path(__file__).parent / "notices"
ANNE = "anne@rat.example"
RETURNED = (
    "From: Ratspost <finanzen.bottrop@ratspost.example>\r\nTo: faden-12@ratspost.example\r\n"
    "Message-ID: <p17.Kx81@ratspost.example>\r\nSubject: [Finanzen] Haushalt\r\n\r\nGuten Tag\r\n"
)


def read(raw: bytes, *, null: bool = True) -> Bounce | None:
    parsed = parse.read(raw)
    sender = "" if null else "postmaster@mx.example"
    verdict = rules.judge(parsed, NULL if null else ENVELOPE, OURS)
    bounce = bounces.read(parsed, raw, sender)
    assert (verdict.kind == "bounce") == (bounce is not None)
    return bounce


def report(
    *groups: str, text: str = "Es gab ein Problem.", subject: str = "Undelivered Mail Returned to Sender", **headers: str
) -> bytes:
    fields = "\r\n\r\n".join(("Reporting-MTA: dns; mx.example", *groups)).replace("\n", "\r\n").replace("\r\r", "\r")
    return multipart(
        "report",
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n",
        f"Content-Type: message/delivery-status\r\n\r\n{fields}\r\n",
        f"Content-Type: message/rfc822\r\n\r\n{RETURNED}",
        Content_Type='multipart/report; report-type=delivery-status; boundary="grenze"',
        From="MAILER-DAEMON@mx.example (Mail Delivery System)",
        Subject=subject,
        **headers,
    )


class TestReports:
    """RFC 3464, as servers write it and as they get it wrong."""

    @pytest.mark.parametrize(
        ("status", "diagnostic", "kind"),
        [
            ("5.1.1", "smtp; 550 5.1.1 <anne@rat.example>: Recipient address rejected: User unknown", "hard"),
            ("5.1.10", "smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "hard"),
            ("5.0.0", "smtp; 550 Requested action not taken: mailbox unavailable", "hard"),
            ("5.4.4", "X-Postfix; Host or domain name not found. Name service error for name=rat.example", "hard"),
            ("5.2.1", "smtp; 550 5.2.1 The email account that you tried to reach is disabled", "hard"),
            ("5.2.2", "smtp; 552 5.2.2 Mailbox full", "soft"),
            ("5.0.0", "smtp; 550 Postfach ist voll", "soft"),
            ("5.7.1", "smtp; 554 5.7.1 Message rejected as spam", "soft"),
            ("5.7.26", "smtp; 550-5.7.26 This mail is unauthenticated", "soft"),
            ("5.3.4", "smtp; 552 5.3.4 Message size exceeds fixed limit", "soft"),
            ("4.4.7", "smtp; 421 4.4.7 Delivery time expired", "soft"),
            ("5.7.1", "smtp; 550 5.7.1 Benutzer unbekannt", "hard"),
            ("5.0.0", "smtp; 550 Server rejected MAIL FROM address", "soft"),
            ("5.1.8", "smtp; 550 5.1.8 <b+x@ratspost.example>: Sender address rejected: Domain not found", "soft"),
            ("5.0.0", "smtp; 550 Absenderadresse abgelehnt", "soft"),
            ("5.1.1", "smtp; 550 5.1.1 Returned to sender: user unknown", "hard"),
        ],
    )
    def test_what_a_status_means(self, status: str, diagnostic: str, kind: str) -> None:
        group = f"Final-Recipient: rfc822; {ANNE}\nAction: failed\nStatus: {status}\nDiagnostic-Code: {diagnostic}"
        bounce = read(report(group))
        assert bounce is not None
        [one] = bounce.recipients
        assert (one.address, one.kind) == (ANNE, kind)
        assert bounce.original_id == "<p17.Kx81@ratspost.example>"

    def test_a_late_mail_is_delayed_and_the_address_lives(self) -> None:
        bounce = read(report(f"Final-Recipient: rfc822; {ANNE}\nAction: delayed\nStatus: 4.4.1", subject="Delayed Mail"))
        assert bounce is not None
        assert [(one.address, one.kind) for one in bounce.recipients] == [(ANNE, "delayed")]

    def test_several_recipients_of_which_one_was_reached(self) -> None:
        groups = [
            "Final-Recipient: rfc822; birol@rat.example\nAction: delivered\nStatus: 2.0.0",
            f"Final-Recipient: rfc822; {ANNE}\nAction: failed\nStatus: 5.1.1",
            "Final-Recipient: rfc822; carla@rat.example\nAction: failed\nStatus: 5.1.1",
        ]
        bounce = read(report(*groups))
        assert bounce is not None
        assert [one.address for one in bounce.recipients] == [ANNE, "carla@rat.example"]

    def test_the_address_we_wrote_to_comes_before_the_one_it_led_to(self) -> None:
        group = f"Original-Recipient: rfc822;{ANNE}\nFinal-Recipient: rfc822;anne77@gmx.example\nAction: failed\nStatus: 5.1.1"
        bounce = read(report(group))
        assert bounce is not None
        assert [(one.address, one.final) for one in bounce.recipients] == [(ANNE, "anne77@gmx.example")]

    @pytest.mark.parametrize(
        "group",
        [
            f"Action: failed\nStatus: 5.1.1\nOriginal-Recipient: rfc822;{ANNE}\nFinal-Recipient: rfc822;{ANNE}",  # PMDF
            f"Final-Recipient: RFC822; <{ANNE}>\nAction: failure\nStatus: 5.1.1",  # Mercury
            f"Final-Recipient: {ANNE}\nAction: failed\nStatus: 5.1.1 (unknown)",  # small devices
            f"Final-Recipient: rfc822; {ANNE}\n\nAction: failed\n\nStatus: 5.1.1",  # a line too many
            f"Final-Recipient: utf-8; {ANNE}\nAction: failed\nStatus: 5.1.1",  # RFC 6533
            f"FINAL-RECIPIENT: rfc822;{ANNE}\nACTION: FAILED\nSTATUS: 5.1.1",  # Domino
        ],
    )
    def test_forms_of_one_group(self, group: str) -> None:
        bounce = read(report(group))
        assert bounce is not None
        assert [(one.address, one.status, one.kind) for one in bounce.recipients] == [(ANNE, "5.1.1", "hard")]

    def test_a_success_report_is_no_bounce(self) -> None:
        raw = report(f"Final-Recipient: rfc822; {ANNE}\nAction: relayed\nStatus: 2.0.0")
        assert bounces.read(parse.read(raw), raw, "") is None

    def test_a_bounce_that_names_nobody_is_still_a_bounce(self) -> None:
        bounce = read(report("Action: failed\nStatus: 5.0.0"))
        assert bounce is not None
        assert bounce.recipients == ()


# Free text of mail systems, one file each in notices/: what Anne"s address is told to be. (status, kind)
NOTICES: dict[str, tuple[str | None, str]] = {
    "gmx": ("5.0.0", "hard"),
    "web.de": ("5.0.0", "soft"),
    "t-online": (None, "hard"),
    "1und1-kundenserver": ("5.1.1", "hard"),
    "1und1-delay": (None, "delayed"),
    "strato": ("5.1.1", "hard"),
    "exchange-de": ("5.1.10", "hard"),
    "exchange-2003-de": ("5.1.1", "hard"),
    "outlook-2003-en": ("5.7.1", "soft"),
    "qmail": ("5.1.1", "hard"),
    "exim": ("5.0.0", "hard"),
    "sendmail": ("5.1.1", "hard"),
    "domino": (None, "hard"),
    "gmail": ("5.1.1", "hard"),
    "hoster-german": (None, "soft"),
    "fritz-firewall": ("5.7.1", "soft"),
}


@pytest.mark.parametrize("name", NOTICES)
def test_free_text(name: str) -> None:
    bounce = read((FOLDER / f"{name}.eml").read_bytes())
    assert bounce is not None
    assert [(one.address, one.status, one.kind) for one in bounce.recipients] == [(ANNE, *NOTICES[name])]


@pytest.mark.parametrize(
    ("said", "status", "kind"), [("452 4.2.2 Mailbox full", "4.2.2", "soft"), ("550 No such user", "5.0.0", "hard")]
)
@pytest.mark.parametrize("first", ["Mon, 2 Nov 2026", "Mon, 2 Nov 2026 10:00:00 +0100\nfrom mail.ratspost.example [192.0.2.1]"])
def test_sendmail_begins_its_report_with_the_original_message(first: str, said: str, status: str, kind: str) -> None:
    text = (
        f"The original message was received at {first}\n\n   ----- The following addresses had permanent fatal errors -----\n"
        f"<{ANNE}>\n    (reason: {said})\n\n   ----- Transcript of session follows -----\n"
    )
    bounce = read(mail(text, From="MAILER-DAEMON@alt.example", Subject="Returned mail: see transcript for details"))
    assert bounce is not None
    assert [(one.address, one.status, one.kind) for one in bounce.recipients] == [(ANNE, status, kind)]


def test_x_failed_recipients() -> None:
    raw = mail(
        "A message could not be delivered.\n\n550 user unknown\n",
        f"X-Failed-Recipients: {ANNE},\r\n birol@rat.example",
        Subject="Fehler",
    )
    bounce = read(raw)
    assert bounce is not None
    assert [(one.address, one.kind) for one in bounce.recipients] == [(ANNE, "hard"), ("birol@rat.example", "hard")]


def test_exim_behind_an_alias() -> None:
    text = (
        "A message that you sent could not be delivered to one or more of its recipients. The following address(es) failed:\n\n"
        f"  anne77@gmx.example\n    (generated from {ANNE})\n    550 mailbox unavailable\n\n--- This is a copy of the message\n"
    )
    bounce = read(mail(text, From="Mailer-Daemon@host.example", Subject="Mail delivery failed: returning message to sender"))
    assert bounce is not None
    assert [(one.address, one.final) for one in bounce.recipients] == [(ANNE, "anne77@gmx.example")]


PEOPLE = {
    "forwards-a-bounce": ("WG: Mail delivery failed: returning message to sender", "Seht mal, das kam zurück.\n"),
    "asks-about-one": ("AW: Undeliverable: Haushalt", "Könnt ihr die Adresse prüfen? Meine Mail kam zurück.\n"),
    "topic": ("Unzustellbare Wahlbenachrichtigungen", "Bei uns konnten 300 Briefe nicht zugestellt werden. Und bei euch?\n"),
    "post": ("Zustellung der Ratsunterlagen", "Die Zustellung an die Fraktionen dauert zu lange.\n"),
    "report": ("Delivery of the new buses", "The buses could not be delivered in time, says the Stadtwerke.\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", PEOPLE)
def test_people_who_write_about_delivery_are_no_bounce(name: str) -> None:
    subject, text = PEOPLE[name]
    assert read(mail(text, Subject=subject), null=False) is None


def test_a_bounce_attached_by_a_person_is_the_persons_mail() -> None:
    inner = report(f"Final-Recipient: rfc822; {ANNE}\nAction: failed\nStatus: 5.1.1")
    raw = multipart("mixed", "Content-Type: text/plain\r\n\r\nSeht mal.\r\n", b"Content-Type: message/rfc822\r\n\r\n" + inner)
    assert read(raw, null=False) is None


def test_addresses_of_the_returned_mail_are_never_failed_ones() -> None:
    text = "Your message could not be delivered.\n\n----- Original message -----\n\nTo: birol@rat.example\n\ncarla@rat.example\n"
    bounce = read(mail(text, From="MAILER-DAEMON@mx.example", Subject="failure notice"))
    assert bounce is not None
    assert bounce.recipients == ()
