"""How reading fares with every mail that was fetched: what is readable, what is held and why, errors, the slowest.

`count()` reads them all with the reader that the bridge uses (`parse.read`), in this process, so that an error would show that
the child process of the bridge would otherwise turn into a held mail. No label is needed: a mail is read, held by name, or lost.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from mailbridge.inbound import parse
from mailbridge.inbound.problems import HOLDS, PROBLEMS
from tests import corpus

_DIGITS = 16  # of the sha256 of a mail: its name, as in labels_machines.json


@dataclass(slots=True)
class Reading:
    """What became of some mails; `seconds` is CPU time, `errors` and `slowest` name mails by corpus and digest."""

    mails: int = 0
    held: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0
    slowest: tuple[float, str, int] = (0.0, "–", 0)

    def row(self) -> str:
        """The table of one line."""
        slow, name, size = self.slowest
        return (
            f"{HEAD}\n| {self.mails} | {self.mails - self.held - len(self.errors)} | {self.held} | {len(self.errors)} "
            f"| {self.seconds:.0f} | {slow:.2f} | {name} ({size / 1000:.0f} kB) |"
        )

    def problem_rows(self) -> str:
        """The table of what was broken, first what holds."""
        in_order = sorted(self.problems.items(), key=lambda pair: (pair[0] not in HOLDS, -pair[1], pair[0]))
        rows = (f"| `{code}` | {number} | {'yes' if code in HOLDS else 'no'} | {PROBLEMS[code]} |" for code, number in in_order)
        return "\n".join([PROBLEMS_HEAD, *rows])


HEAD = (
    "| mails | readable | held by name | uncaught errors | CPU s for all | slowest, CPU s | which |\n"
    "| ---: | ---: | ---: | ---: | ---: | ---: | --- |"
)
PROBLEMS_HEAD = "| problem | mails | holds | meaning |\n| --- | ---: | --- | --- |"


def count(mails: Iterable[tuple[str, bytes]] | None = None) -> Reading:
    """Read these mails (corpus, bytes), by default all that were fetched."""
    found = Reading()
    for name, raw in corpus.everything() if mails is None else mails:
        _read(found, f"{name}/{hashlib.sha256(raw).hexdigest()[:_DIGITS]}", raw)
    return found


def _read(found: Reading, name: str, raw: bytes) -> None:
    found.mails += 1
    started = time.process_time()
    try:
        problems = parse.read(raw).problems
    except Exception as error:  # noqa: BLE001 - that there is none is what is counted
        found.errors.append(f"{name} {type(error).__name__}")
        return
    seconds = time.process_time() - started
    found.seconds += seconds
    found.slowest = max(found.slowest, (seconds, name, len(raw)))
    found.problems.update(set(problems))
    found.held += not HOLDS.isdisjoint(problems)


if __name__ == "__main__":
    told = count()
    print(told.row(), told.problem_rows(), sep="\n\n")
    print("".join(f"  error: {name}\n" for name in told.errors), end="")
