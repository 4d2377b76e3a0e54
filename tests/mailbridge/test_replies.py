"""What our SMTP door says: always in both languages, always in a form that every mail server understands."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbridge import replies
from mailbridge.destinations import Reason, Unknown
from mailbridge.replies import Reply

ALL: dict[str, Reply] = {name: value for name, value in vars(replies).items() if isinstance(value, Reply)}
FACTS = {
    "suggestions": ", ".join(["finanzen.kreis-unna@ratspost.example"] * 3),
    "help": "hilfe@ratspost.example",
    "link": "https://ratspost.example/faden/17",
    "limit": "25 MB",
}
LINE = re.compile(r"(?P<code>[245]\d\d)(?P<mark>[ -])(?P<status>[245]\.\d{1,3}\.\d{1,3}) [\x20-\x7e]*")

everyone = pytest.mark.parametrize("reply", ALL.values(), ids=ALL.keys())


def well_formed(answer: str) -> bool:
    lines = answer.split("\r\n")
    found = [LINE.fullmatch(line) for line in lines]
    return (
        all(found)
        and all(len(line) + 2 <= replies.LONGEST_LINE for line in lines)
        and len({(match["code"], match["status"]) for match in found if match}) == 1
        and [match["mark"] for match in found if match] == ["-"] * (len(lines) - 1) + [" "]
    )


@everyone
def test_each_answer_is_well_formed(reply: Reply) -> None:
    answer = reply.say(**FACTS)
    assert well_formed(answer)
    assert answer.startswith(str(reply.code))
    assert reply.status[0] == str(reply.code)[0]


@everyone
def test_each_answer_speaks_german_then_english(reply: Reply) -> None:
    assert reply.german.isascii()
    assert reply.english.isascii()
    assert reply.german != reply.english
    words = " ".join(line[10:] for line in reply.say(**FACTS).split("\r\n"))
    assert words.index(reply.german.split("{", maxsplit=1)[0].strip()) < words.index(
        reply.english.split("{", maxsplit=1)[0].strip()
    )


@everyone
def test_both_languages_tell_the_same_facts(reply: Reply) -> None:
    named = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (reply.german, reply.english)]
    assert named[0] == named[1]
    assert named[0] <= FACTS.keys()


def test_no_two_answers_are_the_same() -> None:
    assert len({reply.german for reply in ALL.values()}) == len({reply.english for reply in ALL.values()}) == len(ALL)


@pytest.mark.parametrize(
    ("reply", "begins"),
    [
        (replies.KEPT, "250-2.0.0 "),
        (replies.TEMPORARY, "451-4.3.0 "),
        (replies.TOO_MANY_RCPTS, "452-4.5.3 "),
        (replies.TOO_LARGE, "552-5.3.4 "),
        (replies.NOT_OURS, "550-5.7.1 "),
        (replies.STRANGER, "550-5.7.1 "),
        (replies.LOCKED, "550-5.7.1 "),
        (replies.UNKNOWN_BOARD, "550-5.1.1 "),
        (replies.BAD_SYNTAX, "553-5.1.3 "),
    ],
)
def test_the_codes_that_others_rely_on(reply: Reply, begins: str) -> None:
    assert reply.say(**FACTS).startswith(begins)


def test_a_locked_thread_names_its_page() -> None:
    assert replies.LOCKED.say(link="https://ratspost.example/faden/17").count("https://ratspost.example/faden/17") == 2


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_has_an_answer_that_helps(reason: Reason) -> None:
    without = replies.unknown(Unknown(reason), "hilfe@ratspost.example")
    assert well_formed(without)
    assert without.startswith("55")


def test_a_typo_is_answered_with_the_nearest_addresses() -> None:
    found = Unknown(Reason.TYPO, ("finanzen.kreis-unna@ratspost.example", "finanzen.unna@ratspost.example"))
    answer = replies.unknown(found, "hilfe@ratspost.example")
    assert answer.startswith("550-5.1.1 ")
    assert answer.count("finanzen.kreis-unna@ratspost.example") == 2
    assert "finanzen.unna@ratspost.example" in answer


def test_without_an_idea_the_answer_names_who_helps() -> None:
    assert "hilfe@ratspost.example" in replies.unknown(Unknown(Reason.TYPO), "hilfe@ratspost.example")


def test_a_fault_of_form_with_an_idea_tells_the_idea() -> None:
    answer = replies.unknown(Unknown(Reason.SYNTAX, ("finanzen.unna@ratspost.example",)), "hilfe@ratspost.example")
    assert "finanzen.unna@ratspost.example" in answer


def test_a_mistyped_group_learns_nothing_about_groups() -> None:
    answer = replies.unknown(Unknown(Reason.GROUP), "hilfe@ratspost.example")
    assert "hilfe@ratspost.example" in answer


@given(fact=st.text(max_size=600) | st.binary(max_size=600).map(lambda raw: raw.decode("ascii", "surrogateescape")))
def test_no_fact_breaks_out_of_its_line(fact: str) -> None:
    for hostile in (fact, f"x\r\n250 2.0.0 {fact}", "https://ratspost.example/" + "x" * 600):
        assert well_formed(replies.LOCKED.say(link=hostile))


def test_umlauts_in_a_fact_are_spelled_out() -> None:
    assert "muenster" in replies.UNKNOWN_BOARD.say(suggestions="Münster")


def test_a_missing_fact_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        replies.LOCKED.say()
