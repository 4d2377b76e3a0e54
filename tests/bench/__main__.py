"""`python -m tests.bench PART …`: the command line of the bench; each part has --help.

Without words: Ratspost and the machine, into docs/performance.md. `--peers`: all peers first.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import importlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import e2e, inject, processes, report, sink, web
from tests.bench.council_mail import CouncilMail, mbox_entry
from tests.bench.council_words import SEARCH_TERMS
from tests.bench.e2e import Goal
from tests.bench.figures import emit, rounded
from tests.bench.inject import Plan
from tests.bench.limits.setting import Setting
from tests.bench.ours import run
from tests.bench.ours.run import Wish
from tests.bench.sink import Manners
from tests.bench.web import Visit

LIMITS = ("disk", "smtpd", "send", "parse", "page", "fts")
_CHOICES = {"proto": ("smtp", "lmtp"), "client": ("raw", "smtplib"), "kind": ("mix", "plain")}
_HELP = {
    "to": "recipient; again for more",
    "urls": "again for more",
    "per_conn": "mails per connection (0: no limit)",
    "pids": "process ids and pid files of the system under test, by commas",
    "quiet": "wait up to so many seconds for a quiet machine",
    "rate": "start so many mails per second (0: as fast as it goes)",
    "expect": "end to end: recipients per post; page: a pattern that must be found",
    "wrk": "also run Debian's wrk for so many seconds",
}


def main(words: list[str]) -> int:
    """Run one part; 1 if it measured something wrong."""
    if words == ["--peers"]:
        failed = subprocess.call([str(Path(__file__).parent / "peers" / "all.sh")])
        return failed or int(run.run(Wish(), peers_now=True) > 0)
    chosen = _parser().parse_args(words or ["ours"])
    part: Callable[[argparse.Namespace], int] = chosen.part
    try:
        return 1 if part(chosen) else 0
    except web.Wrong as reason:
        print(reason, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parts = parser.add_subparsers(required=True)

    def part(name: str, run: Callable[[argparse.Namespace], int], text: str, *options: type) -> argparse.ArgumentParser:
        made = parts.add_parser(name, help=text)
        made.set_defaults(part=run)
        for each in options:
            _add_fields(made, each)
        return made

    made = part("mbox", _mbox, "write an mbox of invented council mail and tell what is in it")
    made.add_argument("out", type=Path)
    made.add_argument("--count", type=int, default=10_000)
    made.add_argument("--seed", type=int, default=7)
    made.add_argument("--big-thread", type=int, default=200)
    made.add_argument("--members", type=int, default=1000)
    made = part("sink", _sink, "an SMTP server that counts", Manners)
    made.add_argument("--port", type=int, default=2525)
    made.add_argument("--control", type=int, default=2526)
    made.add_argument("--pidfile", type=Path)
    part("inject", _inject, "accepted mails per second", Plan).add_argument("--accepts", type=Path)
    part("e2e", _e2e, "posts in, copies at the sink, loss and duplicates", Plan, Goal)
    part("web", _web, "latency and rate of pages", Visit)
    made = part("limits", _limits, "the physical limits of this machine")
    made.add_argument("parts", nargs="*", choices=[*LIMITS, []], metavar=f"{{{','.join(LIMITS)}}}")
    made.add_argument("--folder", type=Path)
    made.add_argument("--repeat", type=int, default=3)
    made.add_argument("--quiet", type=float, default=0)
    made = part("ours", _ours, "Ratspost beside the limits of this machine; writes docs/performance.md")
    made.add_argument("parts", nargs="*", choices=[*run.ALL, []], metavar=f"{{{','.join(run.ALL)}}}")
    made.add_argument("--repeat", type=int, default=Wish().repeat)
    made.add_argument("--quiet", type=float, default=Wish().quiet)
    made.add_argument("--results", default=Wish().results)
    made = part("memory", _memory, "memory of a process tree")
    made.add_argument("peer")
    made.add_argument("pids")
    made.add_argument("note", nargs="*")
    made = part("quiet", _quiet, "wait for a quiet machine")
    made.add_argument("limit", type=float)
    made.add_argument("patience", type=float)
    made = part("report", _report, "tables of figures")
    made.add_argument("files", nargs="+", type=Path)
    for name in ("run", "peer", "metric"):
        made.add_argument(f"--{name}", default="")
    part("tree", _tree, "the process ids of a tree").add_argument("pids")
    part("host", _host, "what this machine is")
    return parser


def _add_fields(parser: argparse.ArgumentParser, values: type) -> None:
    """An option for every field of a frozen dataclass, its default the field's."""
    for field in dataclasses.fields(values):
        name, text = "--" + field.name.replace("_", "-"), _HELP.get(field.name)
        default = None if field.default is dataclasses.MISSING else field.default
        if isinstance(default, bool):
            parser.add_argument(name, action="store_true", help=text)
        elif field.name in ("to", "urls"):
            parser.add_argument(
                name.replace("urls", "url"), dest=field.name, action="append", required=default is None, help=text
            )
        else:
            kind = type(default) if default is not None else str
            kind = float if "float" in str(field.type) else kind
            parser.add_argument(name, type=kind, default=default, choices=_CHOICES.get(field.name), help=text)


