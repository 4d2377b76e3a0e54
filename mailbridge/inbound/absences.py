"""The words of absence notes: subjects and sentences of German and English auto-replies (R42). Read by `rules`.

A strong subject is written by a program. A weak one is written by people too: it never decides more than a hold.
"""

from __future__ import annotations

import re

from mailbridge.inbound.mail import ParsedMail

# A program puts these in front of, or in place of, the subject it answers: (words, the program).
STRONG = (
    (r"automatische[ -]antwort", "Outlook and Exchange, German"),
    (r"automatic reply", "Outlook and Exchange, English"),
    (r"réponse automatique|respuesta automática|risposta automatica|automatisch antwoord", "Exchange, neighbours"),
    (r"automatyczna odpowiedź", "Polish providers"),
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

# What absence notes say in their first lines.
SAYS = (
    r"(?:ich bin|wir sind|bin) [\w.,:;() -]{0,80}(?:nicht (?:im (?:büro|haus|hause|dienst|amt|rathaus)|erreichbar|anwesend))",
    r"(?:ich bin|wir sind|bin) [\w.,:;() -]{0,80}(?:abwesend|im urlaub|außer haus|in elternzeit|in mutterschutz|verreist)",
    r"(?:ich bin|wir sind|bin) [\w.,:;() -]{0,80}auf dienstreise",
    r"(?:e-?mails?|nachrichten?|mails?|post)\b[^.\n]{0,60}(?:nicht|weder) (?:automatisch )?(?:weitergeleitet|gelesen)",
    r"(?:e-?mails?|nachrichten?|mails?|post)\b[^.\n]{0,60}nicht (?:bearbeitet|abgerufen)",
    r"(?:wird|werden) nicht (?:automatisch )?weitergeleitet|(?:in|während) meiner abwesenheit",
    r"ab dem \d[\d. ]*\d?(?: \w+)? (?:bin ich )?wieder (?:erreichbar|im büro|im haus|da|für sie)",
    r"(?:dies ist|hierbei handelt es sich um|das ist) eine automati(?:sche|sch (?:erstellte|generierte|erzeugte))",
    r"diese (?:e-?mail|nachricht|mail) (?:wurde|wird) automatisch (?:erstellt|generiert|erzeugt|versandt|versendet)",
    r"(?:ihre|deine|eure) (?:e-?mail|nachricht|mail|anfrage)\b[^.\n]{0,60}(?:ist (?:bei uns )?eingegangen|erhalten)",
    r"nach meiner rückkehr|sobald ich (?:wieder )?zurück bin|vertret(?:en mich|ung (?:übernimmt|durch|hat|ist|:))",
    r"in dringenden (?:fällen|angelegenheiten)|im notfall wenden|wenden sie sich (?:bitte )?(?:in dringenden|an )",
    r"(?:i am|i'm|i will be|i'll be|we are) [\w.,: -]{0,60}(?:out of (?:the )?(?:office|town|country)|away\b)",
    r"(?:i am|i'm|i will be|i'll be|we are) [\w.,: -]{0,60}on (?:vacation|holiday|leave)",
    r"(?:i am|i'm|i will be|i'll be|we are) [\w.,: -]{0,60}(?:on annual leave|unavailable|not (?:in the office|available))",
    r"out of (?:the )?office|(?:limited|no) access to (?:my )?e-?mail|will (?:respond|reply|answer)[^.\n]{0,40}(?:return|back)",
    r"this is an auto(?:mated|matic|matically generated)[^.\n]{0,30}(?:reply|response|message|e-?mail)",
    r"(?:upon|on|until|after) my return|when i (?:return|get back|am back)",
)

_PREFIX = r"\s*[\[(*<]*\s*"
_ANSWERED = r"(?:\s*(?:aw|re|antw|antwort|wg|fwd?)\s*:)+"  # who answers or forwards an absence note is a person
_STRONG = re.compile(f"(?i)^{_PREFIX}(?:{'|'.join(words for words, _ in STRONG)})")
_STRONG_ANSWERED = re.compile(f"(?i)^{_ANSWERED}{_PREFIX}(?:{'|'.join(words for words, _ in STRONG)})")
_WEAK = re.compile(rf"(?i)(?:^|[\s\[(:*-])(?:{'|'.join(words for words, _ in WEAK)})")
_SAYS = re.compile("(?i)" + "|".join(f"(?:{words})" for words in SAYS))

_LOOK = 1_500  # characters of the text: an absence note says so at once


def strong(mail: ParsedMail) -> bool:
    """True if the subject is one that programs write."""
    return _STRONG.search(mail.subject[:500]) is not None


def weak(mail: ParsedMail) -> bool:
    """True if the subject speaks of absence, whoever wrote it."""
    return any(pattern.search(mail.subject[:500]) for pattern in (_WEAK, _STRONG_ANSWERED))


def said(text: str) -> bool:
    """True if the first lines of a text are those of an absence note."""
    return _SAYS.search(text[:_LOOK]) is not None
