"""Words of the author that say how the rest of the mail is to be taken: answers inside, a mail passed on, a closing."""

from __future__ import annotations

import re

_COLOURS = r"in (?:rot|blau|grün|fett|kursiv|farbig|roter|blauer|grüner|Großbuchstaben|red|blue|green|bold)"
# the author answers inside a quotation that may carry no marks (Outlook): then nothing of it is folded
INLINE = re.compile(
    r"\b(?:Antwort(?:en)?|Kommentare?|Anmerkung(?:en)?|answers?|comments?|replies)\b.{0,60}"
    rf"\b(?:im Text|inline|unten|darunter|dazwischen|below|{_COLOURS})\b"
    rf"|\binline\b|\bdirekt im Text\b|\b{_COLOURS}\b|\bs\. ?u\.|\bsiehe unten\b|\bsee (?:below|inline)\b"
    r"|\b(?:Antwort(?:en)?|Kommentare?|Anmerkung(?:en)?)\b.{0,60}"
    r"(?:\bjeweils|\bmit \[|\bdirekt\b|dazu ?geschrieben|eingefügt|hinein ?geschrieben|\bdrin\b)"
    r"|\bim Text (?:unten|rot|blau|farbig|markiert)",
    re.IGNORECASE,
)
# the author passes a mail on, though the subject does not say so
PASSING_ON = re.compile(
    r"weiter(?:leite|geleitet|zuleiten)|leite\b.{0,60}\bweiter|zur (?:Kenntnis|Info|Information)\b|\bz\. ?K\.|\bzK\b|\bFYI\b"
    r"|for your information|(?:folgende|diese|untenstehende|nachstehende) (?:E-?Mail|Mail|Nachricht|Antwort|Anfrage)"
    r"|(?:E-?Mail|Mail|Nachricht) (?:unten|anbei|von der)|:\s*$"
    r"|\b(?:Mail|E-?Mail|Nachricht|Schreiben|Anfrage|Anschreiben|Newsletter)\b"
    r"|\b(?:anbei|unten|folgend\w*|nachfolgend\w*|siehe|lest|bekam|bekommen|erhalten|eingegangen|rein|Info|interessant)\b"
    r"|\b(?:das|dies|diese|folgendes|was) (?:kam|ging|schickt|schrieb)\b|\b(?:got|received|below|forward\w*|passing)\b",
    re.IGNORECASE,
)
# the author's words above a quotation of their own choice
LEADS_TO_QUOTATION = re.compile(
    r":$|\b(?:Zitat|zitiere\w*|wörtlich|Wortlaut|heißt es|steht|stand|laute[tn]|Auszug|Beschluss\w*"
    r"|Erlass|Satzung|\w*Gesetz\w*|Gesetzestext|Verordnung|Richtlinie|Urteil|Paragra(?:f|ph)\w*|Protokoll|Niederschrift|folgend\w*|says|reads)\b|§",
    re.IGNORECASE,
)
_ADJECTIVES = "freundliche liebe beste viele herzliche schöne kollegiale solidarische sonnige"
_KIND = "|".join(_ADJECTIVES.split())
_FORMAL = (
    rf"(?:Mit )?(?:(?:{_KIND})[nrm]? )+(?:Grü(?:ß|ss)en?|Gru(?:ß|ss))\b.{{0,60}}"
    r"|(?:Gru(?:ß|ss)|Grüße?|MfG|LG|VG|BG|Glück ?auf)\b.{0,40}"
    r"|(?:(?:Best|Kind|Warm) )?regards\b.{0,40}"
)
# the first line of a closing; "Danke" and its like can be all that somebody answers
CLOSING = re.compile(
    rf"{_FORMAL}|(?:Cheers|Thanks)\b.{{0,40}}|(?:Best|Danke|Ciao|Bis (?:bald|dann|morgen))\b.{{0,20}}", re.IGNORECASE
)
FORMAL_CLOSING = re.compile(_FORMAL, re.IGNORECASE)
# a row that only greets somebody
GREETING = re.compile(
    r"(?:Hallo|Hi|Hey|Moin|Servus|Guten (?:Tag|Morgen|Abend)|Liebe[rs]?|Sehr geehrte[rs]?|Werte[rs]?|Dear|Hello|Grüß Gott)\b"
    r"(?: [^.!?:]{1,60}[,!]?|[,!])",
    re.IGNORECASE,
)
