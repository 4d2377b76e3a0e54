"""Kinds of machine mail that only their wording shows: never more than held by `rules`, since people write about everything."""

from __future__ import annotations

import re

from mailbridge.inbound import hand, text
from mailbridge.inbound.bouncing import signs
from mailbridge.inbound.mail import ParsedMail

_NO_REPLY = re.compile(r"(?i)(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|keine[-_.]?antwort|nicht[-_.]?antworten)\b.*")
_REFUSES_ANSWERS = re.compile(
    r"(?i)bitte (?:antworten sie )?nicht (?:direkt )?auf diese (?:e-?mail|mail|nachricht)|(?:do not|don't) (?:reply"
    r"|respond) to this"
    r"|(?:dieses|das) postfach wird nicht (?:gelesen|überwacht|abgerufen)|this (?:mailbox|inbox) is not monitored"
)
_UNSUBSCRIBING = re.compile(
    r"(?i)(?:newsletter|rundmail|infobrief|mailing|e-?mail)s?\b[^.]{0,80}(?:abbestellen|abmelden|austragen"
    r"|nicht (?:mehr|länger) (?:erhalten|empfangen|bekommen))[^.]{0,80}(?:\bhier|\blink|klick|https?:|@)"
    r"|(?:\bhier|\blink|klick\w*)\b[^.\n]{0,60}(?:abbestellen|abmelden|austragen|abzumelden|abzubestellen)"
    r"|\bunsubscribe\b[^.\n]{0,60}(?:here|link|click|reply|https?:|@)|(?:click|link|reply|to) [^.\n]{0,30}\bunsubscribe\b"
    r"|(?:newsletter|e-?mail) (?:im|in your) browser"
)
_CALENDAR_SUBJECT = re.compile(
    r"(?i)^(?:zugesagt|akzeptiert|angenommen|abgelehnt|abgesagt|mit vorbehalt(?: zugesagt| angenommen)?|vorläufig (?:zugesagt"
    r"|angenommen)"
    r"|vorbehaltlich|neue zeit vorgeschlagen|neuer terminvorschlag|accepted|declined|tentative(?:ly accepted)?|new time proposed"
    r"|cancell?ed(?: event)?|updated invitation|aktualisierte einladung)\s*:"
)
_CALENDAR_SAYS = re.compile(
    r"(?im)\bhat (?:die|ihre|diese|den|diesen|deine|unter vorbehalt|mit vorbehalt) .{0,30}(?:angenommen|zugesagt|abgelehnt"
    r"|akzeptiert)"
    r"|\bhas (?:tentatively )?(?:accepted|declined) (?:this|your|the)\b|^\s*(?:wann|wo|when|where|zeit|ort)\s*:"
)
_FEW = 60  # letters; who answers an invitation by a click writes nothing
_CHALLENGE = re.compile(
    r"(?i)(?:account|mailbox|address|postfach) is protected by|to have your address added to|add yourself to my \w+ guest list"
    r"|(?:absender|adresse)[^\n]{0,80}(?:freischalten|freizuschalten|bestätigen sie|verifizieren)[^\n]{0,120}(?:link|klick)"
    # The same with the click first, over the ends of lines, as the providers' own filters write it.
    r"|\bklick\w*\b[^!?]{0,120}\b(?:ihre|deine)n?\s(?:e-?mail-?|mail-?|absender-?)?(?:adresse|absender|e-?mail|nachricht)\b"
    r"[^.!?]{0,80}\b(?:freizuschalten|freischalten|freigeben|freizugeben|bestätigen|verifizieren|zuzustellen|zustellen)\b"
    r"|\b(?:click|follow)\b[^!?]{0,120}\byour\s(?:e-?mail\s|sender\s)?(?:address|e-?mail|message)\b[^.!?]{0,40}"
    r"\b(?:verif|confirm|deliver|release|whitelist|approv)"
    r"|\b(?:click|follow)\b[^!?]{0,120}\b(?:verify|confirm|validate)\s(?:that you are|your (?:e-?mail |sender )?address)"
)


def no_reply(mail: ParsedMail) -> bool:
    """The sender takes no answers, says the address or, without a word of a person, the text."""
    if any(_NO_REPLY.fullmatch(box.address.rpartition("@")[0]) for box in mail.from_):
        return True
    if _REFUSES_ANSWERS.search(signs.opening(mail)) is None:
        return False
    written = text.written(mail).text
    return not (hand.shows(written) or hand.says_i(written))


def calendar_text(mail: ParsedMail) -> bool:
    """An answered invitation whose calendar part got lost on the way (winmail.dat, gateways): no words, or a calendar's."""
    if _CALENDAR_SUBJECT.match(mail.subject) is None:
        return False
    written = text.written(mail).text.strip()
    return len(written) <= _FEW or (_CALENDAR_SAYS.search(written[:600]) is not None and not hand.shows(written))


def newsletter(mail: ParsedMail) -> bool:
    """It can be unsubscribed from, by header or in words that no person of the house wrote."""
    if mail.header("list-unsubscribe") is not None:
        return True
    if mail.in_reply_to or _UNSUBSCRIBING.search(signs.whole(mail)) is None:
        return False
    written = text.written(mail)
    found = _UNSUBSCRIBING.search(f"{written.text}\n{written.signature}") is not None
    return found and not (hand.shows(written.text) or hand.says_i(written.text))


def challenge(mail: ParsedMail) -> bool:
    """A filter that asks its senders to prove themselves by a click."""
    opening = signs.opening(mail)[:1_500]
    return _CHALLENGE.search(opening) is not None and not hand.speaks(opening)
