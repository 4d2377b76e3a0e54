"""Every own sample of a mail client is read exactly as the text beside it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mailbridge.inbound import parse, text

SAMPLES = Path(__file__).parents[2] / "corpus" / "samples"


def plain(words: str) -> str:
    """Runs of spaces as one, none at line ends."""
    return re.sub(r"[ \t\u00a0]+", " ", re.sub(r"[ \t]*\n[ \t]*", "\n", words)).strip()


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.eml")), ids=lambda sample: sample.stem)
def test_a_sample_is_read_as_expected(sample: Path) -> None:
    expected, _, beneath = sample.with_suffix(".txt").read_text("utf-8").partition("=== weitergeleitet von: ")
    author, _, forwarded = beneath.partition("\n")
    post = sample.with_suffix(".post")
    written = text.written(parse.read(sample.read_bytes()), post=post.read_text("utf-8") if post.exists() else "")
    assert plain(written.text) == plain(expected)
    assert plain(written.forwarded) == plain(forwarded)
    assert written.forwarded_from == author


def test_there_are_samples_enough() -> None:
    assert len(list(SAMPLES.glob("*.eml"))) >= 60
