"""Tests that need a Debian package: left out where it is missing, a failure where CI=true promised it."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from collections import Counter

import pytest

_REASON = "needs the Debian package "
_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))


@functools.cache
def is_installed(name: str) -> bool:
    """True if there is a program or a Debian package of that name."""
    if shutil.which(name, path=_PATH):
        return True
    if not shutil.which("dpkg-query"):
        return False
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", name]
    return subprocess.run(query, capture_output=True, text=True, check=False).stdout == "installed"


def require(item: pytest.Item) -> None:
    """Skip or fail a test whose marker `debian` names something that is not here."""
    for marker in item.iter_markers("debian"):
        for name in marker.args:
            if is_installed(name):
                continue
            if os.environ.get("CI", "").lower() == "true":
                pytest.fail(_REASON + name, pytrace=False)
            pytest.skip(_REASON + name)


def left_out(skipped: list[pytest.TestReport]) -> list[str]:
    """One line for each missing package, with the number of tests that waited for it."""
    reasons = (str(report.longrepr[2]) for report in skipped if isinstance(report.longrepr, tuple))
    missing = Counter(reason.partition(_REASON)[2] for reason in reasons if _REASON in reason)
    return [f"{name}: {count} left out" for name, count in sorted(missing.items())]
