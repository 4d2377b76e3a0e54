"""Small mails for the tests of the inbound way, made of bytes, so that nothing between test and reader repairs them."""

from __future__ import annotations

from mailbridge.inbound.mail import Envelope
from mailbridge.inbound.rules import Ours

OURS = Ours(frozenset({"ratspost.example"}), "b7f3")
ENVELOPE = Envelope("anne@rat.example", ("finanzen@ratspost.example",), "192.0.2.1")
NULL = Envelope("", ("b+token@ratspost.example",), "192.0.2.1")

_USUAL = {
    "From": "Anne Amsel <anne@rat.example>",
    "To": "finanzen@ratspost.example",
    "Date": "Tue, 4 Mar 2025 09:26:00 +0100",
    "Message-ID": "<1.anne@rat.example>",
    "Subject": "Haushalt 2026",
}


def mail(body: str | bytes = "Guten Tag\n", *more: str, **headers: str | None) -> bytes:
    """A mail from Anne. `headers` replace or (None) remove the usual ones, `_` stands for `-`; `more` are whole header lines."""
    fields = dict(_USUAL) | {"MIME-Version": "1.0"}
    for name, value in headers.items():
        key = next((known for known in fields if known.lower() == name.replace("_", "-").lower()), name.replace("_", "-"))
        if value is None:
            fields.pop(key, None)
        else:
            fields[key] = value
    if "Content-Type" not in fields and not any(line.lower().startswith("content-type") for line in more):
        fields["Content-Type"] = "text/plain; charset=utf-8"
    head = [f"{name}: {value}" for name, value in fields.items()] + list(more)
    content = body.encode() if isinstance(body, str) else body
    return "\r\n".join(head).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + content


def parts(kind: str, *inner: str | bytes, boundary: str = "grenze") -> tuple[str, bytes]:
    """Content-Type and body of a multipart; each inner part brings its own header lines."""
    edge = b"--" + boundary.encode()
    content = (
        b"".join(edge + b"\r\n" + (one.encode() if isinstance(one, str) else one) + b"\r\n" for one in inner) + edge + b"--\r\n"
    )
    return f'multipart/{kind}; boundary="{boundary}"', content


def multipart(kind: str, *inner: str | bytes, **headers: str | None) -> bytes:
    """A mail from Anne of several parts."""
    content_type, content = parts(kind, *inner)
    return mail(content, **{"Content-Type": content_type, **headers})
