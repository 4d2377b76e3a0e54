"""Long work draws a bar for people who watch, and nothing into files and pipes."""

from __future__ import annotations

import io
import sys

import pytest

from forum.cli.progress import shown


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "drawn"), [(Terminal(), True), (io.StringIO(), False)])
def test_a_bar_only_where_somebody_sees_it(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, drawn: bool) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    with shown("Importing") as progress:
        for done in range(0, 101, 50):
            progress(done, 100)
    assert ("Importing" in stream.getvalue() and "100%" in stream.getvalue()) is drawn


def test_nothing_to_do_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with shown("Importing"):
        pass
    assert stream.getvalue() == ""
