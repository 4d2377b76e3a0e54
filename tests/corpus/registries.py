"""How an archive comes out of a registry: by that registry's ordinary client; nothing is installed, nothing built on purpose."""

from __future__ import annotations

import importlib.util
import platform
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 420  # seconds for one package
_DEBIAN_TARBALL = re.compile(r"\.orig\.tar\.[a-z0-9]+$|^[^_]+_[^-]+\.tar\.[a-z0-9]+$")
_LATER_SUITES = ("trixie", "sid")  # where a package is looked for that the machine's own release lacks


class NotHad(Exception):
    """The registry did not give the package; the message is the last line of what its client said."""


def from_pypi(package: str, into: Path) -> Path:
    """The sdist of `name==version`; raises NotHad."""
    said = _call(
        [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:", "-q", "-d", str(into), package], into
    )
    return _one(into, re.compile(r"\.(tar\.gz|zip)$"), said)


def from_npm(package: str, into: Path) -> Path:
    """The tarball of `name@version`; raises NotHad."""
    return _one(into, re.compile(r"\.tgz$"), _call(["npm", "pack", "-s", package], into))


def from_python(module: str) -> Path:
    """The folder of test data beside a module of the running Python, which some distributions leave out; raises NotHad."""
    try:
        found = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        found = None
    if found is None or found.origin is None:
        raise NotHad(f"this Python has no {module}")
    return Path(found.origin).parent / "data"


@dataclass
class Debian:
    """`apt-get source` with lists of its own below `state`; the mirror is the machine's, its settings are not touched."""

    state: Path
    _ready: dict[str, list[str]] = field(default_factory=dict)

    def fetch(self, package: str, into: Path) -> Path:
        """The upstream tarball of a source package, from the first suite that serves it; raises NotHad."""
        said = "no suite could be read"
        for suite in (_codename(), *_LATER_SUITES):
            try:
                options = self._options(suite)
            except NotHad as reason:
                said = str(reason)
                continue
            said = _call(["apt-get", *options, "source", "-q", "--tar-only", "--download-only", package], into)
            if any(_DEBIAN_TARBALL.search(path.name) for path in into.iterdir()):
                break
        return _one(into, _DEBIAN_TARBALL, said)

    def _options(self, suite: str) -> list[str]:
        """The apt options for one suite; fills its lists the first time."""
        if suite not in self._ready:
            folder = self.state / suite
            for name in ("parts", "lists/partial", "archives/partial"):
                (folder / name).mkdir(parents=True, exist_ok=True)
            stanza = f"Types: deb-src\nURIs: {_mirror()}\nSuites: {suite}\nComponents: main\n"
            (folder / "parts" / "src.sources").write_text(stanza, encoding="utf-8")
            options = _settings(folder)
            said = _call(["apt-get", *options, "update", "-q"], folder, strict=True)
            assert said is not None
            self._ready[suite] = options
        return self._ready[suite]


def _settings(folder: Path) -> list[str]:
    settings = {
        "Dir::Etc::SourceList": "/dev/null",
        "Dir::Etc::SourceParts": str(folder / "parts"),
        "Dir::State::Lists": str(folder / "lists"),
        "APT::Sandbox::User": "root",
    }
    return [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]


def _codename() -> str:
    return platform.freedesktop_os_release().get("VERSION_CODENAME", "")


def _mirror() -> str:
    """Where this machine gets its own release from, as apt has it; raises NotHad if apt does not know."""
    said = _call(
        ["apt-get", "indextargets", "--format", "$(CODENAME) $(COMPONENT) $(REPO_URI)", "Created-By: Packages"], Path("/")
    )
    for line in said.splitlines():
        codename, component, uri = [*line.split(maxsplit=2), "", "", ""][:3]
        if codename == _codename() and component == "main":
            return uri
    raise NotHad("apt has no lists of this Debian release; run apt-get update first")


def _call(command: list[str], folder: Path, *, strict: bool = False) -> str:
    try:
        done = subprocess.run(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE, check=False
        )
    except FileNotFoundError:
        raise NotHad(f"{command[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise NotHad(f"{command[0]} took more than {PATIENCE} seconds") from None
    if strict and done.returncode:
        raise NotHad(_last_line(done.stdout))
    return done.stdout


def _one(folder: Path, wanted: re.Pattern[str], said: str) -> Path:
    found = sorted(path for path in folder.iterdir() if wanted.search(path.name))
    if not found:
        raise NotHad(_last_line(said))
    return found[0]


def _last_line(said: str) -> str:
    lines = said.strip().splitlines()
    return lines[-1][:120] if lines else "no answer"
