"""The words of read receipts and recalls that come as plain mails, without the report part of RFC 8098. Read by `rules`."""

from __future__ import annotations

import re

from mailbridge.inbound.mail import ParsedMail

# Subjects: (words, the program). All of them stand in front of the subject of the mail they are about.
SUBJECTS = (
    (r"(?:nicht )?gelesen:|ungelesen gelöscht:", "Outlook, German"),
    (r"(?:not )?read:|read receipt|return receipt", "Outlook, Apple and Thunderbird, English"),
    (r"lesebestätigung|empfangsbestätigung|zustellbestätigung", "Thunderbird, T-Online, GroupWise, Notes, German"),
    (r"zurückrufen:|rückruf:|(?:message )?recall(?: failure| success)?:", "Outlook: somebody wants a mail back"),
)
SAYS = (
    r"wurde(?: am [^\n]{1,60})? (?:gelesen|angezeigt|ungelesen gelöscht)|(?:angezeigt|gelesen) (?:wurde|am)",
    r"(?:ihre|deine|die) (?:nachricht|e-?mail|mail) wurde[^.\n]{1,80} (?:gelesen|angezeigt|geöffnet|gelöscht)",
    r"(?:your|the) (?:message|mail|e-?mail)\b(?s:.{0,600}?)was (?:read|displayed|deleted without being read)|return receipt",
    r"möchte (?:die|diese|eine|ihre|seine) (?:nachricht|e-?mail|mail)\b[^\n]{0,200}zurück|would like [^\n]{0,40}recall",
    r"keine garantie, dass",
)

_SUBJECT = re.compile(f"(?i)^(?:{'|'.join(words for words, _ in SUBJECTS)})")
_SAYS = re.compile("(?i)" + "|".join(SAYS))
_LOOK = 1_000


def spoken(mail: ParsedMail, text: str) -> bool:
    """True if subject and first lines are those of a receipt or a recall."""
    return _SUBJECT.search(mail.subject[:200]) is not None and _SAYS.search(text[:_LOOK]) is not None
