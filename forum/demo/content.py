"""The demo as written down under `content/`: people, groups and threads, read from TOML into frozen values.

First half of the demo: `read()` gives a Content that holds together (`demo.checks`), `demo.load` writes it to the store.
No database here, so whoever edits a thread file learns at once, by one clear sentence, what is wrong with it.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from forum.demo import checks
from forum.demo.values import EVENING, BadContent, Content, Group, Mandate, Person, Post, Thread

CONTENT = Path(__file__).with_name("content")

Made = TypeVar("Made")


def read(folder: Path = CONTENT) -> Content:
    """The checked content of a folder; raises BadContent with the file and one sentence."""
    content = Content(
        people=tuple(_person(entry) for entry in _entries(folder / "people.toml", "person")),
        groups=tuple(_make(Group, entry, "groups.toml") for entry in _entries(folder / "groups.toml", "group")),
        threads=tuple(_thread(path, folder / "files") for path in sorted((folder / "threads").glob("*.toml"))),
    )
    checks.hold_together(content)
    return content


def _entries(path: Path, name: str) -> list[dict[str, Any]]:
    """The tables `[[name]]` of a file, in their order."""
    table = _toml(path)
    if set(table) != {name}:
        raise BadContent(f"{path.name}: holds {', '.join(sorted(table)) or 'nothing'}, expected only [[{name}]].")
    found: list[dict[str, Any]] = table[name]
    return found


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadContent(f"{path.name}: the file is missing.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadContent(f"{path.name}: {error}.") from error


def _make(kind: Callable[..., Made], entry: dict[str, Any], where: str) -> Made:
    """A value from a table; lists become tuples. An unknown or missing word is a BadContent, not a silent default."""
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # every kind is a dataclass
    if set(entry) - known:
        raise BadContent(f"{where}: unknown word {', '.join(sorted(set(entry) - known))}.")
    try:
        return kind(**{word: tuple(value) if isinstance(value, list) else value for word, value in entry.items()})
    except TypeError as error:
        raise BadContent(f"{where}: {error}.") from error


def _person(entry: dict[str, Any]) -> Person:
    where = f"people.toml, {entry.get('key', 'a person without key')}"
    mandates = [_make(Mandate, mandate, where) for mandate in entry.pop("mandate", [])]
    return _make(Person, {**entry, "mandates": mandates}, where)


def _thread(path: Path, files: Path) -> Thread:
    """One thread file; `locked` must come with its reason, `started_at` is written "19:52"."""
    table = _toml(path)
    posts = [_post(entry, number, path.name, files) for number, entry in enumerate(table.pop("post", []), start=1)]
    if table.pop("locked", False) != bool(table.get("lock_reason")):
        raise BadContent(f"{path.name}: locked and lock_reason belong together.")
    try:
        table["started_at"] = dt.time.fromisoformat(table.get("started_at", EVENING.isoformat()))
    except ValueError as error:
        raise BadContent(f"{path.name}: started_at: {error}.") from error
    return _make(Thread, {**table, "key": path.stem, "posts": posts}, path.name)


def _post(entry: dict[str, Any], number: int, where: str, files: Path) -> Post:
    """One post; without `reply_to` it answers the one before it."""
    entry.setdefault("reply_to", number - 1 or None)
    entry["body"] = entry.get("body", "").strip()
    entry["attachments"] = [files / name for name in entry.get("attachments", [])]
    return _make(Post, entry, f"{where}, post {number}")
