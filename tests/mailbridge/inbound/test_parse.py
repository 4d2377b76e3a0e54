"""Raw bytes to a mail: what councillors' clients send, and what nobody should."""

# R15 R24 R26 R70 R77 R78 R79 R80 R89
from __future__ import annotations

import base64
import datetime as dt
import quopri

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbridge.inbound import parse
from mailbridge.inbound.problems import HOLDS, PROBLEMS
from tests.mailbridge.inbound.mails import mail, multipart, parts

PLAIN = "Content-Type: text/plain; charset=utf-8\r\n\r\n"
HTML = "Content-Type: text/html; charset=utf-8\r\n\r\n"
PDF = 'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="vorlage.pdf"\r\n\r\n%PDF-1.7\r\n'


def test_a_plain_mail() -> None:
    read = parse.read(mail("Guten Tag,\r\nwie hoch ist eure Grundsteuer?\r\n", "In-Reply-To: <p17.K@ratspost.example>"))
    assert read.text == "Guten Tag,\nwie hoch ist eure Grundsteuer?\n"
    assert read.html is None
    assert read.message_id == "<1.anne@rat.example>"
    assert read.in_reply_to == ("<p17.K@ratspost.example>",)
    assert read.subject == "Haushalt 2026"
    assert read.date == dt.datetime(2025, 3, 4, 8, 26, tzinfo=dt.UTC)
    assert read.header("mime-version") == "1.0"
    assert read.problems == ()


