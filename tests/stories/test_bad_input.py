"""What is wrong with a mail never loses it: each kind has its named outcome, said in German and in English."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from forum.mailroom.models import InboundState, LedgerRow
from forum.moderation.causes import CAUSES
from forum.threads.models import PostRow
from mailbridge import replies
from tests import cast
from tests.cast import ANNE, BIROL, DORA
from tests.stories.town import Town, at

pytestmark = pytest.mark.socket
BOARD = at("finanzen.bottrop")
PARTS = "Content-Type: multipart/mixed; boundary=XX"
TEXT = "Content-Type: text/plain; charset=utf-8"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"RATSPOST_TRUST_FROM": "1", "RATSPOST_MAX_MAIL": "1"}


@dataclass(frozen=True)
class Bad:
    """A mail with something wrong, and what becomes of it: the text of its post, why it waits, or what the door says."""

    body: tuple[str, ...] = ("Ein Satz.",)
    head: tuple[str, ...] = (TEXT,)
    sender: str | None = ANNE
    subject: str | None = None
    to: str = BOARD
    appears: str | None = None
    waits: str | None = None
    refused: replies.Reply | None = None
    files: tuple[str, ...] = ()

    def raw(self, name: str) -> bytes:
        sender = [f"From: {self.sender}"] if self.sender else []
        lines = [f"To: {self.to}", f"Subject: {self.subject or name}", "Date: Mon, 02 Nov 2026 20:15:00 +0100"]
        whole = [*sender, *lines, "MIME-Version: 1.0", *self.head, "", *self.body, ""]
        return "\r\n".join(whole).encode("utf-8", "surrogateescape")


def file(name: str) -> tuple[str, ...]:
    """The part of a small PDF that its sender calls so."""
    disposition = f'Content-Disposition: attachment; filename="{name}"'
    return "--XX", "Content-Type: application/pdf", disposition, "Content-Transfer-Encoding: base64", "", "JVBERi0xLjQK"


BASE64 = (TEXT, "Content-Transfer-Encoding: base64")
TABLE: dict[str, Bad] = {
    "unknown board": Bad(to=at("finanen.kreis-una"), refused=replies.UNKNOWN_BOARD),
    "unknown thread": Bad(to=at("faden-4711"), refused=replies.UNKNOWN_THREAD),
    "not ours": Bad(to="jemand@anderswo.example", refused=replies.NOT_OURS),
    "stranger": Bad(sender=DORA, refused=replies.STRANGER),
    "too large": Bad(("z" * 70,) * 20_000, refused=replies.TOO_LARGE),
    "two From headers": Bad(head=(TEXT, f"From: {BIROL}"), waits="from-unclear"),
    "two From headers, a stranger first": Bad(sender=DORA, head=(TEXT, f"From: {ANNE}"), waits="from-unclear"),
    "two people in From": Bad(sender=f"{ANNE}, {BIROL}", waits="from-unclear"),
    "no From": Bad(sender=None, waits="from-unclear"),
    "huge header": Bad(head=(TEXT, *(f"X-Viel-{n}: {'y' * 900}" for n in range(150))), waits="from-unclear"),
    "one huge header": Bad(head=(TEXT, "X-Viel: " + "y" * 40_000), waits="from-unclear"),
    "empty": Bad(("",), waits="empty"),
    "only blanks": Bad((" \t", "\u00a0"), waits="empty"),
    "encrypted": Bad(("--XX",), head=("Content-Type: multipart/encrypted; boundary=XX",), waits="encrypted"),
    "no Message-ID": Bad(appears="Ein Satz."),
    "MIME that never ends": Bad(("--XX", TEXT, "", "Ein Satz."), head=(PARTS,), appears="Ein Satz."),
    "MIME without boundary": Bad(head=("Content-Type: multipart/mixed",), appears="Ein Satz."),
    "broken base64": Bad(("RWlu!!IFNhdHou", "####"), head=BASE64, appears="Ein Satz."),
    "unknown charset": Bad(("Größe.",), head=("Content-Type: text/plain; charset=klingonisch-7",), appears="Größe."),
    "wrong charset": Bad(("Gr\udcf6\udcdfe.",), head=("Content-Type: text/plain; charset=us-ascii",), appears="Größe."),
    "NUL bytes": Bad(("Ein\0 Sa\0tz.",), appears="Ein Satz."),
    "only HTML": Bad(("<p>Ein <b>Satz</b>.</p><script>x()</script>",), head=("Content-Type: text/html",), appears="Ein Satz."),
    "only a file": Bad((*file("haushalt.pdf"), "--XX--"), head=(PARTS,), appears="", files=("haushalt.pdf",)),
    "hostile file name": Bad((*file("../../../etc/passwd"), "--XX--"), head=(PARTS,), appears="", files=("passwd.pdf",)),
    "raw letters in a header": Bad(subject="Gr\udcf6\udcdfe", appears="Ein Satz."),
    "control signs in the subject": Bad(subject="=?utf-8?q?Eins=0D=0ABcc:_dora@fremd.example?=", appears="Ein Satz."),
    "one endless line": Bad(("z" * 60_000,), appears="z" * 60_000),
}  # fmt: skip


def test_each_has_its_outcome_and_nothing_is_lost(town: Town) -> None:
    said = {name: town.drop(ANNE, [bad.to], bad.raw(name)) for name, bad in TABLE.items()}
    town.settle()

    refused = {name: bad.refused for name, bad in TABLE.items() if bad.refused}
    assert {name for name, reply in said.items() if reply.code != 250} == set(refused)
    for name, reply in refused.items():
        assert said[name].code == reply.code
        assert all(_beginning(sentence) in said[name].words for sentence in (reply.german, reply.english)), name

    rows = dict(zip([name for name in TABLE if name not in refused], town.accepted(), strict=True))
    waits = {name: bad.waits for name, bad in TABLE.items() if bad.waits}
    assert {name: row.outcome for name, row in rows.items() if row.state is InboundState.HELD} == waits
    assert all(CAUSES[cause].de and CAUSES[cause].en for cause in waits.values())
    appears = {name: (bad.appears, bad.files) for name, bad in TABLE.items() if bad.appears is not None}
    assert {name: _shown(town, row) for name, row in rows.items() if row.state is InboundState.POSTED} == appears
    assert town.inbound_counts() == {"posted": len(appears), "held": len(waits)}


def _beginning(sentence: str) -> str:
    """The words of an SMTP answer before the first fact is filled in."""
    return sentence.partition("{")[0].strip()


def _shown(town: Town, row: LedgerRow) -> tuple[str, tuple[str, ...]]:
    with town.looking() as store:
        post = store.get_one(PostRow, row.post_id)
        return post.body, tuple(file.filename for file in post.attachments)


def test_the_bytes_are_kept_as_they_came(town: Town) -> None:
    raw = TABLE["NUL bytes"].raw("Bytes")
    town.hand_in(ANNE, [BOARD], raw)
    with town.looking() as store:
        assert [store.get_one(LedgerRow, row.id).raw for row in town.accepted()] == [raw]


def test_a_hostile_subject_reaches_readers_as_one_harmless_line(town: Town) -> None:
    town.follows(BIROL, "nrw")
    town.hand_in(ANNE, [BOARD], TABLE["control signs in the subject"].raw("x"))
    (letter,) = town.box_of(BIROL)
    assert letter.subject == "[Finanzen · Bottrop] Eins Bcc: dora@fremd.example"
    assert letter.mail["Bcc"] is None


def test_a_file_that_could_be_a_program_is_left_out_and_the_author_told(town: Town) -> None:
    town.follows(BIROL, "nrw")
    bad = Bad(("--XX", TEXT, "", "Anbei.", *file("antrag\u202efdp.exe"), "--XX--"), head=(PARTS,))
    town.hand_in(ANNE, [BOARD], bad.raw("Antrag"))
    assert town.box_of(BIROL)[0].files == {}
    (told,) = town.box_of(ANNE)
    assert "nicht alles konnte übernommen werden" in told.text
    assert "exe" in told.text


def test_without_a_message_id_the_same_mail_twice_is_one_post(town: Town) -> None:
    replies_ = [town.hand_in(ANNE, [BOARD], TABLE["no Message-ID"].raw("Zweimal")) for _ in range(2)]
    assert [reply.code for reply in replies_] == [250, 250]
    assert town.inbound_counts() == {"posted": 1, "duplicate": 1}


class TestWithoutProof:
    """No evidence of the sender is configured: nobody is told in the session who is a member."""

    @pytest.fixture
    def settings(self) -> dict[str, str]:
        return {}

    def test_a_stranger_and_an_unproven_member_hear_the_same(self, town: Town) -> None:
        dora, anne = (town.mails(sender, BOARD, f"Von {sender}") for sender in (DORA, ANNE))
        assert dora == anne
        assert dora.code == 250
        assert {row.sender: row.outcome for row in town.accepted()} == {DORA: "stranger", ANNE: "unproven"}
        assert town.box_of(DORA) == []


def test_the_table_uses_plain_mail_elsewhere(town: Town) -> None:
    """The helper of this file makes the same mail as the cast does, so that only the named thing is wrong."""
    town.hand_in(ANNE, [BOARD], Bad().raw("Ordentlich"))
    town.hand_in(ANNE, [BOARD], cast.mail(ANNE, BOARD, "Ordentlich", "Ein Satz."))
    assert town.inbound_counts() == {"posted": 1, "duplicate": 1}
