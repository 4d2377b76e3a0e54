"""How well the reader finds what people wrote: one row a corpus, each mail OK, LOST (author's words missing) or LEAK (too much).

`table()` gives the rows, `python -m tests.corpus.scores_reply` prints them and, with `-v`, the mails that are not OK. What is
expected comes from the corpora's own tests; where they say nothing, from `labels_reply.json`, written by hand. Where our
promise differs from theirs, ours counts: a signature is folded (talon keeps it), a quoted line that is answered stays.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mailbridge.inbound import parse, text
from mailbridge.inbound.mail import ParsedMail, Written
from tests import corpus

SAMPLES = Path(__file__).parent / "samples"
LABELS = Path(__file__).parent / "labels_reply.json"
HEAD = "| corpus | mails | OK | LOST | LEAK |\n| --- | ---: | ---: | ---: | ---: |"


@dataclass(frozen=True, slots=True)
class Case:
    """One mail: what has to be shown and what must not be. `folded` may be shown or folded."""

    name: str
    mail: ParsedMail
    must: tuple[str, ...]
    forbid: tuple[str, ...] = ()
    exact: str | None = None
    folded: tuple[str, ...] = ()
    post: str = ""


@dataclass(slots=True)
class Row:
    """The count of one corpus."""

    corpus: str
    mails: int = 0
    ok: int = 0
    lost: list[str] = field(default_factory=list)
    leak: list[str] = field(default_factory=list)

    def line(self) -> str:
        """One line of the table."""
        return f"| {self.corpus} | {self.mails} | {self.ok} | {len(self.lost)} | {len(self.leak)} |"


def table() -> list[Row]:
    """One row for each corpus that is here."""
    return [_score(name, cases()) for name, cases in CORPORA.items() if name.split()[0] in OURS or corpus.has(name.split()[0])]


def _score(name: str, cases: Iterator[Case]) -> Row:
    row = Row(name)
    for case in cases:
        row.mails += 1
        verdict = judge(case, text.written(case.mail, post=case.post))
        if verdict == "OK":
            row.ok += 1
        else:
            (row.lost if verdict == "LOST" else row.leak).append(case.name)
    return row


def judge(case: Case, written: Written) -> str:
    """OK, LOST or LEAK. What is forwarded on purpose is shown."""
    shown = _flat(f"{written.text}\n{written.forwarded}")
    if any(_flat(words) not in shown for words in case.must):
        return "LOST"
    if any(_flat(words) in shown for words in case.forbid):
        return "LEAK"
    if case.exact is None:
        return "OK"
    rest = _letters(shown)
    for words in (*case.must, *case.folded):
        rest = rest.replace(_letters(words), "", 1)
    return "OK" if _letters(shown) == _letters(case.exact) or not rest else "LEAK"


def _flat(words: str) -> str:
    return re.sub(r"[\s\ufeff>]+", " ", words).strip()


def _letters(words: str) -> str:
    return re.sub(r"\W+", "", words)


def _mail(body: str | None, html: str | None = None) -> ParsedMail:
    """An answer with just this body."""
    answered = ("<p1.x@ratspost.example>",)
    return ParsedMail(None, answered, (), "Re: Test", None, (), None, (), (), (), (), body, html)


# -- ours -----------------------------------------------------------------------------------------------------------


def shared() -> Iterator[Case]:
    """The sixteen German samples with their expectations."""
    raw = corpus.own()
    for name, wanted in corpus.expectations().items():
        must, forbid = wanted["must"], wanted["forbid"]
        assert isinstance(must, list)
        assert isinstance(forbid, list)
        yield Case(name, parse.read(raw[name]), tuple(must), tuple(forbid))


def samples() -> Iterator[Case]:
    """Our own samples; the text beside each is exactly what is shown."""
    for path in sorted(SAMPLES.glob("*.eml")):
        expected, _, beneath = path.with_suffix(".txt").read_text("utf-8").partition("=== weitergeleitet von: ")
        whole = f"{expected}\n{beneath.partition(chr(10))[2]}"
        lines = tuple(line for line in whole.split("\n") if line.strip())
        post = path.with_suffix(".post")
        known = post.read_text("utf-8") if post.exists() else ""
        yield Case(path.stem, parse.read(path.read_bytes()), lines, exact=whole, post=known)


# -- talon ----------------------------------------------------------------------------------------------------------


def talon_texts() -> Iterator[Case]:
    """Twelve mails; the expected text beside them, "Hello" where there is none."""
    beside = {path.name: path.read_text("utf-8") for path in corpus.files("talon", "aux", "_reply_text")}
    for path in corpus.files("talon", "each", ".eml"):
        reply = beside.get(f"{path.stem}_reply_text", "Hello")
        words, _, signature = reply.partition("\n")
        yield Case(path.stem, parse.read(path.read_bytes()), (words,), ("Hi",), exact=words, folded=(signature,))


def talon_html() -> Iterator[Case]:
    """Nine HTML bodies that all say the same."""
    reply = "Hi. I am fine.\n\nThanks,\nAlex"
    for path in corpus.files("talon", "html"):
        yield Case(path.stem, _mail(None, path.read_text("utf-8")), tuple(reply.split("\n\n")), exact=reply)


def talon_cases() -> Iterator[Case]:
    """The texts inside its tests: `eq_("reply", quotations.extract_from_plain(body))`, each with the reply that is expected."""
    (path,) = corpus.files("talon", "aux", "text_quotations_test.py")
    for function in ast.parse(path.read_text("utf-8")).body:
        if isinstance(function, ast.FunctionDef) and function.name.startswith("test_") and not function.decorator_list:
            known: dict[str, str] = {}
            for number, (expected, body) in enumerate(_equalities(function, known)):
                lines = tuple(line for line in expected.split("\n") if line.strip())
                yield Case(f"{function.name}#{number}", _mail(body), lines, exact=expected)


def _equalities(function: ast.FunctionDef, known: dict[str, str]) -> Iterator[tuple[str, str]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and (value := _constant(node.value, known)):
            known[node.targets[0].id] = value
    for node in ast.walk(function):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "eq_" or len(node.args) != 2:
            continue
        call = node.args[1]
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "extract_from_plain":
            expected, body = _constant(node.args[0], known), _constant(call.args[0], known)
            if expected is not None and body is not None:
                yield expected, body


def _constant(node: ast.expr, known: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return known.get(node.id)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


# -- quotequail -----------------------------------------------------------------------------------------------------


def quotequail_texts() -> Iterator[Case]:
    """The texts of its tests of `unwrap`: what stands above and below a quotation is the author's."""
    yield from _quotequail("test_unwrap.py", html=False)