def _of(values: type, chosen: argparse.Namespace) -> Any:
    """The dataclass filled from the options."""
    given = {field.name: getattr(chosen, field.name) for field in dataclasses.fields(values)}
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    return values(**{name: value for name, value in given.items() if value is not None})


def _mbox(chosen: argparse.Namespace) -> int:
    kinds: collections.Counter[str] = collections.Counter()
    threads: collections.Counter[str] = collections.Counter()
    with chosen.out.open("wb") as file:
        for mail in CouncilMail(chosen.seed, chosen.members).archive(chosen.count, chosen.big_thread):
            kinds[mail.kind] += 1
            threads[mail.root] += 1
            file.write(mbox_entry(mail))
    first = next(iter(threads))
    facts = {
        "messages": chosen.count,
        "bytes": chosen.out.stat().st_size,
        "kinds": kinds,
        "threads": len(threads),
        "big_root": first,
        "big_thread": threads[first],
        "other_largest": sorted(threads.values())[-3:],
        "terms": SEARCH_TERMS,
        "seed": chosen.seed,
    }
    print(json.dumps(facts))
    return 0


def _sink(chosen: argparse.Namespace) -> int:
    sink.run(chosen.port, chosen.control, _of(Manners, chosen), chosen.pidfile)
    return 0


def _inject(chosen: argparse.Namespace) -> int:
    return inject.measure(_of(Plan, chosen), chosen.accepts)


def _e2e(chosen: argparse.Namespace) -> int:
    return e2e.measure(_of(Plan, chosen), _of(Goal, chosen))


def _web(chosen: argparse.Namespace) -> int:
    return web.measure(_of(Visit, chosen))


def _ours(chosen: argparse.Namespace) -> int:
    return run.run(Wish(tuple(chosen.parts) or run.ALL, chosen.repeat, chosen.quiet, chosen.results))


def _limits(chosen: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="bench-") as spare:
        folder = chosen.folder or Path(spare)
        folder.mkdir(parents=True, exist_ok=True)
        for name in chosen.parts or LIMITS:
            importlib.import_module(f"tests.bench.limits.{name}").measure(Setting(folder, chosen.repeat, chosen.quiet))
    return 0


def _memory(chosen: argparse.Namespace) -> int:
    held = processes.memory(processes.pids(chosen.pids))
    more = {"rss_MiB": rounded(held.rss / 2**20, 1), "processes": held.processes, "note": " ".join(chosen.note)}
    emit(chosen.peer, "memory_pss", held.pss / 2**20, "MiB", higher_is_better=False, **more)
    return 0


def _quiet(chosen: argparse.Namespace) -> int:
    print(processes.quiet(chosen.limit, chosen.patience))
    return 0


def _report(chosen: argparse.Namespace) -> int:
    print(report.table(report.read(chosen.files, run=chosen.run, peer=chosen.peer, metric=chosen.metric)))
    return 0


def _tree(chosen: argparse.Namespace) -> int:
    print(*processes.tree(processes.pids(chosen.pids)))
    return 0


def _host(chosen: argparse.Namespace) -> int:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "?")
    facts = {"cpu": model, "cores": os.cpu_count(), "kernel": platform.release(), "python": platform.python_version()}
    print(json.dumps(facts))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
