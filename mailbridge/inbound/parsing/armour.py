"""OpenPGP inside a plain text (RFC 9580 §6 and §7): what is encrypted, and the words that are signed. Used by `tree` for a body.

No cryptography and no trust: a signed text is shown as its author typed it, whether the signature is good or not.
"""

from __future__ import annotations

import re

_ENCRYPTED = re.compile(r"(?ms)^-----BEGIN PGP MESSAGE-----.*?(?:^-----END PGP MESSAGE-----|\Z)")
_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_END = "-----END PGP SIGNATURE-----"
_HEADER = re.compile(r"(?:Hash|SaltedHash|Charset|Comment|Version|NotDashEscaped):")
_FEW = 40  # letters beside an encrypted block, which say no more than a greeting


def encrypted(text: str) -> str | None:
    """The problem code if a block is encrypted: "encrypted-pgp" if next to nothing else is said, "pgp-block" if more is."""
    if "-----BEGIN PGP MESSAGE-----" not in text:
        return None
    rest = [row for row in _ENCRYPTED.sub("", text).split("\n") if row.strip() and not row.startswith(">")]
    return "encrypted-pgp" if sum(map(len, rest)) < _FEW and _ENCRYPTED.search(text) else "pgp-block"


def bare(text: str) -> tuple[str, bool]:
    """The text with its clear-signed blocks opened (gpg --clearsign, Enigmail, Mailvelope, OpenKeychain), and whether any was.

    Marks, hash lines and the signature go, dash-escaping is undone; what stands around a block stays. A block without its end
    is left as it is, so that nothing of it is lost.
    """
    if _SIGNED not in text:
        return text, False
    rows, kept, at = text.split("\n"), list[str](), 0
    for start, signature, end in _blocks(rows):
        kept += rows[at:start]
        kept += _unescaped(rows[_first(rows, start, signature) : signature])
        at = end + 1
    return "\n".join([*kept, *rows[at:]]), at > 0


def _blocks(rows: list[str]) -> list[tuple[int, int, int]]:
    """(row of the mark, of the signature's mark, of its end) of each whole block, in order."""
    found: list[tuple[int, int, int]] = []
    start = signature = None
    for at, row in enumerate(map(str.rstrip, rows)):
        if row == _SIGNED:
            start, signature = at, None
        elif row == _SIGNATURE and start is not None and signature is None:
            signature = at
        elif row == _END and start is not None and signature is not None:
            found.append((start, signature, at))
            start = signature = None
    return found


def _first(rows: list[str], start: int, signature: int) -> int:
    """Where the signed words begin: behind the hash lines and one empty row."""
    at = start + 1
    while at < signature and _HEADER.match(rows[at]):
        at += 1
    return at + 1 if at < signature and not rows[at].strip() else at


def _unescaped(rows: list[str]) -> list[str]:
    return [row[2:] if row.startswith("- ") else row for row in rows]