def quotequail_html() -> Iterator[Case]:
    """The HTML bodies of its tests of `unwrap_html`."""
    yield from _quotequail("test_unwrap_html.py", html=True)


def _quotequail(file: str, *, html: bool) -> Iterator[Case]:
    (path,) = corpus.files("quotequail", "aux", file)
    for number, (body, told) in enumerate(_parameters(path)):
        if not told or body.endswith(".html"):  # those files are not in the package
            continue
        keys = ("html_top", "html_bottom") if html else ("text_top", "text_bottom")
        parts = [told.get(key, "") for key in keys]
        words = [re.split(r"(?m)^-- ?$", corpus_text(part) if html else part)[0] for part in parts]  # signatures are folded
        must = tuple(line for part in words for line in part.split("\n") if line.strip())
        quoted = told.get("html" if html else "text", "")
        forwarded = told.get("type") == "forward"
        gone = () if forwarded else tuple((corpus_text(quoted) if html else quoted).split("\n")[:1])
        yield Case(f"{file}#{number}", _mail(None, body) if html else _mail(body), must, tuple(words for words in gone if words))


def corpus_text(html: str) -> str:
    """HTML of an expectation as text."""
    return re.sub(
        r"[ \t]+", " ", re.sub(r"<[^<>]+>", "\n", html).replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">")
    )


def _parameters(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """(body, what is expected) of each parameter set and of each plain assertion whose values are written out."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Tuple) or len(node.elts) != 2:
            continue
        try:
            body, told = ast.literal_eval(node)
        except (ValueError, TypeError):
            continue
        if isinstance(body, str) and isinstance(told, dict):
            yield body, told


# -- by hand --------------------------------------------------------------------------------------------------------


def redmine() -> Iterator[Case]:
    """Its mails whose tests say what the ticket contains; `labels_reply.json` holds those sentences."""
    yield from _labelled("redmine", "each")


def planer() -> Iterator[Case]:
    """Three HTML bodies; its tests name a sentence that stays and one that goes."""
    yield from _labelled("planer", "html")


def _labelled(name: str, kind: str) -> Iterator[Case]:
    labels = json.loads(LABELS.read_text("utf-8"))[name]
    for path in corpus.files(name, kind):
        if wanted := labels.get(path.name):
            mail = _mail(None, path.read_text("utf-8")) if kind == "html" else parse.read(path.read_bytes())
            yield Case(path.name, mail, tuple(wanted["must"]), tuple(wanted.get("forbid", ())))


OURS = ("shared", "samples")
CORPORA: dict[str, Callable[[], Iterator[Case]]] = {
    "shared German": shared,
    "samples (own)": samples,
    "talon texts": talon_texts,
    "talon HTML": talon_html,
    "talon test cases": talon_cases,
    "quotequail texts": quotequail_texts,
    "quotequail HTML": quotequail_html,
    "redmine": redmine,
    "planer HTML": planer,
}


def main(words: list[str]) -> int:
    """Print the table; 1 if an author's words were lost."""
    rows = table()
    print(HEAD)
    for row in rows:
        print(row.line())
    if "-v" in words:
        for row in rows:
            for name in row.lost:
                print(f"LOST {row.corpus}: {name}")
            for name in row.leak:
                print(f"LEAK {row.corpus}: {name}")
    return 1 if any(row.lost for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
