"""What a moderator's answer to a moderation mail says: shall appear, shall not and why, or neither. Pure.

The first written line decides, and every word of what stands before the reason has to be known, as in `answers`: "Freigeben, aber
ohne den Anhang" or "Nicht ablehnen" is not taken for what it does not say.
"""

from __future__ import annotations

import re

from forum.moderation.cases import Decision
from mailbridge.inbound import answers
from mailbridge.inbound.answers import FILLERS, NO, YES, words_of

RELEASES = words_of(
    "freigeben freigegeben freigabe veröffentlichen veroeffentlichen erscheinen zulassen zugelassen annehmen angenommen"
    " durchlassen release released approve approved publish accept accepted"
)
REJECTS = words_of(
    "ablehnen abgelehnt ablehnung abweisen abgewiesen zurückweisen zurueckweisen verwerfen verworfen reject rejected decline"
    " declined deny denied"
)
REFUSES = words_of("nein neiin nee nö noe nope no n 👎 ❌ ✖ ✗")
"""A no that stands for itself; the other words of NO turn round what they stand with."""

AROUND = FILLERS | words_of(
    "diesen dieser dieses den das dem kann darf soll wird werden hiermit lasse lassen gebe lehne weise ab frei raus"
    " grund begründung begruendung reason because weil wegen do dont this post it with"
)
_BEFORE_VERB = r"(?:nicht|keinesfalls|not|never|dont|niemals)"
_NOT_RELEASE = re.compile(rf"\b{_BEFORE_VERB}\s+(?:{'|'.join(sorted(RELEASES))})\b")
_SPLIT_VERBS = ((re.compile(r"\blehne\b(.*)\bab\b"), r"ablehnen \1"), (re.compile(r"\bgebe\b(.*)\bfrei\b"), r"freigeben \1"))
_VERB_FIRST = re.compile(rf"(?i)^\W*(?:bitte\s+)?(?:{'|'.join(sorted(REJECTS))})\s*[,.;!–—-]+\s*(?P<reason>\S.*)$")
_REASON_NAMED = re.compile(r"(?i)^\s*(?:grund|begründung|begruendung|reason)\s*:\s*")


def read(text: str, name: str = "") -> Decision | None:
    """The decision of the first written line; None for neither. `name`: the moderator's own, who may sign in the same line."""
    line, rest = answers.split(text)
    own = frozenset(answers.words(name))
    head, _, reason = line.partition(":")
    if "?" in head or line.lstrip().startswith((">", "|")):
        return None  # asked, or quoted after all
    if _says(head, own) == "no":
        return Decision(False, _reason(reason, rest, own))
    if _says(line, own) == "yes":
        return Decision(True)
    found = _VERB_FIRST.match(line)
    if found and RELEASES.isdisjoint(answers.words(line)):
        return Decision(False, _reason(found["reason"], rest, own))
    return None


def _says(line: str, own: frozenset[str]) -> answers.Said | None:
    """Yes or no, if the line consists of words that are known."""
    folded = " ".join(answers.words(line))
    for verb, whole in _SPLIT_VERBS:
        folded = verb.sub(whole, folded)
    words = frozenset(_NOT_RELEASE.sub("ablehnen", folded).split())
    if not words or not words <= YES | NO | RELEASES | REJECTS | AROUND | own:
        return None
    agrees, rejects = not words.isdisjoint(YES | RELEASES), not words.isdisjoint(REJECTS)
    turned = not words.isdisjoint(NO - REFUSES)
    if agrees:
        return None if rejects or not words.isdisjoint(NO) else "yes"
    if rejects:
        return None if turned else "no"
    return "no" if not words.isdisjoint(NO) else None


def _reason(first: str, rest: list[str], own: frozenset[str]) -> str:
    """What stands behind the word, up to the next empty line, or else the next paragraph; without a greeting at its end."""
    lines = [first, *rest]
    while lines and _is_courtesy(lines[0], own):
        lines.pop(0)
    paragraph: list[str] = []
    for line in lines:
        if not line.strip():
            break
        paragraph.append(line.strip())
    while paragraph and _is_courtesy(paragraph[-1], own):
        paragraph.pop()
    return _REASON_NAMED.sub("", "\n".join(paragraph))


def _is_courtesy(line: str, own: frozenset[str]) -> bool:
    """Nothing but thanks, greetings and the writer's name."""
    return FILLERS.union(own, ("grund", "begründung", "reason")).issuperset(answers.words(line))
