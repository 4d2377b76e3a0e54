"""The house's own source files, parsed once, and what each imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the product by its dotted name."""
    paths = [path for part in ("forum", "mailbridge") for path in sorted((ROOT / part).rglob("*.py"))]
    return {_name(path): ast.parse(path.read_text("utf-8"), str(path)) for path in paths}


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(module: str) -> set[str]:
    """Dotted names that a module imports, also inside functions; `from a import b` counts as a.b where that is a module."""
    found: set[str] = set()
    for node in ast.walk(modules()[module]):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update(_imported(node.module, alias.name) for alias in node.names)
    return found


def _imported(package: str, name: str) -> str:
    inner = f"{package}.{name}"
    return inner if inner in modules() else package


def calls(module: str) -> Iterator[ast.Call]:
    """Every call in a module."""
    return (node for node in ast.walk(modules()[module]) if isinstance(node, ast.Call))
