"""Signs of a person's hand in a text. Read by `rules` and `bouncing.signs`, where a subject or a phrase looks like a machine's.

Programs write to "Sie" and to nobody in particular. Who says "ihr" and "euch", greets colleagues or asks them something is a
person, whatever the subject is. The words of a note are another matter: people write those themselves, see `notes`.
"""

from __future__ import annotations

import re

# How people speak to those they know: (words, where they come from).
FAMILIAR = (
    (r"\b(?:euch|eure[mnrs]?|euer)\b|\b(?:[Hh]abt|[Kk]önnt|[Ss]eid|[Ww]isst|[Kk]ennt|[Mm]acht|[Mm]üsst"
     r"|[Ww]ollt) ihr\b", "to several"),
    (r"\b(?:du|dir|dich|deine?[mnrs]?)\b|\b(?:[Hh]ast|[Kk]annst|[Bb]ist|[Ww]eißt"
     r"|[Kk]ennst) [Dd]u\b", "to one; notes say Du in capitals"),
    (r"\b[Ll]iebe[rs]? (?:\w+ und )?(?:\w*[Kk]olleg|Mitstreiter|Genoss|Freund)|\b[Gg]uten (?:Morgen|Tag|Abend),? (?:liebe"
     r"|zusammen|alle)",
     "colleagues"),
    (r"^\s*(?:Moin|Servus|Hallo zusammen|Guten Morgen zusammen|Hi all|Hey|Grüß (?:dich|euch|Gott)|Ihr Lieben"
     r"|Liebe alle)\b", "greetings"),
    (r"\b[Bb]ei uns (?:gibt|gilt|haben|hat|im|in|sind|ist es|kam|war|fehlt|läuft|dauert|sieht|kostet"
     r"|konnte)\b", "us; programs say"
     " 'ist bei uns eingegangen'"),
    (r"\b(?:[Uu]nsere?[mnrs]?|meine[mnrs]?) (?:Fraktion|Partei|Ortsverein|Ausschuss|Rat)\b", "us"),
    (r"\b(?:you all|you guys|dear colleagues|folks|our (?:town|council|party|group))\b", "English"),
    (r"\b(?:[Ww]eiß|[Kk]ennt|[Hh]at|[Kk]ann|[Mm]ag) (?:jemand|wer|einer|hier)\b|\b(?:any|some)one (?:know|have"
     r"|else)", "questions to all"),
)  # fmt: skip

# Questions that programs put into their mails, so that they are no sign of a person.
ASKED_BY_PROGRAMS = re.compile(
    r"(?i)(?:fragen|questions|help(?:ful)?|hilfe|tun|do|passiert|happened|bedeutet|mean|abmelden|unsubscribe|angezeigt"
    r"|geklappt|erhalten|empfangen|receive)\s*\?"
)

_FAMILIAR = re.compile("(?m)" + "|".join(words for words, _ in FAMILIAR))
_QUESTION = re.compile(r"[^\s?]{2,40}\s*\?(?=\s|$|\))")  # not `?"`: what is quoted was asked by somebody else
_FIRST_PERSON = re.compile(r"\b(?:[Ii]ch|[Mm]ir|[Mm]ich|I|I'm|I've)\b")
_LOOK = 4_000  # characters


def speaks(text: str) -> bool:
    """True if the text speaks to people whom its author knows."""
    return _FAMILIAR.search(text[:_LOOK]) is not None


def asks(text: str) -> bool:
    """True if the text asks something that programs do not ask."""
    return any(ASKED_BY_PROGRAMS.search(found[0]) is None for found in _QUESTION.finditer(text[:_LOOK]))


def shows(text: str) -> bool:
    """True if a person wrote this, as far as words can tell."""
    return speaks(text) or asks(text)


def says_i(text: str) -> bool:
    """True if somebody speaks of himself: newsletters, shops and web forms do not (notes of absence do)."""
    return _FIRST_PERSON.search(text[:_LOOK]) is not None
