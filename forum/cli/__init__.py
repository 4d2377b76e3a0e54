"""The command `ratspost`: one file for each group of commands; each edge here commits with `transaction()`."""

from __future__ import annotations

from forum.cli.root import make_cli

__all__ = ["make_cli"]
