"""Whatever the house can say to a person exists in both languages."""

from __future__ import annotations

import importlib
import string

import pytest

from forum.core.refusals import Refused, all_refusals
from forum.mailroom.models import DeliveryState, InboundState
from forum.moderation.causes import CAUSES
from forum.moderation.models import HoldState
from forum.moderation.words import STATE_WORDS
from mailbridge import replies
from mailbridge.replies import Reply
from tests.house.sources import modules

REPLIES = {name: value for name, value in vars(replies).items() if isinstance(value, Reply)}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("refusal", all_refusals(), ids=lambda refusal: refusal.code)
def test_a_refusal_has_a_sentence_in_each_language(refusal: type[Refused]) -> None:
    for text in (refusal.de, refusal.en):
        assert text[0].isupper() or text[0] in "„“{"
        assert text.rstrip("}").endswith((".", "hint"))
    assert placeholders(refusal.de) == placeholders(refusal.en)
    facts = dict.fromkeys(placeholders(refusal.de), "Wert")
    assert "{" not in refusal(**facts).sentence("de") + refusal(**facts).sentence("en")


def test_refusals_have_codes_of_their_own_and_stand_in_one_file() -> None:
    codes = [refusal.code for refusal in all_refusals()]
    assert len(codes) == len(set(codes))
    for name in modules():
        if name.startswith("forum.") and not name.startswith(("forum.main", "forum.cli", "forum.web")):
            importlib.import_module(name)
    assert {refusal.__module__ for refusal in all_refusals()} == {"forum.core.refusals"}


@pytest.mark.parametrize("code", sorted(CAUSES))
def test_a_hold_has_its_cause_in_each_language(code: str) -> None:
    cause = CAUSES[code]
    assert cause.de.endswith(".")
    assert cause.en.endswith(".")
    assert cause.de != cause.en


@pytest.mark.parametrize("name", sorted(REPLIES))
def test_an_smtp_answer_speaks_german_then_english(name: str) -> None:
    reply = REPLIES[name]
    assert placeholders(reply.german) == placeholders(reply.english)
    assert reply.german != reply.english


@pytest.mark.parametrize("state", [*InboundState, *DeliveryState, *HoldState])
def test_a_state_has_a_word_in_each_language(state: str) -> None:
    german, english = STATE_WORDS[state]
    assert german
    assert english
