"""Reads machine-readable reports: message/delivery-status (RFC 3464) and headers that name the failed recipients."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailbridge.inbound.bouncing import status as statuses
from mailbridge.inbound.bouncing.signs import REPORTS
from mailbridge.inbound.mail import ParsedMail

ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\x80-\uffff-]{1,128}@[A-Za-z0-9\x80-\uffff#](?:[A-Za-z0-9.\x80-\uffff_#-]{0,252}[A-Za-z0-9])?"
)
_FIELD = re.compile(r"^([A-Za-z-]{3,40})[ \t]*:[ \t]*(.*(?:\n[ \t].*)*)", re.M)
_NAMING = ("original-recipient", "final-recipient")
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
    """Recipients of a report given as text."""
    return [one for one in map(_recipient, _groups(text.replace("\r\n", "\n"))) if one is not None]


def _groups(text: str) -> list[dict[str, str]]:
    """One group of fields for each recipient (RFC 3464 §2.1), divided by empty lines.

    IIS doubles those, Boxbe puts them inside a group, old servers forget them: a block that names nobody belongs to the one
    before it, and a name that comes again starts a new group.
    """
    groups: list[dict[str, str]] = [{}]
    for block in re.split(r"\n[ \t]*\n", text):
        fields = [(field[1].lower(), " ".join(field[2].split())) for field in _FIELD.finditer(block)]
        if any(name in _NAMING for name, _ in fields) and any(name in groups[-1] for name in _NAMING):
            groups.append({})
        for name, value in fields:
            if name in _NAMING and name in groups[-1]:
                groups.append({})
            groups[-1].setdefault(name, value)
    return groups


def _recipient(group: dict[str, str]) -> Recipient | None:
    action = group.get("action", "").lower()
    if action.startswith(("delivered", "relayed", "expanded")) or "x-boxbe" in group.get("diagnostic-code", "").lower():
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