class TestBodies:
    """Which parts are the text, which are files."""

    def test_an_alternative_has_both(self) -> None:
        read = parse.read(multipart("alternative", f"{PLAIN}Guten Tag", f"{HTML}<p>Guten Tag</p>"))
        assert (read.text, read.html, read.enclosures) == ("Guten Tag", "<p>Guten Tag</p>", ())

    def test_html_alone(self) -> None:
        read = parse.read(mail("<p>Grüße</p>", "Content-Type: text/html; charset=utf-8"))
        assert (read.text, read.html) == (None, "<p>Grüße</p>")

    def test_a_list_footer_behind_html_loses_nothing(self) -> None:
        read = parse.read(multipart("mixed", f"{HTML}<p>Mein Beitrag</p>", f"{PLAIN}___\r\nListe <x>"))
        assert read.text is None
        assert read.html is not None
        assert "<p>Mein Beitrag</p>" in read.html
        assert "Liste &lt;x&gt;" in read.html

    def test_apple_mail_puts_text_around_a_picture(self) -> None:
        picture = 'Content-Type: image/png; name="a.png"\r\nContent-Disposition: inline; filename="a.png"\r\n\r\nx'
        read = parse.read(multipart("mixed", f"{PLAIN}Oben", picture, f"{PLAIN}Unten"))
        assert read.text == "Oben\nUnten"
        assert [(one.filename, one.inline) for one in read.enclosures] == [("a.png", True)]

    def test_outlook_puts_logos_beside_the_html(self) -> None:
        logo = "Content-Type: image/png\r\nContent-ID: <logo@rat>\r\n\r\nx"
        kind, related = parts("related", f"{HTML}<img src=cid:logo@rat>Text", logo, boundary="innen")
        read = parse.read(multipart("alternative", f"{PLAIN}Text", f"Content-Type: {kind}\r\n\r\n".encode() + related))
        assert read.text == "Text"
        assert [(one.content_id, one.inline) for one in read.enclosures] == [("logo@rat", True)]

    def test_the_same_text_twice_under_mixed_is_one_body(self) -> None:
        read = parse.read(multipart("mixed", f"{PLAIN}Wie hoch ist eure Steuer?", f"{HTML}<p>Wie hoch ist eure Steuer?</p>"))
        assert (read.text, read.html) == ("Wie hoch ist eure Steuer?", "<p>Wie hoch ist eure Steuer?</p>")

    def test_an_attached_text_is_a_file(self) -> None:
        attached = 'Content-Type: text/plain\r\nContent-Disposition: attachment; filename="protokoll.txt"\r\n\r\nTOP 1'
        read = parse.read(multipart("mixed", f"{PLAIN}Anbei", attached))
        assert read.text == "Anbei"
        assert [(one.filename, one.content) for one in read.enclosures] == [("protokoll.txt", b"TOP 1")]

    def test_a_forward_as_attachment_is_not_the_authors_text(self) -> None:
        inner = mail("Vertraulich\r\n", Subject="Anderes")
        read = parse.read(multipart("mixed", f"{PLAIN}Seht mal", b"Content-Type: message/rfc822\r\n\r\n" + inner))
        assert read.text == "Seht mal"
        [one] = read.enclosures
        assert (one.filename, one.mimetype) == ("message.eml", "message/rfc822")
        assert b"Vertraulich" in one.content
        assert b"Subject: Anderes" in one.content

    def test_a_forward_that_a_gateway_encoded(self) -> None:
        inner = base64.encodebytes(mail("Vertraulich\r\n"))
        part = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + inner
        [one] = parse.read(multipart("mixed", f"{PLAIN}Seht mal", part)).enclosures
        assert b"Vertraulich" in one.content

    def test_a_mail_of_one_named_text_is_a_text(self) -> None:
        read = parse.read(mail("Scan vom 4.3.", 'Content-Type: text/plain; name="scan.txt"'))
        assert (read.text, read.enclosures) == ("Scan vom 4.3.", ())

    def test_only_a_picture(self) -> None:
        read = parse.read(mail(b"x", 'Content-Type: image/jpeg; name="IMG_1.JPG"'))
        assert (read.text, read.html) == (None, None)
        assert [one.filename for one in read.enclosures] == ["IMG_1.JPG"]
        assert read.problems == ("no-text",)

    def test_flowed_text_of_thunderbird(self) -> None:
        read = parse.read(mail("Eine lange \r\nZeile.\r\n", "Content-Type: text/plain; charset=utf-8; format=flowed"))
        assert read.text == "Eine lange Zeile.\n"

    def test_a_line_of_60_kB_is_kept(self) -> None:
        assert parse.read(mail("x" * 60_000)).text == "x" * 60_000

    @pytest.mark.parametrize(
        "line", ["Content-Type: text/plain charset=iso-8859-1", 'Content-Type: TEXT/PLAIN; CHARSET="iso-8859-1"']
    )
    def test_grammar_that_clients_get_wrong(self, line: str) -> None:
        assert parse.read(mail("Grüße".encode("latin-1"), line)).text == "Grüße"

    def test_html_names_its_charset_itself(self) -> None:
        read = parse.read(mail(b'<meta charset="koi8-r">' + "Привет".encode("koi8-r"), "Content-Type: text/html"))
        assert read.html is not None
        assert "Привет" in read.html


@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
@pytest.mark.parametrize("where", ["Content-Disposition: attachment; filename", "Content-Type: application/pdf; name"])
def test_a_file_name_in_raw_8_bit_letters_keeps_its_umlauts(where: str, charset: str) -> None:
    part = f'{where}="Gebühren.pdf"\r\n\r\n%PDF'.encode(charset)
    if where.startswith("Content-D"):
        part = b"Content-Type: application/pdf\r\n" + part
    read = parse.read(multipart("mixed", f"{PLAIN}Guten Tag", part))
    assert [one.filename for one in read.enclosures] == ["Gebühren.pdf"]


