"""What gateways and lists put into mails: "[EXTERN]" warnings, disclaimers, virus notes, list footers. Folded, never shown.

Three tables. A warning counts at the top, a disclaimer and a list footer only at the end, and each needs words
enough that no author's paragraph looks like it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailbridge.inbound.reading.rows import Row

MAX_PARAGRAPH = 4_000  # characters; a longer paragraph is text

_MAIL = r"(?:E-?Mails?|Email|Mail|Nachricht(?:en)?)"
_SIGNAL = r"(?:ACHTUNG|Achtung|VORSICHT|Vorsicht|WARNUNG|Warnung|HINWEIS|Hinweis)"
# first paragraphs of a mail -> who puts them there
WARNINGS = (
    # Exchange transport rules, Barracuda: "[EXTERN]" alone
    rf"\W{{0,3}}(?:EXTERN|EXTERNAL|\[EXT\])\W{{0,3}}(?:(?:Absender|Sender|{_MAIL})\W{{0,3}})?",
    # Exchange transport rules: "Externe E-Mail: …"
    rf"\W{{0,3}}(?:Externe {_MAIL}|Externer Absender|External (?:e-?mail|sender|message))\b.{{0,400}}",
    # Exchange transport rules, NoSpamProxy: "ACHTUNG: Diese E-Mail kommt von außerhalb …"
    rf"\W{{0,3}}(?:\[?EXTERN\]?\W{{0,3}})?{_SIGNAL}\W{{1,3}}(?:Diese|Dies|Die|Sie|Externe?r?|Der Absender)\b"
    r".{0,80}\b(?:extern|außerhalb|ausserhalb|Internet|unbekannt).{0,600}",
    rf"\W{{0,3}}Diese {_MAIL} (?:stammt|kommt|wurde) (?:von )?(?:eine[mr] externen|au(?:ß|ss)erhalb|extern).{{0,600}}",
    # Microsoft 365, Proofpoint
    r"\W{0,3}(?:\[?EXTERNAL\]?\W{0,3})?(?:CAUTION|WARNING|ATTENTION|Caution|Warning|NOTE)\W{1,3}.{0,60}"
    r"\b(?:outside|external|originat).{0,600}",
    r"\W{0,3}This (?:e-?mail|message) (?:originated|came|was sent) from (?:outside|an external).{0,600}",
    # Outlook's safety tip
    r"(?:Sie erhalten|Einige Personen, die diese Nachricht erhalten haben, erhalten) nicht (?:oft|häufig) E-?Mails von .{3,300}",
    r"(?:You|Some people who received this message) don't often get email from .{3,300}",
)

# how a disclaimer begins; two words of CONFIDENTIAL must be in it -> who puts it there
DISCLAIMERS = (
    rf"\W{{0,3}}(?:Diese|Der Inhalt dieser|Die in dieser|Die Information(?:en)? in dieser|Der Austausch von) {_MAIL}\b",
    r"\W{0,3}(?:Vertraulichkeitshinweis|Disclaimer|Haftungsausschluss|Rechtlicher Hinweis|Wichtiger Hinweis)\b",  # CodeTwo
    r"\W{0,3}(?:Hinweis zur Vertraulichkeit|Confidentiality (?:Notice|Note)|Legal Notice|Important Notice)\b",  # Exclaimer
    r"\W{0,3}(?:This|The information (?:contained )?in this|The contents? of this) (?:e-?mail|message|communication)\b",
    r"\W{0,3}(?:Sollten Sie nicht der|Falls Sie nicht der|Wenn Sie nicht der|If you are not the|If you have received this)\b",
    r"\W{0,3}(?:Das unerlaubte Kopieren|Jede(?:s|r)? (?:unbefugte|unerlaubte)|Any unauthori[sz]ed)\b",  # second paragraphs
)
CONFIDENTIAL = re.compile(
    r"vertraulich|rechtlich geschützt|vorgesehene[rn]? (?:Empfänger|Adressat)|richtige[rn]? Adressat|irrtümlich erhalten"
    r"|unbefugte|unerlaubte Kopieren|nicht gestattet|vernichten Sie|löschen Sie|Adressat|confidential|privileged"
    r"|intended (?:recipient|solely|only|for)"
    r"|received (?:this|it) in error|notify the sender|strictly prohibited|delete (?:it|this)|unauthori[sz]ed",
    re.IGNORECASE,
)
# whole paragraphs at the end -> who puts them there
FOOTERS = (
    # Avast, AVG, Sophos
    rf"\W{{0,3}}(?:Diese {_MAIL} wurde (?:von|durch) .{{0,60}}|This e?-?mail has been (?:checked|scanned)|Virus-free|Virenfrei"
    r"|Geprüft von AVG|Es wurden keine Viren).{0,40}(?:Viren|viruses|virus|Avast|AVG|Sophos|Kaspersky|geprüft|www\.).{0,200}",
    # Exchange signature rules
    r"\W{0,3}(?:Bitte (?:denken|prüfen) Sie (?:an die Umwelt|der Umwelt zuliebe|, ob)|Denken Sie an die Umwelt).{0,200}",
    r"\W{0,3}Please consider the environment.{0,200}",
    r"_{20,60} .{2,80}(?:mailing list|[Mm]ailingliste|Mailinglist)\b.{0,300}",  # Mailman
    r".{2,80}(?:mailing list|Mailingliste) .{0,40}\S+@\S+ .{0,60}https?://\S+.{0,100}",  # Mailman without its line
    r"<?https?://\S{3,80}/(?:mailman/listinfo|mailinglists?|sympa)/\S{1,80}",  # Mailman with nothing but its address
    # Google Groups
    r".{0,40}(?:You received this message because you are subscribed to).{3,600}",
    r".{0,40}Sie (?:haben|erhalten) diese (?:Nachricht|E-?Mail)(?: erhalten)?, weil Sie.{0,200}"
    r"(?:abonniert|angemeldet|eingetragen|Newsletter|Mailingliste|Google Groups).{0,300}",
    r"-{20,80} (?:To unsubscribe|Um sich abzumelden|Zum Abmelden).{3,300}",  # Majordomo, Sympa
)

_WARNING_WORDS = re.compile(
    r"E-?Mail|Nachricht|message|extern|au(?:ß|ss)erhalb|outside|Absender|sender|Links?\b|Anh[aä]ng|attachment|öffnen|open|klicken|click"
    r"|organi[sz]ation|vertrau|trust|aka\.ms",
    re.IGNORECASE,
)
_WARNING = re.compile("|".join(f"(?:{form})" for form in WARNINGS))
_DISCLAIMER = re.compile("|".join(f"(?:{form})" for form in DISCLAIMERS), re.IGNORECASE)
_FOOTER = re.compile("|".join(f"(?:{form})" for form in FOOTERS))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Rows `start` to `end` (exclusive), joined by spaces in `text`."""

    start: int
    end: int
    text: str


def is_warning(paragraph: Paragraph) -> bool:
    """Whether a gateway put this paragraph at the top."""
    if len(paragraph.text) > 1_000 or not _WARNING.fullmatch(paragraph.text):
        return False
    return len(paragraph.text) < 40 or len({found.lower() for found in _WARNING_WORDS.findall(paragraph.text)}) >= 2


def is_footer(paragraph: Paragraph) -> bool:
    """Whether a gateway or list put this paragraph at the end."""
    if len(paragraph.text) > MAX_PARAGRAPH:
        return False
    if _FOOTER.fullmatch(paragraph.text):
        return True
    if not _DISCLAIMER.match(paragraph.text):
        return False
    return len({found.lower() for found in CONFIDENTIAL.findall(paragraph.text)}) >= 2


def warning_end(rows: list[Row], paragraph: Paragraph) -> int:
    """Where the warning at the top of a paragraph ends (exclusive); its start if there is none. Text may follow directly."""
    for end in range(paragraph.end, paragraph.start, -1):
        if is_warning(Paragraph(paragraph.start, end, " ".join(row.bare for row in rows[paragraph.start : end]))):
            return end
    return paragraph.start
