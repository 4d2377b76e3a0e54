"""Our own samples are whole: each says what must be left of it, and it is really in there."""

from __future__ import annotations

import email
import email.policy
import html
import re

import pytest

from tests import corpus

SAMPLES = corpus.own()


def text(raw: bytes) -> str:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    body = message.get_body(("plain", "html"))
    assert body is not None
    content = str(body.get_content())
    if body.get_content_subtype() == "html":
        content = html.unescape(re.sub(r"<[^>]*>", "\n", content))
    return content


def test_each_sample_has_its_expectation() -> None:
    assert SAMPLES.keys() == corpus.expectations().keys()
    assert len(SAMPLES) >= 16


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_expected_is_in_the_sample(name: str) -> None:
    expected = corpus.expectations()[name]
    assert expected["cls"] in ("reply", "auto")
    written = " ".join(text(SAMPLES[name]).split())
    for kind in ("must", "forbid", "optional"):
        lines = expected[kind]
        assert isinstance(lines, list)
        for line in lines:
            assert " ".join(line.split()) in written


def test_all_people_in_them_are_invented() -> None:
    for raw in SAMPLES.values():
        domains = re.findall(rb"@([A-Za-z0-9.-]+)", raw)
        assert all(domain.endswith((b".example", b".test", b".invalid")) for domain in domains)