class TestBrokenParts:
    """Truncated, contradicting, mislabelled: what can be read is read."""

    def test_a_boundary_that_never_comes(self) -> None:
        kind, content = parts("mixed", f"{PLAIN}Guten Tag", PDF)
        read = parse.read(mail(content, f"Content-Type: {kind.replace('grenze', 'andere')}"))
        assert read.text == "Guten Tag"
        assert [one.filename for one in read.enclosures] == ["vorlage.pdf"]
        assert "multipart-broken" in read.problems

    def test_a_multipart_that_is_a_text(self) -> None:
        assert parse.read(mail("Guten Tag", "Content-Type: multipart/mixed; boundary=x")).text == "Guten Tag"

    def test_cut_in_the_middle(self) -> None:
        whole = multipart("mixed", f"{PLAIN}Guten Tag", PDF)
        assert parse.read(whole[: whole.index(b"%PDF")]).text == "Guten Tag"

    @pytest.mark.parametrize("encoding", ["base64", "BASE64 ", "x-uuencode", "quoted-printable", "8bit", "nonsense", ""])
    def test_any_transfer_encoding(self, encoding: str) -> None:
        assert parse.read(mail("Guten Tag =C3 ä", Content_Transfer_Encoding=encoding)).message_id

    def test_base64_without_padding_and_with_rubbish(self) -> None:
        body = base64.b64encode("Grüße aus Bottrop".encode()).decode().rstrip("=")
        assert parse.read(mail(body, Content_Transfer_Encoding="base64")).text == "Grüße aus Bottrop"

    @pytest.mark.parametrize(
        "footer", ["\r\n-- \r\nListe Kommunal\r\n", "_______\r\nListe\r\n", "Größer drucken?\r\n\r\nFirma\r\n"]
    )
    def test_a_footer_behind_base64_costs_no_word(self, footer: str) -> None:
        text = "Größe für Müll: " + 20 * "wichtig, " + "\n"
        read = parse.read(mail(base64.encodebytes(text.encode()) + footer.encode(), Content_Transfer_Encoding="base64"))
        assert read.text == text + footer.replace("\r\n", "\n").strip("\n")
        assert read.problems == ("base64-plain",)

    def test_a_broken_row_inside_base64_is_no_footer(self) -> None:
        rows = base64.encodebytes(("Grüße aus Bottrop. " * 20).encode()).splitlines()
        broken = b"\r\n".join([*rows[:2], b"!?", *rows[2:]])
        assert "base64-plain" not in parse.read(mail(broken, Content_Transfer_Encoding="base64")).problems

    def test_a_plain_text_that_is_called_base64_stays_plain(self) -> None:
        read = parse.read(mail("Moin\r\n\r\nwir tagen um 19 Uhr.\r\n", Content_Transfer_Encoding="base64"))
        assert (read.text, read.problems) == ("Moin\n\nwir tagen um 19 Uhr.\n", ("base64-plain",))

    def test_a_footer_behind_an_attached_file_leaves_the_file(self) -> None:
        pdf = base64.encodebytes(b"%PDF-1.7 Vorlage..").decode() + "\r\n___\r\nListe"
        head = "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        read = parse.read(multipart("mixed", f"{PLAIN}Guten Tag", head + pdf))
        assert [one.content for one in read.enclosures] == [b"%PDF-1.7 Vorlage.."]

    def test_quoted_printable(self) -> None:
        body = quopri.encodestring("Grüße – 5 €".encode("cp1252"))
        assert (
            parse.read(
                mail(body, "Content-Type: text/plain; charset=iso-8859-1", Content_Transfer_Encoding="quoted-printable")
            ).text
            == "Grüße – 5 €"
        )

    def test_nul_bytes_are_removed_and_said(self) -> None:
        read = parse.read(mail(b"Gu\x00ten Tag"))
        assert (read.text, read.problems) == ("Guten Tag", ("nul",))

    def test_mail_parser_trips_over_an_epilogue(self) -> None:
        read = parse.read(mail("--x\r\n", 'Content-Type: multipart/mixed; boundary="y"'))
        assert read.from_[0].address == "anne@rat.example"


