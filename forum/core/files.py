"""Where the folders lie that travel with the code: at the top of a checkout, inside `forum/` in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def find(name: str) -> Path:
    """The folder `name` ("templates", "migrations") of this installation. Raises FileNotFoundError if it is missing."""
    for folder in (_PACKAGE / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"this installation of Ratspost has no folder “{name}”")
