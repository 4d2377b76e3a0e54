"""The words of absence notes: subjects and sentences of German and English auto-replies (R42). Read by `rules`.

A strong subject is written by a program, a weak one by people too. Neither decides more than a hold, and the text is asked first.
"""

from __future__ import annotations

import re

from mailbridge.inbound.mail import ParsedMail

# A program puts these in front of, or in place of, the subject it answers: (words, the program).
STRONG = (
    (r"automatische[ -]antwort", "Outlook and Exchange, German"),
    (r"automatic reply", "Outlook and Exchange, English"),
    (r"réponse automatique|respuesta automática|risposta automatica|automatisch antwoord", "Exchange, neighbours"),
    (r"automatyczna odpowiedź|autosvar|automatisk svar|automaattinen vastaus|automatická odpověď", "Exchange, neighbours"),
    (r".{0,40}(?:resposta automática|otomatik yanıt|автоматический ответ|autom[aā]tisk?a atbilde)", "Exchange, neighbours"),
    (r"abwesenheits(?:notiz|assistent|nachricht|meldung|benachrichtigung|mail|info)", "Exchange before 2010, GroupWise, GMX"),
    (r"abwesenheit\s*:", "GroupWise, Kopano"),
    (r"out[ -]of[ -](?:the[ -])?office", "Exchange before 2010, Lotus Notes, Gmail"),
    (r"auto(?:matic|matisch(?:e)?)?[ -]?(?:reply|response|responder|antwort|mail)\b", "autoresponders of hosting panels, Zimbra"),
    (r"auto:", "Lotus Notes 8.5 and later"),
    (r"\[auto(?:reply|antwort|matic(?:ally)?[ -]?(?:generated|reply))?\]", "Zimbra, ticket systems"),
    (r"vacation (?:reply|response|message|notice)|vacation:", "vacation(1), Roundcube's Sieve"),
    (r"away from (?:my )?(?:mail|e-?mail|office|desk)", "vacation(1) of BSD"),
    (r"i(?:'m| am) (?:currently )?(?:away|out)\b", "Gmail's suggestion"),
    (r"urlaubs?(?:benachrichtigung|notiz|meldung|nachricht)", "KMail, Kolab, T-Online"),
    (r"abwesend:", "Kerio, David"),
    (r"(?:automatische )?(?:eingangs|empfangs)bestätigung", "offices and ticket systems"),
    (r"ihre nachricht ist eingegangen|antwort auf ihre nachricht \(automatisch\)", "web forms of towns"),
    (
        r".{2,60} ist (?:derzeit |zur ?zeit |momentan )?(?:nicht im (?:büro|haus|hause|dienst)|abwesend|außer haus)",
        "Lotus Notes, German",
    ),
    (r".{2,60} is (?:currently )?(?:out of the office|on (?:annual |parental )?leave|on vacation)", "Lotus Notes, English"),
    (
        r".{0,200}\((?:automatische|autom\.) (?:antwort|eingangsbestätigung)\)|.{0,200}[\[(]auto-?reply[\])]",
        "hosters who append it",
    ),
    (r".{0,200}\(automatic response\)", "AOL"),
)

# People write these too: "Urlaub bis 3.5." of a colleague is a mail, so it waits and is not lost.
WEAK = (
    (
        r"urlaub (?:bis|vom|ab)|(?:bin |im |in )?urlaub\b(?: bis| vom| ab|:|$|\s*\d)",
        "GMX, WEB.DE, Sieve: the member names the subject",
    ),
    (r"abwesen(?:d|heit)\b", "GMX, WEB.DE, T-Online"),
    (r"nicht (?:im (?:büro|haus|dienst)|erreichbar)\b", "hand-written Sieve rules"),
    (r"on (?:vacation|holiday|leave)|holiday until|annual leave|ooo\b", "Gmail, hand-written"),
    (r"elternzeit|mutterschutz|krankmeldung\b|auf dienstreise|außer haus", "public administrations"),
    (r"(?:neue|geänderte) (?:e-?mail-?)?adresse|new e-?mail address|adressänderung", "who has left"),
    (r"automatisch (?:erzeugt|generiert|erstellt|versandt)|auto:? ?(?:reply|antwort|response)", "anything"),
)

# Words that are enough behind a strong subject.
HINTS = (
    r"urlaub|abwesen|zurück|erreich|vertret|büro|weitergeleitet|automatisch|rückkehr|eingegangen|erhalten|bearbeit|elternzeit"
    r"|ruhestand",
    r"wieder (?:da|für|im)|nicht mehr|außer haus|dienstreise|fortbildung|krank|geschlossen|feiertag|betriebsferien|sprechzeiten",
    r"out of|away|vacation|holiday|leave|return|automat|absence|unavailable|back (?:on|in)|contact|no longer|received",
)

_PREFIX = r"\s*[\[(*<]*\s*"
_ANSWERED = r"(?:\s*(?:aw|re|antw|antwort|wg|fwd?)\s*:)+"  # who answers or forwards an absence note is a person
_STRONG = re.compile(f"(?i)^{_PREFIX}(?:{'|'.join(words for words, _ in STRONG)})")
_STRONG_ANSWERED = re.compile(f"(?i)^{_ANSWERED}{_PREFIX}(?:{'|'.join(words for words, _ in STRONG)})")
_WEAK = re.compile(rf"(?i)(?:^|[\s\[(:*-])(?:{'|'.join(words for words, _ in WEAK)})")

_ANNOUNCES = re.compile(
    r"(?i)(?:this is an? auto(?:mated|matic|matically[ -]generated|[- ]?)\s*(?:response|reply|message|e-?mail|notification)"
    r"|(?:this|the) (?:e-?mail|message) (?:was|is|has been) (?:sent|generated|created) automatically"
    r"|(?:dies|hierbei handelt es sich um|das) (?:ist )?eine automati(?:sche|sch (?:erstellte|generierte|erzeugte|versandte))"
    r"|diese (?:e-?mail|nachricht|mail) (?:wurde|wird) automatisch (?:erstellt|generiert|erzeugt|versandt|versendet|verschickt))"
)
# R42, word for word, behind a ticket's number too (Request Tracker). Who writes "Urlaub bis 3.5." waits, and is not lost.
_TICKET = r"(?:\[[^\[\]]{1,80}#\d+\]\s*)?"
_NAMED = re.compile(
    rf"(?i)^{_TICKET}{_PREFIX}(?:automatische antwort:|abwesenheitsnotiz|abwesend:|abwesenheit\b"
    r"|out of (?:the )?office\b(?! hours)|automatic reply|auto-?reply\b|urlaub bis\b)"
)
_HINTS = re.compile("(?i)" + "|".join(HINTS))

_LOOK = 1_500  # characters of the text: an absence note says so at once


def announces(text: str) -> bool:
    """True if a text begins by saying that no person wrote it."""
    return _ANNOUNCES.search(text[:400]) is not None


def named(mail: ParsedMail) -> bool:
    """True if the subject begins with one that R42 lists; it holds whatever the mail says."""
    return _NAMED.search(mail.subject[:500]) is not None


def strong(mail: ParsedMail) -> bool:
    """True if the subject is one that programs write."""
    return _STRONG.search(mail.subject[:500]) is not None


def weak(mail: ParsedMail) -> bool:
    """True if the subject speaks of absence, whoever wrote it."""
    return any(pattern.search(mail.subject[:500]) for pattern in (_WEAK, _STRONG_ANSWERED))


def said(text: str) -> bool:
    """True if the first lines behind a strong subject are those of an absence note."""
    return _HINTS.search(text[:_LOOK]) is not None