class TestDefinedStates:
    """R89: encrypted, signed, calendar, empty."""

    def test_signed_with_pgp(self) -> None:
        signature = "Content-Type: application/pgp-signature; name=signature.asc\r\n\r\n-----BEGIN PGP SIGNATURE-----"
        read = parse.read(multipart("signed", f"{PLAIN}Guten Tag", signature))
        assert (read.text, read.enclosures, read.problems) == ("Guten Tag", (), ("signed",))

    def test_encrypted_with_pgp(self) -> None:
        read = parse.read(
            multipart(
                "encrypted",
                "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1",
                "Content-Type: application/octet-stream\r\n\r\nx",
            )
        )
        assert set(read.problems) & HOLDS == {"encrypted-pgp"}

    def test_a_pgp_block_as_text(self) -> None:
        block = "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"
        assert "encrypted-pgp" in parse.read(mail(block)).problems
        talk = "So sieht das aus, wenn man verschlüsselt, und so darf es nicht in den Verteiler:\r\n" + block
        assert parse.read(mail(talk)).problems == ("pgp-block",)

    CLEAR = (
        "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nGuten Tag\r\n\r\n- -- Liste\r\n- - Kamen\r\n\r\n"
        "-----BEGIN PGP SIGNATURE-----\r\n\r\niQEzBAEB\r\n=ab12\r\n-----END PGP SIGNATURE-----\r\n"
    )

    def test_signed_with_pgp_inside_the_text(self) -> None:
        read = parse.read(mail(self.CLEAR))
        assert ((read.text or "").strip(), read.problems) == ("Guten Tag\n\n-- Liste\n- Kamen", ("signed-clear",))

    def test_what_stands_around_a_signed_text_stays(self) -> None:
        read = parse.read(mail(f"Davor\r\n{self.CLEAR}Danach\r\n{self.CLEAR}"))
        rows = [row for row in (read.text or "").split("\n") if row]
        assert rows == ["Davor", "Guten Tag", "-- Liste", "- Kamen", "Danach", "Guten Tag", "-- Liste", "- Kamen"]

    def test_a_signed_text_that_was_cut_is_left_as_it_is(self) -> None:
        cut = self.CLEAR[: self.CLEAR.index("=ab12")]
        assert parse.read(mail(cut)).text == cut.replace("\r\n", "\n")
        assert parse.read(mail(cut)).problems == ()

    def test_encrypted_with_smime(self) -> None:
        read = parse.read(mail(b"0\x80", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m"))
        assert set(read.problems) & HOLDS == {"encrypted-smime"}
        assert [one.filename for one in read.enclosures] == ["smime.p7m"]

    def test_an_invitation(self) -> None:
        read = parse.read(
            multipart("alternative", f"{PLAIN}Sitzung", "Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR")
        )
        assert read.text == "Sitzung"
        assert [(one.filename, one.mimetype) for one in read.enclosures] == [("anhang-1.ics", "text/calendar")]
        assert read.problems == ("calendar",)

    def test_a_piece_of_a_mail(self) -> None:
        read = parse.read(mail("Rest", "Content-Type: message/partial; id=x; number=2; total=3"))
        assert "partial" in read.problems

    @pytest.mark.parametrize("body", ["", "\r\n", "\r\n \r\n"])
    def test_an_empty_mail(self, body: str) -> None:
        assert "no-text" in parse.read(mail(body)).problems


class TestHeaders:
    """Ids, references, dates, subjects."""

    @pytest.mark.parametrize(
        ("value", "read"),
        [
            ("<a@rat.example>", "<a@rat.example>"),
            ("  <a@rat.example> (added by postmaster@rat.example)", "<a@rat.example>"),
            ("<a$b%c=d/e+f@rat.example>", "<a$b%c=d/e+f@rat.example>"),
            ("<a@[192.0.2.1]>", "<a@[192.0.2.1]>"),
            ("<[abc@x]>", None),
            ("<[x]>", None),
            ("<<x@y>>", None),
            ("<x>", None),
            ("x@y", None),
            ("<>", None),
            ("", None),
            ("<a@b> <c@d>", None),
            ("<a b@c>", None),
            ("<ä@rat.example>", None),
            ("<" + "x" * 1000 + "@y>", None),
            (None, None),
        ],
    )
    def test_message_ids(self, value: str | None, read: str | None) -> None:
        assert parse.read(mail(Message_ID=value)).message_id == read

    def test_two_message_ids_are_none(self) -> None:
        assert parse.read(mail("x", "Message-ID: <2@rat.example>")).message_id is None

    def test_references_folded_inside_an_id(self) -> None:
        read = parse.read(mail("x", "References: <a@x>\r\n <b\r\n @y> <a@x>", "In-Reply-To: Your message of Monday <b@y>"))
        assert read.references == ("<b@y>", "<a@x>")
        assert read.in_reply_to == ("<b@y>",)

    def test_references_that_a_server_encoded(self) -> None:
        assert parse.read(mail("x", "References: =?utf-8?q?=3Cp17=2EK=40ratspost=2Eexample=3E?=")).references == (
            "<p17.K@ratspost.example>",
        )

    @pytest.mark.parametrize(
        ("value", "year"),
        [
            ("Tue, 4 Mar 2025 09:26:00 +0100", 2025),
            ("4 Mar 2025 09:26", 2025),
            ("Tue, 4 Mar 25 09:26:00 GMT", 2025),
            ("Tue, 04 Mar 0102 09:26:00 +0100", 2002),
            ("Di, 4 Mär 2025 09:26:00 +0100", None),
            ("Thu, 01 Jan 1970 00:00:00 +0000", None),
            ("Tue, 4 Mar 99999999999 09:26:00 +0100", None),
            ("Tue, 32 Mar 2025 25:61:61 +9999", None),
            ("gestern", None),
            ("", None),
            (None, None),
        ],
    )
    def test_dates(self, value: str | None, year: int | None) -> None:
        read = parse.read(mail(Date=value))
        assert (read.date.year if read.date else None) == year
        assert ("date" in read.problems) == (year is None)

    def test_a_subject_cannot_bring_a_header(self) -> None:
        assert parse.read(mail(Subject="=?utf-8?Q?Hallo=0D=0ABcc:_alle@rat.example?=")).subject == "Hallo Bcc: alle@rat.example"

    def test_a_parameter_that_a_script_did_not_indent(self) -> None:
        raw = multipart("mixed", f"{PLAIN}Guten Tag").replace(b"; boundary", b";\r\nboundary")
        read = parse.read(raw)
        assert (read.text, read.from_doubt, read.problems) == ("Guten Tag", None, ("header-mended",))

    def test_a_from_behind_a_broken_line_is_doubted(self) -> None:
        read = parse.read(mail().replace(b"From:", b"X: y\r\nZ: y\r\nabgerissen\r\nFrom:"))
        assert (read.from_[0].address, read.from_doubt) == ("anne@rat.example", "header-broken")

    def test_a_body_that_follows_at_once_stays_a_body(self) -> None:
        read = parse.read(b"From: anne@rat.example\r\nSubject: Haushalt\r\nGuten Tag, eine Frage.\r\nAnne: ja\r\n\r\nEnde")
        assert "Guten Tag, eine Frage." in (read.text or "")
        assert read.header("anne") is None

    @pytest.mark.parametrize("line", [b"From anne Tue Mar  4 09:26:00 2025\r\n", b">From anne Tue Mar  4 09:26:00 2025\n"])
    def test_the_line_of_an_mbox_is_no_header(self, line: bytes) -> None:
        assert parse.read(line + mail()).from_doubt is None

    def test_empty_lines_before_the_header(self) -> None:
        read = parse.read(b"\r\n\r\n" + mail())
        assert (read.subject, read.problems) == ("Haushalt 2026", ("header-mended",))


class TestCaps:
    """R77: the last that is read and the first that is not; beyond, an extract and a reason."""

    @pytest.mark.parametrize(
        ("over", "code"),
        [
            ((mail("x", *[f"X-{n}: {'y' * 1000}" for n in range(103)])), "cap-header-block"),
            ((mail("x", f"X-Long: {'y' * 32_768}")), "cap-header"),
            ((mail("x", *["X: y"] * 1_000)), "cap-headers"),
            ((mail("x", Content_Type="text/plain; x=" + "y" * 8_192)), "cap-mime-header"),
            ((multipart("mixed", *[PLAIN] * 1_001)), "cap-parts"),
            ((mail("x", Content_Type=f'multipart/mixed; boundary="{"y" * 2_049}"')), "cap-boundary"),
            ((mail("x", To="," * 10_300)), "cap-addresses"),
        ],
    )
    def test_beyond(self, over: bytes, code: str) -> None:
        read = parse.read(over)
        assert read.problems[0] == code
        assert code in HOLDS
        assert read.from_doubt == "unparsed"
        assert (read.subject, read.from_[0].address) == ("Haushalt 2026", "anne@rat.example")
        assert read.text

    @pytest.mark.parametrize(
        "within",
        [
            mail("x", *[f"X-{n}: {'y' * 1000}" for n in range(95)]),
            mail("x", f"X-Long: {'y' * 32_000}"),
            mail("x", *["X: y"] * 990),
            mail("x", Content_Type="text/plain; x=" + "y" * 8_000),
            multipart("mixed", *[PLAIN] * 990),
        ],
    )
    def test_within(self, within: bytes) -> None:
        assert not set(parse.read(within).problems) & HOLDS

    @pytest.mark.parametrize(("depth", "held"), [(18, False), (22, True), (1_000, True)])
    def test_nesting(self, depth: int, held: bool) -> None:
        content = f"{PLAIN}innen"
        for level in range(depth):
            kind, packed = parts("mixed", content, boundary=f"b{level}")
            content = f"Content-Type: {kind}\r\n\r\n" + packed.decode()
        head, _, body = content.partition("\r\n\r\n")
        read = parse.read(mail(body, head))
        assert bool(set(read.problems) & HOLDS) == held
        assert "innen" in (read.text or "")

    def test_200_files_are_kept_and_the_text_stays(self) -> None:
        read = parse.read(multipart("mixed", f"{PLAIN}Anbei", *[PDF] * 250))
        assert (read.text, len(read.enclosures)) == ("Anbei", 200)
        assert "cap-enclosures" in read.problems


class TestContentKey:
    """R20, R24, R26: one mail by two ways has one key; another mail has another."""

    def test_trace_headers_do_not_count(self) -> None:
        twice = mail("Guten Tag\n", "Received: from a by b", "DKIM-Signature: x", "X-Spam: no")
        assert parse.content_key(parse.read(mail("Guten Tag\n"))) == parse.content_key(parse.read(twice))

    def test_another_transfer_encoding_does_not_count(self) -> None:
        body = "Grüße aus Bottrop   \r\n\r\n"
        again = mail(quopri.encodestring(body.rstrip().encode()), Content_Transfer_Encoding="quoted-printable")
        assert parse.content_key(parse.read(mail(body))) == parse.content_key(parse.read(again))

    def test_a_missing_message_id_does_not_count(self) -> None:
        assert parse.content_key(parse.read(mail(Message_ID=None))) == parse.content_key(parse.read(mail()))

    @pytest.mark.parametrize(
        "other",
        [mail("Anders"), mail(Subject="Anders"), mail(From="birol@rat.example"), mail(Date="Wed, 5 Mar 2025 09:26:00 +0100")],
    )
    def test_content_counts(self, other: bytes) -> None:
        assert parse.content_key(parse.read(other)) != parse.content_key(parse.read(mail()))

    def test_a_file_counts(self) -> None:
        with_file, other = multipart("mixed", PLAIN, PDF), multipart("mixed", PLAIN, PDF.replace("1.7", "1.4"))
        assert parse.content_key(parse.read(with_file)) != parse.content_key(parse.read(other))


def test_every_problem_is_known() -> None:
    assert set(PROBLEMS) >= HOLDS


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=600),
        st.binary(max_size=300).map(mail),
        st.text(max_size=300).map(lambda text: mail(Subject=text.replace("\x00", ""))),
    )
)
def test_no_bytes_raise(raw: bytes) -> None:
    read = parse.read(raw)
    assert set(read.problems) <= set(PROBLEMS)
    assert parse.content_key(read) == parse.content_key(parse.read(raw))
    for text in (read.subject, read.text or "", read.html or "", *(value for _, value in read.headers)):
        assert text.encode("utf-8").decode("utf-8") == text
        assert "\x00" not in text


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"\r\n\r\n", b"From anne Tue Mar  4 09:26:00 2025\n", b"\x00" * 1000, b"\xff\xfe", b":", b":\r\n\r\nx"]
)
def test_what_is_no_mail_at_all(raw: bytes) -> None:
    read = parse.read(raw)
    assert read.from_ == ()
    assert parse.unread(raw, "crashed").problems == ("crashed",)
