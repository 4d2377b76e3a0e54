"""`./run faults [--kills N] [--db sqlite|postgresql] [--continue]`: kill at the worst moments and count what is lost."""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
import time
from pathlib import Path

from tests import postgresql
from tests.faults import campaign, disasters
from tests.faults.findings import Findings
from tests.faults.house import ROOT


def main(words: list[str]) -> int:
    """Run; 1 if something was lost or doubled."""
    chosen = _parser().parse_args(words)
    if chosen.disasters:
        return _disasters(chosen)
    seed = chosen.seed if chosen.seed is not None else random.randrange(1 << 30)
    say(f"{chosen.db}, {chosen.kills} kills, seed {seed}")
    with tempfile.TemporaryDirectory(prefix="ratspost-faults-", dir=chosen.folder) as folder, contextlib.ExitStack() as stack:
        data = Path(folder) / "data"
        data.mkdir()
        url = f"sqlite:///{data / 'ratspost.sqlite3'}"
        if chosen.db == "postgresql":
            url = stack.enter_context(postgresql.server())
        found = campaign.run(data, url, chosen.kills, seed, say)
    sums = _sums(found, chosen.goes_on)
    print(sums.text())
    return 0 if sums.passed else 1


def say(line: str) -> None:
    """Progress."""
    print(time.strftime("%H:%M:%S"), line, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=500, help="each comes with ten mails (default 500)")
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--continue", dest="goes_on", action="store_true", help="add to the sums of the last run")
    parser.add_argument("--disasters", action="store_true", help="full disk, locked store, fallen database server instead")
    parser.add_argument("--seconds", type=float, default=20, help="how long a disaster lasts (default 20)")
    parser.add_argument("--seed", type=int, help="of a former run, to have the same kills again")
    parser.add_argument("--folder", type=Path, help="where the store lies meanwhile; a disk, so that fsync is real")
    return parser


def _disasters(chosen: argparse.Namespace) -> int:
    """Each that this machine allows; what it does not allow is said."""
    results = []
    for disaster in (disasters.full_disk, disasters.locked_store, disasters.fallen_server):
        with tempfile.TemporaryDirectory(prefix="ratspost-faults-", dir=chosen.folder) as name, contextlib.ExitStack() as stack:
            try:
                data, url = disasters.ground(Path(name), disaster, stack)
            except disasters.NotHere as reason:
                print(f"left out: {reason}")
                continue
            found = disasters.endure(data, url, disaster, chosen.seconds, say)
        print(found.text())
        results.append(found.passed and max(found.recovery) <= disasters.BACK)
    return 0 if all(results) else 1


def _sums(found: Findings, goes_on: bool) -> Findings:
    """This run, or with --continue all runs since the last one without it; kept under data/faults/."""
    file = ROOT / "data" / "faults" / f"{found.database}.json"
    if goes_on and file.exists():
        before = Findings.from_json(file.read_text())
        before.add(found)
        found = before
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(found.json())
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
