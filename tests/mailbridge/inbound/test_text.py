"""What the reader promises for any mail: nothing disappears, doubt shows more, nothing takes long."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbridge.inbound import text
from mailbridge.inbound.mail import Mailbox, ParsedMail, Written

PIECES = [
    "Hallo Anne,",
    "Das sehe ich anders.",
    "Nein.",
    "",
    " ",
    "> Was meint ihr?",
    "> > tiefer",
    ">> ohne Leerzeichen",
    "-- ",
    "--",
    "Am 03.02.25 um 12:00 schrieb Anne Adler:",
    "Am Montag schrieb die Kämmerei:",
    "Am Mo., 3. Feb. 2025 um 12:00 Uhr schrieb Anne <",
    "anne@rat.example>:",
    "On Mon, Feb 3, 2025 at 12:00 PM Anne <anne@rat.example> wrote:",
    "-----Ursprüngliche Nachricht-----",
    "-------- Weitergeleitete Nachricht --------",
    "Von: Anne Adler <anne@rat.example>",
    "Gesendet: Montag, 3. Februar 2025 12:00",
    "An: Birol",
    "Betreff: Kita",
    "Von: der Einbringung",
    "________________________________",
    "Ratspost · Faden 12.1",
    "https://ratspost.example/faden/12",
    "faden-12-ab@ratspost.example",
    "Von meinem iPhone gesendet",
    "[EXTERN]",
    "Viele Grüße",
    "Birol",
    "> Am 03.02.25 um 12:00 schrieb Carla:",
    ">>> Anne 03.02.2025 12:00 >>>",
    "siehe unten",
    "PS: noch etwas",
    "AA> wie",
    "AA> was",
    "Diese E-Mail ist vertraulich. Wenn Sie nicht der richtige Adressat sind, vernichten Sie sie.",
    "-- Ende der Nachricht --",
]
bodies = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=40)), max_size=40).map("\n".join)
subjects = st.sampled_from(["Kita", "AW: Kita", "WG: Kita", "Re: [Kita] x", "Fwd: y"])


def mail(body: str | None, *, html: str | None = None, subject: str = "AW: Kita", reply: bool = True) -> ParsedMail:
    """A mail of Birol's with just these bodies."""
    birol = (Mailbox("Birol Yıldız", "birol@rat.example"),)
    answered = ("<p12.a1@ratspost.example>",) if reply else ()
    return ParsedMail(None, answered, (), subject, None, birol, None, (), (), (), (), body, html)


def lines(words: str) -> Counter[str]:
    return Counter(
        stripped
        for line in words.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if (stripped := line.strip().strip("> ").strip())
    )


def everything(written: Written) -> Counter[str]:
    return lines(written.text) + lines(written.quoted) + lines(written.signature) + lines(written.forwarded)


@settings(max_examples=150, deadline=None)
@given(body=bodies, subject=subjects, reply=st.booleans())
def test_every_line_is_in_exactly_one_part(body: str, subject: str, reply: bool) -> None:
    assert everything(text.written(mail(body, subject=subject, reply=reply))) == lines(body)


@settings(max_examples=60, deadline=None)
@given(body=bodies, other=bodies, subject=subjects)
def test_html_beside_it_takes_no_line_away(body: str, other: str, subject: str) -> None:
    html = "<div>" + "<br>".join(other.split("\n")) + "</div><blockquote>" + body.replace("\n", "<br>") + "</blockquote>"
    written = text.written(mail("x" * 200 + "\n" + body, html=html, subject=subject))
    assert everything(written) == lines("x" * 200 + "\n" + body)


@settings(max_examples=60, deadline=None)
@given(body=bodies, answer=st.sampled_from(["Das ist meine Antwort.", "Nein", "Siehe Vorlage 12/2025"]))
def test_words_below_a_marked_quotation_are_shown(body: str, answer: str) -> None:
    quoted = "\n".join("> " + line for line in body.split("\n"))
    written = text.written(mail(f"Am 03.02.25 um 12:00 schrieb Anne Adler:\n{quoted}\n\n{answer}"))
    assert answer in written.text.split("\n")


@settings(max_examples=60, deadline=None)
@given(
    body=st.lists(
        st.sampled_from([piece for piece in PIECES if piece.strip() and piece[0].isalpha()][:3]), min_size=1, max_size=9
    )
)
def test_a_mail_of_plain_sentences_stays_whole(body: list[str]) -> None:
    written = text.written(mail("\n".join(body)))
    assert written == Written(text="\n".join(body))


def test_doubt_is_told_and_cuts_nothing() -> None:
    body = "Von: Anne <anne@rat.example>\nGesendet: 3.2.2025\nAn: Birol\n\nWas kostet die Kita?\n\nNichts."
    written = text.written(mail(body))
    assert written.confidence < 0.5
    assert written.text == body


def test_an_empty_mail_is_empty() -> None:
    assert text.written(mail(None)) == Written(text="")
    assert text.written(mail("", html="<p></p>")) == Written(text="")


def test_our_own_footer_never_shows() -> None:
    footer = "-- \nRatspost · Faden 12.7\nhttps://ratspost.example/faden/12#b7\nfaden-12-stumm@ratspost.example\nfaden-12-ab@ratspost.example"
    written = text.written(mail(f"Meine Antwort.\n\nKopf eines fremden Programms\nWas kostet die Kita?\n\n{footer}"))
    assert "Meine Antwort." in written.text
    assert "Ratspost" not in written.text
    assert "Faden 12.7" in written.quoted


