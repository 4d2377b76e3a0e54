"""What is counted when mails are read, on our own samples; and, as a proof, the promise on all that were fetched."""

from __future__ import annotations

import pytest

from mailbridge.inbound import parse
from tests import corpus
from tests.corpus import scores_parse

ANNE = b"From: anne@rat.example\r\nMessage-ID: <1@rat.example>\r\nDate: Mon, 12 May 2025 10:00:00 +0200\r\n\r\nJa.\r\n"


def test_a_mail_is_readable_or_held_by_name() -> None:
    found = scores_parse.count([("own", ANNE), ("own", b"Dora: " + b"x" * 40_000 + b"\r\n\r\nHallo\r\n")])
    assert (found.mails, found.held, found.errors) == (2, 1, [])
    assert found.problems["cap-header"] == 1
    assert "| `cap-header` | 1 | yes |" in found.problem_rows()
    assert found.row().splitlines()[2].startswith("| 2 | 1 | 1 | 0 |")


def test_an_error_of_the_reader_is_counted_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(raw: bytes) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(parse, "read", breaks)
    found = scores_parse.count([("own", ANNE)])
    assert found.errors[0].endswith(" ZeroDivisionError")
    assert found.row().splitlines()[2].startswith("| 1 | 0 | 0 | 1 |")


@pytest.mark.proof
@pytest.mark.skipif(not corpus.root().is_dir(), reason="needs ./run corpora")
def test_every_fetched_mail_is_read_without_an_error_and_in_time() -> None:
    found = scores_parse.count()
    assert found.errors == []
    assert found.slowest[0] < 10  # seconds of CPU
