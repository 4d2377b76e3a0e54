"""Reads who could not be reached from the sentences of a bounce: German providers, Exchange, qmail, exim, sendmail, gateways.

Only the part above the returned mail is read, so that addresses of the mail itself are never taken for failed ones.
"""

from __future__ import annotations

import re

from mailbridge.inbound.bouncing import signs
from mailbridge.inbound.bouncing.reports import ADDRESS, address
from mailbridge.inbound.mail import ParsedMail

# Where the returned mail begins.
_RETURNED = re.compile(
    r"(?im)^(?:[ >]*-{2,}.{0,60}(?:copy of|original message|returned message|message header|unsent message|headers?).{0,40}$"
    r"|[ >]*-{2,}.{0,60}(?:original(?:nachricht|mail)|ursprüngliche nachricht|kopie|nachrichtentext).{0,40}$"
    r"|(?:received|return-path|message-id|x-mailer|mime-version|content-type)[ \t]*:.*$"
    # not "was received at": sendmail begins its report with that
    r"|.{0,40}(?:the original message (?:was(?! received)|follows)|your original message).{0,40}$"
    r"|.{0,40}(?:die kopfzeilen|originaltext|ursprüngliche nachrichtenkopf|original message headers).{0,40}$)"
)
# Addresses that a bounce names although they are not the failed ones.
_OWN = re.compile(
    r"(?i)^(?:mailer-daemon|postmaster|mail-daemon|abuse|support|noreply|no-reply|hostmaster|webmaster|info-mail-service)@"
)
# exim and sendmail: behind an alias another address failed; the one we wrote to stands in brackets.
_ALIAS = re.compile(r"\((?:generated|expanded) from:?\s*<?([^<>\s()]{1,128}@[^<>\s()]{1,253})>?\)")
_ABOUT_SENDER = re.compile(
    r"(?i)(?:from|von|sender|absender|mail from|contact|kontakt|reply-to|reporting-mta|message-id|id)\b[^@]{0,40}$"
)


def recipients(mail: ParsedMail) -> list[tuple[str, str]]:
    """(address, the words around it) of all failed recipients that the report part names, each once."""
    text = report_part(mail)
    senders = {box.address.lower() for box in (*mail.from_, *mail.to)}
    found: dict[str, tuple[str, str]] = {}
    for match in ADDRESS.finditer(text):
        one = address(match[0])
        before = text[max(0, match.start() - 60) : match.start()].rpartition("\n")[2]
        if one is None or one.lower() in senders or _OWN.match(one) or _about_sender(before):
            continue
        if "." not in one.rpartition("@")[2]:
            continue
        found.setdefault(one.lower(), (one, text[max(0, match.start() - 200) : match.end() + 600]))
    return list(found.values())


def _about_sender(before: str) -> bool:
    return _ABOUT_SENDER.search(before) is not None and re.search(r"(?:generated|expanded) from", before) is None


def alias(words: str) -> str | None:
    """The address we wrote to, if the words behind a failed address say that it came from another one."""
    found = _ALIAS.search(words)
    return address(found[1]) if found else None


def report_part(mail: ParsedMail) -> str:
    """The words of the mail system: the beginning of the text up to the returned mail."""
    text = signs.opening(mail)
    cut = _RETURNED.search(text)
    return text[: cut.start()] if cut else text
