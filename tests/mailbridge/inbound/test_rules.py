"""Machines other than absence notes: loops, lists, reports, receipts. Each form is named after what makes it."""

# R41 R42 R43 R44 R45
from __future__ import annotations

import pytest

from mailbridge.inbound import parse, posting, rules
from mailbridge.inbound.mail import Envelope
from mailbridge.inbound.rules import Ours
from tests.mailbridge.inbound.mails import ENVELOPE, NULL, OURS, mail, multipart


def judge(raw: bytes, envelope: Envelope = ENVELOPE, ours: Ours = OURS) -> tuple[str, str, bool]:
    verdict = rules.judge(parse.read(raw), envelope, ours)
    return verdict.kind, verdict.rule, verdict.hold


def test_a_mail_of_a_councillor_is_ordinary() -> None:
    assert judge(mail("Wie hoch ist eure Grundsteuer?\n")) == ("ordinary", "ordinary", False)


def test_every_rule_has_a_name_of_its_own_and_tells_who_writes_its_form() -> None:
    names = [rule.name for rule in rules.RULES]
    assert len(names) == len(set(names))
    assert all(rule.who for rule in rules.RULES)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Auto-Submitted: no", "ordinary"),
        ("Auto-Submitted: No (a person)", "ordinary"),
        ("Auto-Submitted: NO; by=anne", "ordinary"),
        ("Auto-Submitted: ", "ordinary"),
        ("Auto-Submitted: auto-replied", "automatic"),
        ("Auto-Submitted: auto-generated (rejected)", "automatic"),
        ("Auto-Submitted: AUTO-REPLIED; owner=x", "automatic"),
        ("Auto-Submitted: something-new", "automatic"),
        ("Precedence: list", "foreign_list"),
        ("Precedence: bulk", "automatic"),
        ("Precedence: junk", "automatic"),
        ("Precedence: auto_reply", "automatic"),
        ("Precedence: first-class", "ordinary"),
        ("X-Auto-Response-Suppress: None", "ordinary"),
        ("X-Auto-Response-Suppress: OOF", "doubtful"),
        ("X-Autoreply: no", "ordinary"),
        ("List-Id: Stadt <presse.stadt.example>", "foreign_list"),
        ("List-Post: <mailto:presse@stadt.example>", "foreign_list"),
        ("Mailing-List: list presse@stadt.example; contact presse-owner@stadt.example", "foreign_list"),
        ("List-Unsubscribe: <https://news.example/ab>", "doubtful"),
        ("X-Cron-Env: <SHELL=/bin/sh>", "automatic"),
        ("X-Spam-Flag: YES", "doubtful"),
        ("X-Spam-Flag: NO", "ordinary"),
        ("X-Spam-Status: No, score=-1.2", "ordinary"),
        ("X-Bluebottle-Request: <1>", "automatic"),
        ("X-MS-Exchange-Inbox-Rules-Loop: anne@rat.example", "doubtful"),
    ],
)
def test_one_header_decides(line: str, kind: str) -> None:
    assert judge(mail("Guten Tag\n", line))[0] == kind


def test_two_headers_of_one_name_are_both_read() -> None:
    assert judge(mail("x\n", "Auto-Submitted: no", "Auto-Submitted: auto-replied"))[0] == "automatic"


