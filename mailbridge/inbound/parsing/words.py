"""RFC 2047 encoded words to text, linear and with our own charset ladder. Used by every header and by MIME parameters.

The standard decoder takes seconds for a long Subject and gives up on what old clients write; this one accepts words inside
quotes, words without a blank between them, blanks inside a Q word, missing base64 padding, letters split over two words.
"""

from __future__ import annotations

import binascii
import re

from mailbridge.inbound import clean
from mailbridge.inbound.parsing import charsets

# Blanks inside the text of a Q word are against the RFC; T-Online web mail and many PHP scripts write them. The text cannot
# contain "?" so that the search never looks further than the next one.
_FOLD = re.compile(rb"\r?\n(?=[ \t])|[\r\n]")
_WORD = re.compile(r"=\?([A-Za-z0-9._:+()*'-]{1,60})\?([bBqQ])\?([^?]{0,4000})\?=")


def unfold(raw: str) -> str:
    """A header value on one line (RFC 5322 §2.2.3); `raw` carries bytes as the standard parser gives them (surrogateescape)."""
    try:
        data = raw.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        data = raw.encode("utf-8", "replace")
    return charsets.decode(_FOLD.sub(b"", data), "utf-8")[0]


def decode(raw: str) -> str:
    """The value as people read it: unfolded, encoded words decoded, cleaned to one line (R80)."""
    return clean.line(words(unfold(raw)))


def words(value: str) -> str:
    """Encoded words decoded, everything else as it stands; white space between two of them is dropped (RFC 2047 §6.2)."""
    parts: list[str] = []
    pending: tuple[str, bytes] | None = None
    end = 0
    for found in _WORD.finditer(value):
        between = value[end : found.start()]
        charset, data = found[1].split("*", 1)[0].lower(), _bytes(found[2].lower(), found[3])
        if pending is not None and not between.strip():
            if pending[0] == charset:  # one letter may be split over two words: join the bytes first
                pending = (charset, pending[1] + data)
            else:
                parts.append(_text(pending))
                pending = (charset, data)
        else:
            parts += [_text(pending), between]
            pending = (charset, data)
        end = found.end()
    return "".join([*parts, _text(pending), value[end:]])


def _text(pending: tuple[str, bytes] | None) -> str:
    return charsets.decode(pending[1], pending[0])[0] if pending else ""


def _bytes(encoding: str, text: str) -> bytes:
    if encoding == "q":
        return binascii.a2b_qp(text.encode("utf-8"), header=True)
    letters = re.sub(r"[^A-Za-z0-9+/]", "", text)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + "=" * (-len(letters) % 4))
