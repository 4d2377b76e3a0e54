"""HTML that was written, or sent, to get past a sanitiser: out of the tests of bleach, html5lib and Roundcube, and real spam.

`scores_html` opens what our sanitiser makes of it in a browser. These are inputs only: what those projects expect does not
matter, because ours allows other elements than theirs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from mailbridge.inbound import parse
from tests import corpus

_PHP_STRING = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", re.S)
_TREE_TEST = re.compile(r"^#data\n(.*?)\n#errors", re.M | re.S)
_SPAM = "spamassassin-corpus-npm"


def bleach() -> Iterator[str]:
    """Its data files, down to the line of dashes, and every string of its tests that holds markup."""
    for path in corpus.files("bleach", "aux", ".test"):
        yield path.read_text("utf-8").partition("\n--\n")[0]
    for path in corpus.files("bleach", "aux", ".py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_markup(node.value):
                yield node.value


def html5lib() -> Iterator[str]:
    """The inputs of its tree construction tests: every way in which browsers mend broken HTML, scripts among them."""
    for path in corpus.files("html5lib", "aux", ".dat"):
        yield from _TREE_TEST.findall(path.read_text("utf-8"))


def roundcube() -> Iterator[str]:
    """Its sample bodies and every string of its washing tests that holds markup."""
    for path in corpus.files("roundcube", "aux", "tests/src/"):
        if path.suffix in (".txt", ".html"):
            yield path.read_text("utf-8", "replace")
    for path in corpus.files("roundcube", "aux", ".php"):
        for single, double in _PHP_STRING.findall(path.read_text("utf-8")):
            if _is_markup(single or double):
                yield re.sub(r"\\([\\'\"])", r"\1", single or double)


def spam() -> Iterator[str]:
    """The HTML bodies of the mails that the spam corpus calls spam."""
    for raw in corpus.messages(_SPAM, "spam-"):
        if b"html" in raw.lower() and (html := parse.read(raw).html):
            yield html


def _is_markup(words: str) -> bool:
    return "<" in words or "&#" in words


VECTORS: dict[str, tuple[str, Callable[[], Iterator[str]]]] = {
    "bleach": ("bleach", bleach),
    "html5lib": ("html5lib", html5lib),
    "roundcube": ("roundcube", roundcube),
    "spam corpus": (_SPAM, spam),
}


def here() -> dict[str, list[str]]:
    """The vectors of each source that was fetched, each once."""
    return {name: list(dict.fromkeys(all_of())) for name, (folder, all_of) in VECTORS.items() if corpus.has(folder)}
