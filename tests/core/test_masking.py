"""What leaves a text before it is stored or shown: tokens always (R56), addresses on the page of the whole original."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.core import tokens
from forum.core.masking import HIDDEN_ADDRESS, NEUTRAL, mask_addresses, strip_tokens
from forum.core.tokens import KINDS, Keyring, Token

KEYRING = Keyring((b"a key for the tests 123",))
TOKEN = tokens.write(Token("a", 17, 4711, 2), KEYRING)


@given(
    kind=st.sampled_from(sorted(KINDS)),
    person=st.integers(0, 2**40),
    upper=st.booleans(),
    before=st.text(alphabet=" \n<>(\"':", max_size=3),
)
def test_no_token_survives(kind: str, person: int, upper: bool, before: str) -> None:  # R56
    token = tokens.write(Token(kind, person, 9, 0), KEYRING)
    address = f"{kind}+{token}@ratspost.example"
    text = f"Anne schrieb{before}{address.upper() if upper else address}> danke"
    assert token not in strip_tokens(text).lower()
    assert strip_tokens(text).startswith("Anne schrieb")
    assert strip_tokens(text).endswith("> danke")


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (f"> An: a+{TOKEN}@ratspost.example.", f"> An: {NEUTRAL}."),
        (f"Reply-To: <A+{TOKEN.upper()}@RATSPOST.EXAMPLE>", f"Reply-To: <{NEUTRAL}>"),
        (f"<mailto:abo+{TOKEN}@ratspost.example?subject=ab>", f"<{NEUTRAL}>"),
        (f"mailto:abo%2B{TOKEN}%40ratspost.example", NEUTRAL),
        (f"siehe https://ratspost.example/abo/{TOKEN}.", f"siehe {NEUTRAL}."),
        (f"(https://ratspost.example/abo?t={TOKEN}&x=1) ja", f"({NEUTRAL}) ja"),
        (f"https://scanner.example/?url={quote(f'https://ratspost.example/abo/{TOKEN}', safe='')}&sig=1 ja", f"{NEUTRAL} ja"),
        (f"https://scanner.example/?u={quote(quote(f'https://ratspost.example/abo/{TOKEN}', safe=''), safe='')}", NEUTRAL),
        (f"das Zeichen {TOKEN} allein", f"das Zeichen {NEUTRAL} allein"),
        (f"p+{TOKEN}@ratspost.example,a+{TOKEN}@ratspost.example", f"{NEUTRAL},{NEUTRAL}"),
    ],
)
def test_a_neutral_form_stands_where_a_token_stood(written: str, stored: str) -> None:  # R56
    assert strip_tokens(written) == stored
    assert strip_tokens(stored) == stored


@pytest.mark.parametrize(
    "harmless",
    [
        "Der Haushalt 2026 liegt vor: https://ratspost.example/faden/17, Seite 3.",
        "faden-17@ratspost.example und finanzen.kreis-unna@ratspost.example",
        "https://rathaus.example/dokument/1f3a9c8e7d6b5a4f3e2d1c0b9a8f7e6d5c4b3a2f1e0d9c8b",
        "c" * 47,
        f"x{TOKEN}",
        f"{TOKEN}x",
        "a+b=c, 2 + 2 = 4, C++",
        "",
    ],
)
def test_the_words_of_an_author_stay(harmless: str) -> None:
    assert strip_tokens(harmless) == harmless


@pytest.mark.parametrize(
    ("original", "shown"),
    [
        ("Von: Anne Muster <anne.muster@rat.example>", f"Von: Anne Muster <{HIDDEN_ADDRESS}>"),
        ("anne+rat@rat.example, birol@rat.example.", f"{HIDDEN_ADDRESS}, {HIDDEN_ADDRESS}."),
        ("jörg@münchen.example", HIDDEN_ADDRESS),
        ('"anne muster"@rat.example', HIDDEN_ADDRESS),
        ("anne@[192.0.2.1] oder anne@localhost", f"{HIDDEN_ADDRESS} oder {HIDDEN_ADDRESS}"),
        ("mailto:anne%40rat.example", f"mailto:{HIDDEN_ADDRESS}"),
        ("bounce+anne=rat.example@liste.example", HIDDEN_ADDRESS),
        ("https://rathaus.example/?mail=anne@rat.example&x=1", f"https://rathaus.example/?{HIDDEN_ADDRESS}&x=1"),
        ("An: faden-17@ratspost.example, dora@fern.example", f"An: faden-17@ratspost.example, {HIDDEN_ADDRESS}"),
        (f"Antwort an a+{TOKEN}@ratspost.example", f"Antwort an {NEUTRAL}"),
        ("Kosten @ 3 Euro, ein @ allein", "Kosten @ 3 Euro, ein @ allein"),
    ],
)
def test_the_whole_original_shows_no_foreign_address(original: str, shown: str) -> None:
    assert mask_addresses(original, ours=("ratspost.example",)) == shown


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "c",
        "a+",
        "http",
        "https://",
        "a@",
        "@",
        '"',
        "a.",
        "%2",
        "c2",
        "mailto:a+",
        "%40",
        "abo+cc ",
        "a@b.",
        "[",
        "a@[",
        "https://a%25",
    ],
)
@pytest.mark.proof
def test_hostile_text_costs_linear_time(unit: str) -> None:
    started = time.process_time()
    strip_tokens(unit * (500_000 // len(unit)))
    mask_addresses(unit * (500_000 // len(unit)))
    assert time.process_time() - started < 2
