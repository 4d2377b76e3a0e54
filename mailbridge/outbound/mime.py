"""MIME parts of outgoing mail as bytes (RFC 2045–2047, 2183, 2231). Pure, and the same bytes for the same input at each retry.

Texts go as quoted-printable, files as base64: every line ends in CRLF, is short and 7 bits wide, whatever people wrote (R39).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from mailbridge.outbound import headers

_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")
_FALLBACK_TYPE = "application/octet-stream"
_UNSENDABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_PARAMETER_ROOM = 54
_CHARSET = "utf-8''"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its MIME header fields, each with its line end, and its encoded body."""

    fields: bytes
    body: bytes

    def as_bytes(self) -> bytes:
        """Fields, blank line, body; the last line is ended."""
        return self.fields + b"\r\n" + self.body


def text_part(content: str, subtype: str) -> Part:
    """A text part, subtype `plain` or `html`; control signs are dropped, any line end becomes CRLF."""
    kind = headers.plain("Content-Type", f"text/{subtype}; charset=utf-8")
    return Part(kind + b"Content-Transfer-Encoding: quoted-printable\r\n", _quoted_printable(content))


def file_part(filename: str, mimetype: str, content: bytes) -> Part:
    """An attached file; a media type that is none, or that base64 may not encode (RFC 2045 §6.4), becomes octet-stream."""
    kind = mimetype.lower()
    if not _TYPE.fullmatch(kind) or kind.startswith(("message/", "multipart/")):
        kind = _FALLBACK_TYPE
    name = headers.one_line(filename) or "datei"
    fields = headers.plain("Content-Type", kind) + _disposition(name) + b"Content-Transfer-Encoding: base64\r\n"
    return Part(fields, base64.encodebytes(content).replace(b"\n", b"\r\n"))


def multipart(subtype: str, parts: Sequence[Part], seed: str) -> Part:
    """Several parts in one. `seed` makes the boundary, which cannot occur in base64 or quoted-printable because of its `=_`."""
    boundary = f"=_{subtype}_{hashlib.sha256(f'{subtype} {seed}'.encode()).hexdigest()[:32]}"
    opening = f"--{boundary}\r\n".encode()
    body = b"".join(opening + part.as_bytes() + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()
    return Part(headers.plain("Content-Type", f'multipart/{subtype}; boundary="{boundary}"'), body)


def _quoted_printable(content: str) -> bytes:
    lines = _UNSENDABLE.sub("", content.replace("\r\n", "\n").replace("\r", "\n"))
    encoded = binascii.b2a_qp(lines.rstrip("\n").encode() + b"\n", istext=True)
    # Old mail stores put a ">" before a line that begins with "From "; encoded it stays what it was.
    return re.sub(rb"(?m)^From ", b"=46rom ", encoded).replace(b"\n", b"\r\n")


def _disposition(filename: str) -> bytes:
    if filename.isascii() and len(filename) <= _PARAMETER_ROOM and "=?" not in filename:
        escaped = filename.replace("\\", "\\\\").replace('"', '\\"')
        return headers.plain("Content-Disposition", f'attachment; filename="{escaped}"')
    pieces = _parameter_pieces(quote(filename, safe=""))
    if len(pieces) == 1:
        return headers.plain("Content-Disposition", f"attachment; filename*={_CHARSET}{pieces[0]}")
    names = [f"filename*{n}*={_CHARSET * (n == 0)}{piece}" for n, piece in enumerate(pieces)]
    return headers.plain("Content-Disposition", "; ".join(["attachment", *names]))


def _parameter_pieces(encoded: str) -> list[str]:
    """A percent-encoded value in pieces (RFC 2231 §3), not cut inside an escape."""
    return re.findall(rf"(?:%[0-9A-F]{{2}}|[^%]){{1,{_PARAMETER_ROOM // 3}}}", encoded)
