"""Folders that travel with the code are found wherever the code lies."""

from __future__ import annotations

import pytest

from forum.core import files


@pytest.mark.parametrize("name", ["templates", "migrations"])
def test_they_are_found(name: str) -> None:
    assert files.find(name).is_dir()


def test_a_missing_one_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        files.find("nowhere")
