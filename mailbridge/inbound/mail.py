"""What the steps of the inbound way hand to each other: frozen values, no behaviour.

`parse.read` makes a `ParsedMail`; `rules.judge`, `identify.sender`, `route.resolve` and `text.written` read it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the SMTP or LMTP session said (RFC 5321 §3.3). `sender` is "" for the null sender."""

    sender: str
    recipients: tuple[str, ...]
    peer: str


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address of a header: display name (may be "") and address, domain lower-cased (RFC 5322 §3.4)."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One attachment as it came: cleaned file name, lower-case media type, decoded bytes."""

    filename: str
    mimetype: str
    content: bytes
    content_id: str | None = None
    inline: bool = False


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """A mail after parsing. All text is valid UTF-8 without NUL, lone surrogates or C0 controls but \\n and \\t.

    Message ids carry their angle brackets. `from_doubt` names why the From header cannot be relied on (several headers,
    group syntax, two parsers disagree, none), None when it can. `headers` are all header fields in order, names
    lower-cased, values decoded and unfolded. `text` and `html` are the bodies as the client wrote them (format=flowed
    undone, charset decoded), None when the mail has no such part. `problems` are codes of what was broken.
    """

    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    subject: str
    date: dt.datetime | None
    from_: tuple[Mailbox, ...]
    from_doubt: str | None
    reply_to: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    headers: tuple[tuple[str, str], ...]
    text: str | None
    html: str | None
    enclosures: tuple[Enclosure, ...] = ()
    problems: tuple[str, ...] = ()

    def header(self, name: str) -> str | None:
        """The first value of a header field, or None. `name` in lower case."""
        return next((value for key, value in self.headers if key == name), None)

    def header_all(self, name: str) -> tuple[str, ...]:
        """Every value of a header field, in order. `name` in lower case."""
        return tuple(value for key, value in self.headers if key == name)


@dataclass(frozen=True, slots=True)
class Written:
    """What the author wrote, and what stood around it. Joined, nothing of the mail's text is missing.

    `text` is shown; `quoted` and `signature` can be unfolded. `confidence` in 0..1: how sure the cut is;
    below 0.5 nothing was cut. `forwarded` is a third party's mail that the author passes on on purpose: part of the
    post, folded beneath `text` (which may then be empty), its author `forwarded_from` as that mail names them ("" = unknown).
    """

    text: str
    quoted: str = ""
    signature: str = ""
    confidence: float = 1.0
    forwarded: str = ""
    forwarded_from: str = ""
