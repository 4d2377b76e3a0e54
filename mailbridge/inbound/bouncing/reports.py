"""Reads machine-readable reports: message/delivery-status (RFC 3464) and headers that name the failed recipients."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailbridge.inbound.bouncing import status as statuses
from mailbridge.inbound.bouncing.signs import REPORTS
from mailbridge.inbound.mail import ParsedMail

ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\x80-\uffff-]{1,128}@[A-Za-z0-9\x80-\uffff#](?:[A-Za-z0-9.\x80-\uffff_#-]{0,252}[A-Za-z0-9])?"
)
_FIELD = re.compile(r"^([A-Za-z-]{3,40})[ \t]*:[ \t]*(.*(?:\n[ \t].*)*)", re.M)
_QUOTED_LOCAL = re.compile(r'"([^"\s]{1,128})"@([A-Za-z0-9.-]{1,253})')


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who could not be reached. `final` is the address it was forwarded to, if the report names another one."""

    address: str
    status: str | None
    kind: statuses.Kind
    final: str | None = None


def read(mail: ParsedMail) -> list[Recipient]:
    """All recipients that a delivery report calls failed or delayed; delivered, relayed and expanded ones are left out."""
    found: list[Recipient] = []
    for enclosure in mail.enclosures:
        if enclosure.mimetype in REPORTS:
            found += blocks(enclosure.content.decode("utf-8", "replace"))
    return found


def blocks(text: str) -> list[Recipient]:
    """Recipients of a report given as text: groups of fields, some servers put empty lines inside a group."""
    text = text.replace("\r\n", "\n")
    found: list[Recipient] = []
    for group in _groups(text):
        one = _recipient(group)
        if one is not None:
            found.append(one)
    return found


def _groups(text: str) -> Iterator[dict[str, str]]:
    """A new group begins where Original-Recipient or Final-Recipient comes again (empty lines cannot be trusted)."""
    group: dict[str, str] = {}
    for field in _FIELD.finditer(text):
        name, value = field[1].lower(), " ".join(field[2].split())
        if name in ("original-recipient", "final-recipient") and (name in group or ("action" in group and _complete(group))):
            yield group
            group = {}
        group.setdefault(name, value)
    yield group


def _complete(group: dict[str, str]) -> bool:
    return "final-recipient" in group or "original-recipient" in group


def _recipient(group: dict[str, str]) -> Recipient | None:
    action = group.get("action", "").lower()
    if action.startswith(("delivered", "relayed", "expanded")):
        return None
    original = address(group.get("original-recipient", ""))
    final = address(group.get("final-recipient", "")) or address(group.get("x-actual-recipient", ""))
    first = original or final
    if first is None:
        return None
    words = group.get("diagnostic-code", "") + " " + group.get("status", "")
    status = statuses.find(group.get("status", "")) or statuses.find(group.get("diagnostic-code", ""))
    if status is None or status in ("5.0.0", "4.0.0"):
        status = statuses.find(group.get("diagnostic-code", "")) or status
    return Recipient(first, status, statuses.kind(action, status, words), final if final and final != first else None)


def address(value: str) -> str | None:
    """The address in `rfc822; <a@b>`, `a@b`, `"a"@b` or `utf-8; a@b` (RFC 3464 §2.3.1); domain in lower case."""
    value = value.partition(";")[2] or value
    if (quoted := _QUOTED_LOCAL.search(value)) is not None:
        return f"{quoted[1]}@{quoted[2].lower()}"
    found = ADDRESS.search(value)
    if found is None:
        return None
    local, _, domain = found[0].rpartition("@")
    return f"{local}@{domain.rstrip('.').lower()}"


def from_headers(mail: ParsedMail) -> list[str]:
    """Addresses of X-Failed-Recipients: exim, Gmail, GMX, WEB.DE and 1&1 write it."""
    values = " ".join(mail.header_all("x-failed-recipients"))
    return [one for one in map(address, re.split(r"[,\s]+", values)) if one]
