"""What gateways and lists put into mails: "[EXTERN]" warnings, disclaimers, virus notes, list footers. Folded, never shown.

Three tables. A warning counts at the top, a disclaimer and a list footer only at the end, and each needs words
enough that no author's paragraph looks like it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailbridge.inbound.reading import hints
from mailbridge.inbound.reading.rows import Row

MAX_PARAGRAPH = 4_000  # characters; a longer paragraph is text

_MAIL = r"(?:E-?Mails?|Email|Mail|Nachricht(?:en)?)"
_SIGNAL = r"(?:ACHTUNG|Achtung|VORSICHT|Vorsicht|WARNUNG|Warnung|HINWEIS|Hinweis|Sicherheitshinweis|Warnhinweis)"
_OUTER = rf"(?i:Externe[rs]? (?:{_MAIL}|Absender)|External (?:e-?mail|sender|message))"
_EXTERN = rf"\W{{0,3}}(?:\[?(?:{_OUTER}|EXTERN|EXTERNAL|Extern|External|EXT)\]?\W{{1,4}})?"
# how the first paragraphs of a mail begin -> who puts them there
WARNINGS = (
    # Exchange transport rules, Barracuda: "[EXTERN]" alone
    rf"\W{{0,4}}(?:EXTERN|EXTERNAL|\[EXT\])\W{{0,4}}(?:(?:Absender|Sender|{_MAIL})\W{{0,4}})?$",
    # Exchange transport rules: "Externe E-Mail: …", "[ACHTUNG: Externe Mail]"
    rf"{_EXTERN}(?:{_SIGNAL}\W{{1,3}})?{_OUTER}(?![\w-])",
    # Exchange transport rules, NoSpamProxy: "ACHTUNG: Diese E-Mail kommt von außerhalb …"
    rf"{_EXTERN}{_SIGNAL}\W{{1,3}}(?=.{{0,120}}(?:{_MAIL}|Absender)\b)(?:Diese|Dies|Die|Sie|Externe?r?|externe?r?|Der Absender)\b"
    r".{0,80}\b(?:extern\w{0,2} (?:\w+ )?(?:Absender|Quelle|Adresse|Server|System|Domain|Netz|E-?Mail|Mail)|von extern"
    r"|au(?:ß|ss)erhalb|Internet|unbekannt)",
    # the same without the signal; municipal computer centres: "[EXTERN] Diese E-Mail stammt von außerhalb der Verwaltung."
    rf"{_EXTERN}(?:Diese|Die|Dies ist eine) (?:externe )?{_MAIL} (?:stammt|kommt|wurde|kam|ist) .{{0,40}}"
    r"(?:extern|au(?:ß|ss)erhalb|aus dem Internet)",
    rf"{_EXTERN}Dies ist eine externe {_MAIL}\b",
    rf"{_EXTERN}(?:Der )?Absender (?:dieser {_MAIL} )?(?:ist|befindet sich|kommt) .{{0,30}}(?:extern|au(?:ß|ss)erhalb)",
    # Microsoft 365, Proofpoint, Mimecast
    rf"{_EXTERN}(?:CAUTION|WARNING|ATTENTION|Caution|Warning|Attention|NOTE|Note)\W{{1,3}}.{{0,60}}\b(?:outside|external|originat)",
    rf"{_EXTERN}This (?:e-?mail|message) (?:originate[ds]|came|comes|was sent|is) from (?:outside|an external)",
    # our neighbours' Microsoft 365
    rf"{_EXTERN}(?:LET OP|Let op|ATTENTION|Attention|PAS OP)\W{{1,3}}.{{0,60}}\b(?:extern|buiten|l'extérieur|externe)",
    # Outlook's safety tip
    r"(?:Sie erhalten|Einige Personen, die diese Nachricht erhalten haben, erhalten) nicht (?:oft|häufig) E-?Mails von ",
    r"(?:You|Some people who received this message) don't often get email from ",
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
# a disclaimer speaks of a wrong reader or of the law; who asks for confidence does not …
_LEGAL = re.compile(
    r"Empfänger|Adressat|irrtümlich|Irrtum|versehentlich|unbefugt|unerlaubt|rechtlich|nicht gestattet|untersagt|intended|in error"
    r"|privileged|prohibited|unauthori[sz]ed|recipient|addressee|Vertraulichkeitshinweis|Haftungsausschluss|Disclaimer|Notice",
    re.IGNORECASE,
)
# … and says du and ihr to people
_FAMILIAR = re.compile(r"\b(?:[Ii]hr (?:sie|es|das|die|den|habt|seid|nicht|bitte)|euch|eure[rnms]?|du|dich|dir)\b")
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
_GOES_ON = re.compile(
    r"(?:Klicken|Klicke|Öffnen|Öffne|Bitte|Seien|Prüfen|Links|Anhänge|Vorsicht|Achtung|Weitere Informationen|Erfahren Sie"
    r"|Antworten Sie|Geben Sie|Wenn Sie|Do not|Don't|Please|Be careful|Exercise|Verify|Links|Attachments|Learn|Treat|Unless"
    r"|Klik|Open|Ne cliquez)\b"
)
_SENTENCE = re.compile(r".+?(?:[.!?:\]](?=\s)|$)\s*")
_WARNING = re.compile("|".join(f"(?:{form})" for form in WARNINGS))
_DISCLAIMER = re.compile("|".join(f"(?:{form})" for form in DISCLAIMERS), re.IGNORECASE)
_FOOTER = re.compile("|".join(f"(?:{form})" for form in FOOTERS))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Rows `start` to `end` (exclusive), joined by spaces in `text`."""

    start: int
    end: int
    text: str


def is_footer(paragraph: Paragraph) -> bool:
    """Whether a gateway or list put this paragraph at the end."""
    if len(paragraph.text) > MAX_PARAGRAPH:
        return False
    if _FOOTER.fullmatch(paragraph.text):
        return True
    if not _DISCLAIMER.match(paragraph.text) or not _LEGAL.search(paragraph.text) or _FAMILIAR.search(paragraph.text):
        return False
    return len({found.lower() for found in CONFIDENTIAL.findall(paragraph.text)}) >= 2


def warning_end(rows: list[Row], paragraph: Paragraph) -> int:
    """Where the warning at the top of a paragraph ends (exclusive); its start if there is none. Text may follow directly."""
    covered = _warned(paragraph.text[:2_000])
    if not covered:
        return paragraph.start
    length, end = -1, paragraph.start
    for at in range(paragraph.start, paragraph.end):
        if at > paragraph.start and hints.GREETING.fullmatch(rows[at].bare):
            break
        length += len(rows[at].bare) + 1
        if length > covered:
            break
        end = at + 1
    return end


def _warned(text: str) -> int:
    """How many characters of `text` are a warning: a first sentence that is in the table, and what goes on with it."""
    found = _WARNING.match(text)
    if found is None:
        return 0
    covered = 0
    for sentence in _SENTENCE.finditer(text):
        words = len({word.lower() for word in _WARNING_WORDS.findall(sentence[0])})
        goes_on = words >= 3 or (words >= 2 and _GOES_ON.match(sentence[0].lstrip("*• ")))
        if covered >= found.end() and not goes_on:
            break
        covered = sentence.end()
    told = text[:covered].strip()
    enough = len(told) < 40 or len({word.lower() for word in _WARNING_WORDS.findall(told)}) >= 3
    return len(told) if enough else 0
