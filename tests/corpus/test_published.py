"""`./run corpora` without a command: only what is missing is fetched, and what breaks a promise is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import packages
from tests.corpus import __main__ as command
from tests.corpus import published
from tests.corpus.scores_reply import CORPORA
from tests.corpus.sources import SOURCES


@pytest.fixture
def nearly_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with one corpus that holds nothing, a page of its own, no browser and no network."""
    monkeypatch.setenv("RATSPOST_CORPORA", str(tmp_path / "cache"))
    (tmp_path / "cache" / "bleach").mkdir(parents=True)
    monkeypatch.setattr(packages, "is_installed", lambda name: False)
    monkeypatch.setattr(published, "PAGE", tmp_path / "reading.md")
    return tmp_path / "reading.md"


def test_only_what_is_missing_is_fetched(nearly_empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def unreachable(names: list[str], root: Path) -> list[str]:
        asked.extend(names)
        return names

    monkeypatch.setattr(command, "fetch", unreachable)
    assert command.main([]) == 1
    assert asked == [name for name in SOURCES if name != "bleach"]


def test_the_page_says_what_was_not_here(nearly_empty: Path) -> None:
    assert published.write(nearly_empty) == []
    page = nearly_empty.read_text("utf-8")
    assert f"Not here when this was measured: {', '.join(published.missing())}." in page
    assert "Not measured: needs the Debian package chromium." in page
    assert "| samples (own) |" in page


def test_the_page_in_the_repository_lost_nothing() -> None:
    reply = published.PAGE.read_text("utf-8").partition("## Bounces")[0]
    rows = [line.split(" | ") for line in reply.splitlines()]
    lost = {row[0].lstrip("| "): row[3] for row in rows if len(row) == 5 and row[1].isdigit()}
    assert len(lost) == len(CORPORA)
    assert set(lost.values()) == {"0"}
