"""Mails to test with: our own samples (`own/`, named after their disease) and those of other projects: fetched, never committed.

`python -m tests.corpus fetch` brings what `sources.py` names into `root()`, by the ordinary clients of each registry. Tests and
proofs read it through `messages()`; where a corpus is missing they say how to get it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from tests.corpus.unpack import split_mbox

OWN = Path(__file__).parent / "own"
HOW_TO_GET = "./run corpora fetch --only {name}"


class Missing(LookupError):
    """This corpus was not fetched; the message is the command that brings it."""


def root() -> Path:
    """The folder of the fetched corpora, outside the checkout; $RATSPOST_CORPORA says where else."""
    return Path(os.environ.get("RATSPOST_CORPORA") or Path.home() / ".cache" / "ratspost" / "corpora")


def has(name: str) -> bool:
    """Whether this corpus was fetched."""
    return (root() / name).is_dir()


def files(name: str, kind: str = "each", part: str = "") -> list[Path]:
    """The files of a corpus in a fixed order: kind `each`, `mbox`, `html` or `aux`, their path holding `part`; raises Missing."""
    if not has(name):
        raise Missing(HOW_TO_GET.format(name=name))
    folder = root() / name / kind
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if part in path.relative_to(folder).as_posix())


def messages(name: str, part: str = "") -> Iterator[bytes]:
    """The raw mails of a corpus, single files first, then those out of mboxes; raises Missing."""
    for path in files(name, "each", part):
        yield path.read_bytes()
    for path in files(name, "mbox", part):
        yield from split_mbox(path.read_bytes())


def everything() -> Iterator[tuple[str, bytes]]:
    """All mails of all fetched corpora with the name of their corpus."""
    for folder in sorted(path for path in root().glob("[!.]*") if path.is_dir()):
        for raw in messages(folder.name):
            yield folder.name, raw


def own() -> dict[str, bytes]:
    """Our own samples by their disease."""
    return {path.stem: path.read_bytes() for path in sorted(OWN.glob("*.eml"))}


def expectations() -> dict[str, dict[str, object]]:
    """What must (`must`), must not (`forbid`) and may (`optional`) be left of each own sample; `cls` is `reply` or `auto`."""
    read: dict[str, dict[str, object]] = json.loads((OWN / "expectations.json").read_text(encoding="utf-8"))
    return read
