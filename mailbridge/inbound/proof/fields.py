"""The header fields of a mail as signatures and verdicts see them: raw, unfolded, nothing decoded.

Stricter than `parse` on purpose: where two programs could read the header differently, nothing in it is proof (R58).
"""

from __future__ import annotations

import re
from collections import Counter

from mailbridge.inbound.parsing import caps

Fields = tuple[tuple[str, str], ...]
"""(name in lower case, value on one line with its bytes as latin-1), in order."""

ONCE = frozenset((
    "from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references",
    "mime-version", "content-type", "content-transfer-encoding",
))  # fmt: skip
"""Fields that stand at most once (RFC 5322 §3.6): of two, one may be signed and the other read."""

_NAME = re.compile(rb"([!-9;-~]{1,80}):")
_LONGEST = caps.HEADER_BLOCK


def read(raw: bytes) -> Fields | None:
    """All fields, or None where the header is not plain: bare CR, NUL, blank lines that are no end, lines that are no field."""
    head, end, _ = raw[: _LONGEST + 4].replace(b"\r\n", b"\n").partition(b"\n\n")
    if not end or b"\r" in head or b"\x00" in head:
        return None
    found: list[tuple[str, str]] = []
    for line in head.split(b"\n"):
        if line[:1] in (b" ", b"\t"):
            if not found or not line.strip():
                return None
            name, value = found[-1]
            found[-1] = name, value + line.decode("latin-1")
            continue
        match = _NAME.match(line)
        if match is None:
            return None
        found.append((match[1].decode("ascii").lower(), line[match.end() :].decode("latin-1").strip()))
    return tuple(found)


def is_ambiguous(fields: Fields) -> bool:
    """Whether a field that stands once stands twice."""
    counts = Counter(name for name, _ in fields)
    return any(counts[name] > 1 for name in ONCE)
