"""What is declared as base64 and is plain, at its end or as a whole, is read as it stands. # R78"""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbridge.inbound.parsing import transfer

WORDS = "Größe für Müll ist wichtig. ".encode() * 5
ENCODED = base64.encodebytes(WORDS).decode()


@pytest.mark.parametrize("footer", ["-- \nListe", "____\nListe Kommunal\n\nhttps://liste.example/", "Liste Kommunal"])
def test_rows_behind_the_base64(footer: str) -> None:
    assert transfer.divided(ENCODED + footer) == (WORDS, footer.encode())
    assert transfer.divided(ENCODED.replace("\n", "\r\n") + "\r\n\r\n" + footer.replace("\n", "\r\n") + "\r\n") == (
        WORDS, footer.encode(),
    )  # fmt: skip


def test_a_footer_of_one_word_is_told_by_the_padding() -> None:
    assert transfer.divided(base64.encodebytes(b"Ja, gern!!").decode() + "Kommunal\n") == (b"Ja, gern!!", b"Kommunal")


def test_a_text_that_was_never_encoded() -> None:
    assert transfer.divided("Moin\n\nwir tagen um 19 Uhr.\n") == (b"", b"Moin\n\nwir tagen um 19 Uhr.\n")


NARROW = "\n".join([ENCODED[:40], "!!" + ENCODED[40:74], ENCODED[77:117], "Qg=="])
DAMAGE = "RWlu!!IFNhdHou\n####"
BROKEN = ENCODED[:76] + "\n!?\n" + ENCODED[77:]


@pytest.mark.parametrize("text", [ENCODED, ENCODED.rstrip("=\n"), "\n", BROKEN, "!?\n" + ENCODED, NARROW, DAMAGE])
def test_base64_alone_or_with_a_broken_row_is_the_decoders_matter(text: str) -> None:
    assert transfer.divided(text) is None


@given(st.text(max_size=400))
def test_any_text_is_divided_or_left(text: str) -> None:
    divided = transfer.divided(text)
    assert divided is None or all(isinstance(piece, bytes) for piece in divided)


@given(st.binary(max_size=600))
def test_what_is_encoded_right_is_never_divided(content: bytes) -> None:
    assert transfer.divided(base64.encodebytes(content).decode()) is None
