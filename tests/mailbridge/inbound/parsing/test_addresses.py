"""A From that can be read in two ways is not relied on."""

# R58
from __future__ import annotations

import pytest

from mailbridge.inbound import parse
from tests.mailbridge.inbound.mails import mail

GOOD = {
    "plain": "anne@rat.example",
    "angle": "<anne@rat.example>",
    "name": "Anne Amsel <anne@rat.example>",
    "quoted": '"Amsel, Anne" <anne@rat.example>',
    "encoded": "=?utf-8?Q?Anne_M=C3=BCller?= <anne@rat.example>",
    "encoded-in-quotes": '"=?utf-8?Q?M=C3=BCller?=" <anne@rat.example>',
    "comment-behind": "anne@rat.example (Anne Amsel)",
    "comment-in-name": "Anne Amsel (Rat Bottrop) <anne@rat.example>",
    "address-as-name": '"anne@rat.example" <anne@rat.example>',
    "address-as-bare-name": "anne@rat.example <anne@rat.example>",
    "capitals": "Anne <Anne@RAT.EXAMPLE>",
    "folded": "Anne Amsel\r\n <anne@rat.example>",
    "dot-in-name": "A. Amsel <anne@rat.example>",
    "raw-umlaut": "Anne Müller <anne@rat.example>",
    "slash-in-name": "Amsel/SPD <anne@rat.example>",
    "deceptive-name": '"Buergermeister <bm@stadt.example>" <anne@rat.example>',
    "umlaut-domain": "Anne <anne@rät.example>",
    "comma-in-comment": "Anne (Amsel, SPD) <anne@rat.example>",
    "comma-encoded": "=?utf-8?Q?Amsel=2C_Anne?= <anne@rat.example>",
    "comma-at-the-end": "Anne Amsel <anne@rat.example>,",
    "blanks-in-angle": "Anne < anne@rat.example >",
    "nickname": 'Anne "Ännchen" Amsel <anne@rat.example>',
    "bracket-in-name": "Anne [SPD] <anne@rat.example>",
}

DOUBTFUL = {
    "two-addresses": ("anne@rat.example, birol@rat.example", "several-addresses"),
    "comment-between": ("alice@good.example (c) <bob@evil.example>", "parsers-disagree"),
    "bracket": ("alice@good.example]<bob@evil.example>", ""),
    "bare-name-with-other-address": ("alice@good.example <bob@evil.example>", "parsers-disagree"),
    "two-angles": ("<alice@good.example> <bob@evil.example>", ""),
    "nested-angles": ("<<alice@good.example>bob@evil.example>", ""),
    "group": ("Fraktion: anne@rat.example, birol@rat.example;", "group"),
    "empty-group": ("Undisclosed:;", "group"),
    "nul": ("anne@rat.example\x00 <bob@evil.example>", "control-characters"),
    "nul-inside": ("anne@rat.exam\x00ple", "control-characters"),
    "none": ("Anne Amsel", "no-address"),
    "null": ("<>", "no-address"),
    "empty": ("", "no-address"),
    "source-route": ("<@good.example:bob@evil.example>", ""),
    "two-ats": ("alice@good.example@evil.example", ""),
    "unclosed-quote": ('"Anne <anne@rat.example>', ""),
    "unclosed-comment": ("Anne (Rat <anne@rat.example>", ""),
    "unclosed-angle": ("Anne <anne@rat.example", ""),
    "percent-hack-in-route": ("<@a.example,@b.example:anne@rat.example>", ""),
    "encoded-address": ("=?utf-8?Q?alice=40good.example?=", "no-address"),
    "escaped-quote": ('"a\\" <alice@good.example> <bob@evil.example>', ""),
    "comma-in-bare-name": ("alice@good.example, Bob <bob@evil.example>", "several-addresses"),
    "name-with-bare-comma": ("Amsel, Anne <anne@rat.example>", "parsers-disagree"),
    "party-behind-bare-comma": ("Anne Amsel, SPD <anne@rat.example>", "parsers-disagree"),
    "word-behind-the-address": ("Anne Amsel <anne@rat.example>, SPD", "parsers-disagree"),
    "bare-semicolon": ("Amsel; Anne <anne@rat.example>", "parsers-disagree"),
    "escaped-comma": ("Amsel\\, Anne <anne@rat.example>", "parsers-disagree"),
    "comma-in-single-quotes": ("'Amsel, Anne' <anne@rat.example>", "parsers-disagree"),
    "umlaut-and-bare-comma": ("Müller, Anne <anne@rat.example>", "parsers-disagree"),
    "mailto-behind": ("Anne <anne@rat.example> <mailto:anne@rat.example>", ""),
    "two-words-in-angle": ("Anne <anne amsel@rat.example>", ""),
    "semicolon": ("alice@good.example; bob@evil.example", ""),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_clients_write_is_not_doubted(name: str) -> None:
    read = parse.read(mail(From=GOOD[name]))
    assert read.from_doubt is None
    [box] = read.from_
    assert box.address.lower() in ("anne@rat.example", "anne@rät.example")
    assert box.address.rpartition("@")[2].islower()


@pytest.mark.parametrize("name", DOUBTFUL)
def test_what_two_people_read_differently_is_doubted(name: str) -> None:
    raw, reason = DOUBTFUL[name]
    doubt = parse.read(mail(From=raw)).from_doubt
    assert doubt is not None
    assert reason in ("", doubt)


@pytest.mark.parametrize(
    "lines",
    [
        ("From: bob@evil.example",),
        ("from : bob@evil.example",),
        ("FROM: anne@rat.example",),
        ("X: y\rFrom: bob@evil.example",),
    ],
)
def test_two_from_headers_are_doubted(lines: tuple[str, ...]) -> None:
    assert parse.read(mail("x\n", *lines)).from_doubt == "several-headers"


def test_no_from_header_is_doubted() -> None:
    read = parse.read(mail(From=None))
    assert (read.from_, read.from_doubt) == ((), "none")


def test_recipients_are_read_with_their_groups() -> None:
    read = parse.read(
        mail(To="Finanzen <finanzen@RATSPOST.example>, verkehr.hamm@ratspost.example", Cc="Alle: un@ratspost.example;")
    )
    assert [box.address for box in read.to] == ["finanzen@ratspost.example", "verkehr.hamm@ratspost.example"]
    assert [box.address for box in read.cc] == ["un@ratspost.example"]
    assert read.to[0].name == "Finanzen"