POST = "Liebe alle,\n\nwas kostet die Kita ab dem zweiten Kind?\n\nWer will die Geschwisterregel streichen?\n\nAnne"
HEAD = "Von: Anne Adler <kita@ratspost.example>\nGesendet: Montag, 3. Februar 2025 12:00\nAn: Birol\nBetreff: Kita\n\n"


def test_answers_between_the_lines_of_a_known_post_are_found() -> None:
    quoted = POST.replace("zweiten Kind?", "zweiten\nKind?\nNichts.").replace(
        "streichen?", "streichen?\n\nUnsere Kämmerei, leider."
    )
    written = text.written(mail(f"Hallo Anne,\n\n{HEAD}{quoted}"), post=POST)
    assert written.text == (
        "Hallo Anne,\n\nwas kostet die Kita ab dem zweiten\nKind?\nNichts.\n\n"
        "Wer will die Geschwisterregel streichen?\n\nUnsere Kämmerei, leider."
    )


def test_a_known_post_quoted_as_it_was_is_folded() -> None:
    footer = "-- \nRatspost · Faden 12.7\nhttps://ratspost.example/faden/12#b7\nfaden-12-ab@ratspost.example"
    assert text.written(mail(f"Null Euro.\n\n{HEAD}{POST}"), post=POST).text == "Null Euro."
    assert text.written(mail(f"Null Euro.\n\n{HEAD}{POST}\n\n{footer}"), post=POST).text == "Null Euro."


def test_a_quotation_of_another_post_changes_nothing() -> None:
    assert text.written(mail(f"Null Euro.\n\n{HEAD}{POST}"), post="Etwas ganz anderes über Straßenbau.").text == "Null Euro."


def test_any_answer_typed_into_a_marked_quotation_of_a_known_post_is_shown_without_its_mark() -> None:
    quoted = "\n".join(f"> {line}" for line in POST.replace("zweiten Kind?", "zweiten Kind?\nJa").split("\n"))
    written = text.written(mail(f"Am 03.02.25 um 12:00 schrieb Anne Adler:\n{quoted}"), post=POST)
    assert written.text == "> was kostet die Kita ab dem zweiten Kind?\nJa"
    assert "Wer will die Geschwisterregel" in written.quoted


def test_a_short_answer_is_not_taken_for_the_beginning_of_the_next_word() -> None:
    post = "Liebe alle,\n\nzahlt das zweite Kind?\n\nJahr um Jahr fragen wir das.\n\nAnne"
    written = text.written(mail(f"Hallo Anne,\n\n{HEAD}{post.replace('Kind?', 'Kind?' + chr(10) + 'Ja')}"), post=post)
    assert written.text.split("\n")[-1] == "Ja"


def test_colours_in_an_unknown_quotation_lower_the_confidence() -> None:
    html = "<div>Hallo</div><blockquote type=cite><p>Wer will streichen?</p><p><font color=red>Niemand.</font></p></blockquote>"
    written = text.written(mail(None, html=f"<div>Am 3.2.25 um 12:00 schrieb Anne &lt;a@b.de&gt;:</div>{html}"))
    assert "Niemand." in written.text
    assert written.confidence <= 0.5


def test_a_foreign_mail_passed_on_names_its_author() -> None:
    head = "---------- Forwarded message ---------\nVon: Dora Dietz <dora@amt.example>\nDate: Mo., 3. Feb. 2025\nSubject: x"
    written = text.written(mail(f"Lest das:\n\n{head}\n\nDer Bescheid.", subject="Fwd: x", reply=False))
    assert written.text == "Lest das:"
    assert written.forwarded_from == "Dora Dietz <dora@amt.example>"
    assert written.forwarded.endswith("Der Bescheid.")


def test_html_is_read_where_the_plain_body_is_a_gateways() -> None:
    written = text.written(mail("[EXTERN]", html="<p>[EXTERN]</p><p>Ja, dafür.</p>"))
    assert written.text == "Ja, dafür."


def test_what_is_foreign_to_the_known_post_is_the_authors() -> None:
    said = "Danke.\n\nHans Klein schrieb am 03.11.2026 um 18:00 Uhr:\n\nKamen ist pleite.\n\nStimmt das?"
    assert text.written(mail(said), post=POST).text == said


MEGABYTE = 1_000_000
SLOW = (
    "Am 3.2.2025 um 12:00 schrieb\n",
    "x wrote:\n",
    "Von: a@b.de\nGesendet: 3.2.2025\nAn: b\nBetreff: c\n\n",
    "-- \na\n",
    "<https:\n> x\ny\n",
)
SLOW_HTML = ('<div class="gmail_quote">', "<p>a", "<table><tr><td>a", '<a href="')


@pytest.mark.parametrize("piece", SLOW, ids=repr)
@pytest.mark.proof
def test_a_megabyte_of_text_takes_no_time(piece: str) -> None:
    started = time.process_time()
    text.written(mail(piece * (MEGABYTE // len(piece))))
    assert time.process_time() - started < 2.0


@pytest.mark.parametrize(
    "piece", ["-----Ursprüngliche Nachricht-----\n", "Anna Muster schrieb:\n> x\n\nhallo\n", *SLOW], ids=repr
)
@pytest.mark.proof
def test_a_megabyte_beside_a_known_post_takes_no_time(piece: str) -> None:
    started = time.process_time()
    text.written(mail(piece * (MEGABYTE // len(piece))), post=POST * 100)
    assert time.process_time() - started < 2.0


@pytest.mark.parametrize("piece", SLOW_HTML, ids=repr)
@pytest.mark.proof
def test_a_megabyte_of_html_takes_no_time(piece: str) -> None:
    started = time.process_time()
    text.written(mail(None, html=piece * (MEGABYTE // len(piece))))
    assert time.process_time() - started < 2.0
