"""A token says who may answer what, and nobody but us can write one (R52, R55)."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.core import tokens
from forum.core.tokens import KINDS, Keyring, Token

OLD, NEW = b"an old key of the house 1", b"a new key of the house 22"
KEYRING = Keyring((NEW, OLD))
ANNES_ANSWER = Token("a", person_id=17, target_id=4711, epoch=2)
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"

ids = st.integers(min_value=0, max_value=2**40)
any_token = st.builds(Token, kind=st.sampled_from(sorted(KINDS)), person_id=ids, target_id=ids, epoch=st.integers(0, 2**24 - 1))


@given(token=any_token, data=st.data())
def test_what_was_written_is_read_in_any_letter_case(token: Token, data: st.DataObject) -> None:  # R52
    text = tokens.write(token, KEYRING)
    upper = data.draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
    mixed = "".join(letter.upper() if up else letter for letter, up in zip(text, upper, strict=True))
    assert tokens.read(mixed, KEYRING, token.kind) == token


@given(token=any_token)
def test_the_whole_local_part_fits(token: Token) -> None:  # R52
    text = tokens.write(token, KEYRING)
    assert len(text) == tokens.LENGTH
    assert len(f"{token.kind}+{text}") <= 64
    assert tokens.has_shape(text)
    assert set(text) <= set(ALPHABET)


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("other", sorted(KINDS))
def test_a_token_serves_only_its_own_kind(kind: str, other: str) -> None:
    text = tokens.write(Token(kind, 17, 4711, 0), KEYRING)
    assert (tokens.read(text, KEYRING, other) is not None) == (kind == other)


def test_another_house_cannot_write_ours() -> None:
    text = tokens.write(ANNES_ANSWER, Keyring((b"a key of somebody else",)))
    assert tokens.read(text, KEYRING, "a") is None


def test_old_keys_keep_reading_after_a_rotation() -> None:  # DESIGN 4: tokens do not end by key rotation
    text = tokens.write(ANNES_ANSWER, Keyring((OLD,)))
    assert tokens.read(text, Keyring((NEW, OLD)), "a") == ANNES_ANSWER
    assert tokens.read(text, Keyring((NEW,)), "a") is None


def test_two_keys_with_the_same_key_id_both_read() -> None:
    twins = _keys_with_the_same_id()
    for key in twins:
        text = tokens.write(ANNES_ANSWER, Keyring((key,)))
        assert tokens.read(text, Keyring(twins), "a") == ANNES_ANSWER


def test_every_changed_character_spoils_it() -> None:
    text = tokens.write(ANNES_ANSWER, KEYRING)
    for position, letter in enumerate(text):
        for other in ALPHABET:
            if other != letter:
                assert tokens.read(text[:position] + other + text[position + 1 :], KEYRING, "a") is None


def test_a_truncated_or_longer_token_is_none() -> None:
    text = tokens.write(ANNES_ANSWER, KEYRING)
    for wrong in (*(text[:n] for n in range(len(text))), text + "a", text + "=", text[:20] + "=" + text[20:], text + "======"):
        assert tokens.read(wrong, KEYRING, "a") is None


def test_blanks_and_quotes_around_it_do_no_harm() -> None:  # R52
    text = tokens.write(ANNES_ANSWER, KEYRING)
    for wrapped in (f" {text}\r\n", f'"{text}"', f"<{text}>", f"'{text}'"):
        assert tokens.read(wrapped, KEYRING, "a") == ANNES_ANSWER
    assert tokens.read(text[:10] + " " + text[10:], KEYRING, "a") is None


def test_letters_that_only_look_alike_are_refused() -> None:
    text = tokens.write(ANNES_ANSWER, KEYRING)
    assert "k" in text or "s" in text
    kelvin = text.replace("k", "\N{KELVIN SIGN}").replace("s", "\N{LATIN SMALL LETTER LONG S}")
    assert tokens.read(kelvin, KEYRING, "a") is None


def test_thousands_of_guesses_hit_nothing() -> None:  # R52
    assert _hits(20_000) == 0


@pytest.mark.proof
def test_a_million_guesses_hit_nothing() -> None:  # R52
    assert _hits(1_000_000) == 0


@pytest.mark.parametrize(
    "wrong",
    [Token("x", 1, 1, 0), Token("a", 2**48, 1, 0), Token("a", 1, 2**48, 0), Token("a", 1, 1, 2**24), Token("a", -1, 1, 0)],
)
def test_what_does_not_fit_is_not_written(wrong: Token) -> None:
    with pytest.raises(ValueError, match="token"):
        tokens.write(wrong, KEYRING)


@pytest.mark.parametrize("keys", [(), (b"",), (b"too short",), (NEW, b"too short")])
def test_a_weak_keyring_is_refused(keys: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="keyring"):
        Keyring(keys)


def test_a_keyring_comes_from_the_setting_and_never_shows_its_keys() -> None:
    keyring = Keyring.from_setting(f"{NEW.decode()}, {OLD.decode()},")
    assert keyring == KEYRING
    assert "house" not in repr(keyring)


@pytest.mark.proof
def test_reading_hostile_text_is_quick() -> None:
    started = time.process_time()
    for hostile in ("a" * 1_000_000, "c" + "ä" * 100_000, "=" * 100_000, "\x00" * 48):
        assert tokens.read(hostile, KEYRING, "a") is None
    assert time.process_time() - started < 0.5


def _hits(guesses: int) -> int:
    """How many random texts are read; they keep the true head, so that each gets as far as the signature."""
    source = random.Random(52)
    head = tokens.write(ANNES_ANSWER, KEYRING)[:4]
    return sum(tokens.read(head + "".join(source.choices(ALPHABET, k=44)), KEYRING, "a") is not None for _ in range(guesses))


def _keys_with_the_same_id() -> tuple[bytes, bytes]:
    seen: dict[str, bytes] = {}
    for number in range(10_000):
        key = b"a key of the house, number %d" % number
        head = tokens.write(Token("a", 0, 0, 0), Keyring((key,)))[:4]
        if head in seen:
            return seen[head], key
        seen[head] = key
    raise AssertionError("no two keys share an id")
