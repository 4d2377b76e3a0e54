"""Cleans text that came from a mail, before anybody stores or shows it (R80). Pure; used by every reader of the inbound way.

Two forms: `body` keeps lines, `line` makes one line for names, subjects and header values.
"""

from __future__ import annotations

import re

# Bidi embeddings, overrides and isolates can turn a name or a line around ("antrag" RLO "fdp.exe"). The plain marks
# U+200E/U+200F stay: Arabic and Hebrew writers need them and they turn nothing around.
_BIDI = {
    0x202A: "LRE", 0x202B: "RLE", 0x202C: "PDF", 0x202D: "LRO", 0x202E: "RLO",
    0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI",
}  # fmt: skip
_BIDI_SHOWN = {code: f"⟦{name}⟧" for code, name in _BIDI.items()}
_BIDI_GONE = dict.fromkeys(_BIDI)

# Word writes VT for its soft break, printers' text files FF between pages, PDF copies U+2028: all of them are line ends.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_C1 = re.compile("[\x80-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_NONCHARACTERS = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")
_BLANKS = re.compile(r"\s+")


def body(text: str) -> str:
    """Text with `\\n` line ends and without NUL, C0, C1, surrogates; bidi controls become visible symbols."""
    text = _LINE_ENDS.sub("\n", text.removeprefix("\ufeff"))
    return _safe(text).translate(_BIDI_SHOWN)


def line(text: str) -> str:
    """The same as one line: every run of white space is one space, bidi controls are gone."""
    text = _safe(_LINE_ENDS.sub(" ", text.removeprefix("\ufeff"))).translate(_BIDI_GONE)
    return _BLANKS.sub(" ", text).strip()


def _safe(text: str) -> str:
    text = _CONTROLS.sub("", text)
    text = _C1.sub("\ufffd", text)
    text = _NONCHARACTERS.sub("\ufffd", text)
    return _SURROGATES.sub("\ufffd", text)