class TestLoops:
    """Our own mail never becomes a post, whichever of its marks survived."""

    @pytest.mark.parametrize(
        "line",
        [
            "X-Ratspost-Loop: b7f3",
            "List-Id: Finanzen <finanzen.bottrop.ratspost.example>",
            "List-Post: <mailto:faden-12@ratspost.example>",
        ],
    )
    def test_by_header(self, line: str) -> None:
        assert judge(mail("x\n", line))[0] == "loop"

    def test_by_message_id(self) -> None:
        assert judge(mail(Message_ID="<p17.Kx81@ratspost.example>"))[:2] == ("loop", "own-message-id")

    def test_a_member_whose_client_uses_our_domain_is_no_loop(self) -> None:
        assert judge(mail(Message_ID="<7f3a-anne@ratspost.example>"))[0] == "ordinary"

    def test_an_answer_to_our_mail_is_no_loop(self) -> None:
        assert judge(mail("x\n", "In-Reply-To: <p17.Kx81@ratspost.example>"))[0] == "ordinary"

    def test_a_foreign_loop_header_is_no_loop_of_ours(self) -> None:
        assert judge(mail("x\n", "X-Ratspost-Loop: other"))[0] == "ordinary"

    def test_a_domain_that_only_ends_like_ours_is_foreign(self) -> None:
        assert judge(mail("x\n", "List-Id: <a.notratspost.example>"))[0] == "foreign_list"


def test_a_list_on_the_allow_list_is_welcome() -> None:
    ours = Ours(OURS.domains, OURS.loop_token, lists=frozenset({"presse.stadt.example"}))
    assert judge(mail("x\n", "List-Id: Stadt <presse.stadt.example>"), ours=ours)[0] == "ordinary"


class TestHops:
    """R45: too many servers, or ours twice."""

    def test_25_hops_are_fine_and_26_wait(self) -> None:
        lines = [f"Received: from a{n}.example by b{n}.example; Tue, 4 Mar 2025 09:26:00 +0100" for n in range(26)]
        assert judge(mail("x\n", *lines[:25]))[0] == "ordinary"
        assert judge(mail("x\n", *lines)) == ("doubtful", "too-many-hops", True)

    def test_our_host_twice_waits(self) -> None:
        line = "Received: from mx.rat.example by ratspost.example with ESMTP; Tue, 4 Mar 2025 09:26:00 +0100"
        assert judge(mail("x\n", line))[0] == "ordinary"
        assert judge(mail("x\n", line, line))[1] == "twice-through-us"

    def test_a_content_filter_on_our_machine_does_not_count(self) -> None:
        line = "Received: from mx.rat.example by ratspost.example with ESMTP; Tue, 4 Mar 2025 09:26:00 +0100"
        back = "Received: from localhost (localhost [127.0.0.1]) by ratspost.example (amavis); Tue, 4 Mar 2025 09:26:01 +0100"
        assert judge(mail("x\n", line, back, back))[0] == "ordinary"


class TestReports:
    """What comes as multipart/report and is no bounce."""

    def test_a_read_receipt(self) -> None:
        kind = 'multipart/report; report-type=disposition-notification; boundary="grenze"'
        fields = "Final-Recipient: rfc822; anne@rat.example\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n"
        inner = f"Content-Type: message/disposition-notification\r\n\r\n{fields}"
        raw = multipart(
            "report", "Content-Type: text/plain\r\n\r\nGelesen.\r\n", inner, Content_Type=kind, Subject="Gelesen: Haushalt"
        )
        assert judge(raw)[:2] == ("automatic", "read-receipt")

    def test_a_complaint(self) -> None:
        kind = 'multipart/report; report-type=feedback-report; boundary="grenze"'
        inner = "Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\n"
        raw = multipart("report", "Content-Type: text/plain\r\n\r\nabuse report\r\n", inner, Content_Type=kind)
        assert judge(raw)[:2] == ("automatic", "feedback-report")

    def test_a_receipt_of_delivery(self) -> None:
        kind = 'multipart/report; report-type=delivery-status; boundary="grenze"'
        fields = "Final-Recipient: rfc822; anne@rat.example\r\nAction: delivered\r\nStatus: 2.1.5\r\n"
        inner = f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n{fields}"
        raw = multipart("report", "Content-Type: text/plain\r\n\r\nZugestellt.\r\n", inner, Content_Type=kind)
        assert judge(raw, NULL)[:2] == ("automatic", "delivery-receipt")

    def test_an_answered_invitation(self) -> None:
        inner = "Content-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n"
        raw = multipart("alternative", "Content-Type: text/plain\r\n\r\nZugesagt\r\n", inner, Subject="Zugesagt: Fraktion")
        assert judge(raw)[:2] == ("automatic", "calendar-answer")

    def test_an_invitation_by_a_person_is_ordinary(self) -> None:
        inner = "Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
        raw = multipart("alternative", "Content-Type: text/plain\r\n\r\nSitzung am Montag\r\n", inner)
        assert judge(raw)[0] == "ordinary"


