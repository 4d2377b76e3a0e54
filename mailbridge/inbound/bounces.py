"""Reads bounces: who could not be reached, with which status, for good or for now. After `rules.judge` said "bounce".

First the machine-readable report (RFC 3464), then headers, then flufl.bounce, then our own reading of free text. A bounce whose
recipient nobody can find is still a bounce: our signed envelope sender names the delivery.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from mailbridge.inbound.bouncing import freetext, known, reports, signs
from mailbridge.inbound.bouncing import status as statuses
from mailbridge.inbound.bouncing.reports import Recipient
from mailbridge.inbound.mail import ParsedMail
from mailbridge.inbound.problems import HOLDS


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a bounce says. `recipients` may be empty; `original_id` is the Message-ID of the returned mail, if it shows."""

    recipients: tuple[Recipient, ...]
    sign: str
    original_id: str | None = None


def read(mail: ParsedMail, raw: bytes, sender: str | None = None) -> Bounce | None:
    """The bounce, or None if this mail is none. `sender` is the envelope sender ("" for null), None if it is not known."""
    sign = signs.of(mail, sender)
    if sign is None:
        return None
    reported = reports.read(mail)
    if sign == "delivery-report" and not reported and _only_good_news(mail):
        return None
    found = reported or _from_headers(mail) or _from_flufl(mail, raw) or _from_text(mail)
    return Bounce(tuple(_unique(_behind_aliases(found, freetext.report_part(mail)))), sign, _original_id(mail))


def _only_good_news(mail: ParsedMail) -> bool:
    """True for a delivery receipt, and for Boxbe, which asks the sender to register and calls that a failure."""
    pattern = re.compile(rb"(?im)^action[ \t]*:[ \t]*(?:delivered|relayed|expanded)|x-boxbe-notice")
    return any(pattern.search(one.content) for one in mail.enclosures if one.mimetype in signs.REPORTS)


def _from_headers(mail: ParsedMail) -> list[Recipient]:
    text = freetext.report_part(mail)
    return [_judged(one, text) for one in reports.from_headers(mail)]


def _from_flufl(mail: ParsedMail, raw: bytes) -> list[Recipient]:
    if HOLDS.intersection(mail.problems):
        return []  # what was too much for us is too much for it
    temporary, permanent = known.failures(raw)
    text = freetext.report_part(mail)
    return [*(_judged(one, text, "delayed") for one in temporary), *(_judged(one, text) for one in permanent)]


def _from_text(mail: ParsedMail) -> list[Recipient]:
    return [_judged(one, words) for one, words in freetext.recipients(mail)]


def _judged(one: str, words: str, action: str = "") -> Recipient:
    if not action and re.search(
        r"(?i)delayed|still being retried|not yet been delivered|verzögert|weiterhin versucht", words[:3_000]
    ):
        action = "delayed"
    status = statuses.find(words)
    return Recipient(one, status, statuses.kind(action, status, words))


def _behind_aliases(found: list[Recipient], text: str) -> list[Recipient]:
    """The address we wrote to comes first, the one it led to second."""
    named = []
    for one in found:
        start = text.lower().find(one.address.lower())
        behind = text[start + len(one.address) : start + len(one.address) + 300].partition("@")
        first = freetext.alias(behind[0][-60:] + behind[1] + behind[2]) if start >= 0 else None
        named.append(replace(one, address=first, final=one.address) if first and one.final is None else one)
    return named


def _unique(found: list[Recipient]) -> list[Recipient]:
    seen: dict[str, Recipient] = {}
    for one in found:
        known = seen.get(one.address.lower())
        if known is None or (known.final is None and one.final is not None):
            seen[one.address.lower()] = one
    return list(seen.values())


def _original_id(mail: ParsedMail) -> str | None:
    """Message-ID of the returned mail, from its headers in an attachment or in the text."""
    for enclosure in mail.enclosures:
        if enclosure.mimetype in ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"):
            found = re.search(rb"(?im)^message-id[ \t]*:\s*(<[^<>\s]{3,990}>)", enclosure.content[:60_000])
            if found is not None:
                return found[1].decode("ascii", "replace")
    quoted = re.search(r"(?im)^[> ]*message-id[ \t]*:\s*(<[^<>\s]{3,990}>)", (mail.text or "")[:200_000])
    return quoted[1] if quoted else None
