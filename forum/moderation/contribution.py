"""A contribution as a door hands it in: complete, parsed, and able to wait as JSON until somebody decides."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import Any

from forum.threads.draft import Draft, FileRef
from forum.threads.models import BodyFormat, Source


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that came with a contribution and is not passed on; `reason` is a code that the letters have a sentence for."""

    filename: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """Who, where to, and what.

    An answer names `parent_id`; its `title` is only the subject of its mail. A new thread has `title`, `topics`, `regions`
    (slugs) and perhaps `group`.
    `left_out` are files that do not come along; its author is told. A guest has no `person_id` but `name` and `email`.
    """

    draft: Draft
    person_id: int | None = None
    name: str = ""
    email: str = ""
    parent_id: int | None = None
    title: str = ""
    topics: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    group: str | None = None
    left_out: tuple[LeftOut, ...] = ()


def to_json(contribution: Contribution) -> dict[str, Any]:
    """A JSON value; `from_json` gives the same contribution back."""
    value = dataclasses.asdict(contribution)
    draft = value["draft"]
    for moment in ("claimed_at", "posted_at"):
        draft[moment] = draft[moment].isoformat() if draft[moment] else None
    return value


def told(left_out: tuple[LeftOut, ...]) -> list[dict[str, str]]:
    """Files that do not come along, as a fact of a letter."""
    return [{"filename": file.filename, "reason": file.reason} for file in left_out]


def from_json(value: dict[str, Any]) -> Contribution:
    """The contribution that `to_json` wrote."""
    fields = dict(value)
    draft = dict(fields.pop("draft"))
    for moment in ("claimed_at", "posted_at"):
        draft[moment] = dt.datetime.fromisoformat(draft[moment]) if draft[moment] else None
    draft["files"] = tuple(FileRef(**file) for file in draft["files"])
    draft["source"], draft["body_format"] = Source(draft["source"]), BodyFormat(draft["body_format"])
    fields["topics"], fields["regions"] = tuple(fields["topics"]), tuple(fields["regions"])
    fields["left_out"] = tuple(LeftOut(**file) for file in fields.get("left_out", ()))
    return Contribution(draft=Draft(**draft), **fields)