def test_a_mail_without_envelope_sender_is_from_a_machine() -> None:
    assert judge(mail("Ihr Fax wurde gesendet.\n"), NULL)[:2] == ("automatic", "null-sender")


def test_a_mail_system_that_reports_no_failure_is_automatic() -> None:
    assert judge(mail("Quota report\n", From="MAILER-DAEMON@mx.example"))[:2] == ("automatic", "mailer-daemon")


def test_a_filter_that_asks_the_sender_to_register_waits() -> None:
    text = "This account is protected by Filter. Click on the link to have your address added to the list.\n"
    assert judge(mail(text)) == ("doubtful", "challenge", True)


CHALLENGES = [
    "Bitte klicken Sie auf den folgenden Link, um Ihre Adresse freizuschalten: https://filter.example/a.b\n",
    "Klicken Sie bitte auf den folgenden Link (https://filter.example/x), um Ihre\nE-Mail-Adresse zu bestätigen.\n",
    "Damit Ihre Mail ankommt, klicken Sie hier und lassen Sie Ihre Nachricht zustellen.\n",
    "Please click the link below to verify your address.\n",
    "Please click here: https://filter.example/x\nYour message will then be delivered.\n",
]
PEOPLE_ABOUT_LINKS = [
    "Klickt auf den Link, da könnt ihr eure Adresse bestätigen.\n",
    "Im Portal klickt der Bürger auf „Weiter“. Die Adresse steht dann schon da.\n",
    "Wir haben den Link zur Vorlage. Habt ihr eure Nachricht schon bekommen?\n",
]


@pytest.mark.parametrize("text", CHALLENGES)
def test_a_filter_that_names_the_click_before_the_address_waits(text: str) -> None:
    assert judge(mail(text)) == ("doubtful", "challenge", True)


@pytest.mark.parametrize("text", PEOPLE_ABOUT_LINKS)
def test_people_who_write_about_links_are_ordinary(text: str) -> None:
    assert judge(mail(text))[0] == "ordinary"


@pytest.mark.parametrize(
    ("subject", "text", "kind"),
    [
        ("Gelesen: Haushalt", "Ihre Nachricht an Anne wurde am 04.03.2025 09:30 gelesen.\n", "doubtful"),
        ("Lesebestätigung (angezeigt) - Haushalt", "Dies ist eine Lesebestätigung. Die Mail wurde angezeigt.\n", "doubtful"),
        ("Zurückrufen: Haushalt", "Anne Amsel möchte die Nachricht „Haushalt“ zurückrufen.\n", "doubtful"),
        ("Recall: budget", 'Anne would like to recall the message, "budget".\n', "doubtful"),
        ("Gelesen: Der neue Haushaltsplan", "Ich habe ihn durchgesehen und drei Fragen.\n", "ordinary"),
        ("Rückruf der Stadtwerke", "Bitte meldet euch bei mir.\n", "ordinary"),
    ],
)
def test_receipts_and_recalls_as_plain_mails_wait(subject: str, text: str, kind: str) -> None:
    assert judge(mail(text, Subject=subject))[0] == kind


def test_what_cannot_be_read_waits() -> None:
    raw = multipart("encrypted", "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n")
    assert judge(raw) == ("doubtful", "unreadable", True)


def test_every_doubtful_rule_has_its_hold_cause() -> None:
    doubtful = {rule.name for rule in rules.RULES if rule.kind == "doubtful"}
    assert doubtful - {"unreadable"} == posting.CAUSE_OF_RULE.keys()
