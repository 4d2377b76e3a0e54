"""Yes or no: the first written line of an answer to one of our questions, in the ways people write it. Pure.

Every word of the line has to be known, so that "Ja, aber …" or "Nein, das Datum stimmt nicht" is asked once more instead of
being taken for what it does not say.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Said = Literal["yes", "no"]

LONGEST = 14  # words


def words_of(text: str) -> frozenset[str]:
    """The words of a table, written in one string."""
    return frozenset(text.casefold().split())


YES = words_of(
    "ja jaa jaaa jawohl jo joa jup jupp jep jepp yep yes yeah y j ok k okay okee oki klar gerne gern natürlich natuerlich"
    " selbstverständlich selbstverstaendlich stimmt richtig korrekt genau passt einverstanden bestätigt bestaetigt bestätige"
    " bestaetige freigeben veröffentlichen veroeffentlichen sure right correct confirmed confirm true 👍 ✅ ✔ ✓"
)
NO = words_of(
    "nein neiin nee nö noe nope no nicht nie niemals never not kein keine keinen keiner keinesfalls keineswegs n wasnt isnt"
    " falsch wrong 👎 ❌ ✖ ✗"
)
MINE = tuple(map(words_of, ("war ich", "bin ich", "von mir", "was me", "from me")))
"""Pairs of words that say it without a yes: "das war ich", "ist von mir"."""

FILLERS = words_of(
    "o das davon dies diese dieser dieses die der es sie war waren bin ist sind ich wir mir von mein meine meiner mail mails"
    " email e beitrag beiträge beitraege habe hab geschrieben verfasst geschickt gesendet abgeschickt stammt stammen"
    " kommt kommen wirklich tatsächlich tatsaechlich ganz sicher auf jeden fall alles alle beide selbst selber auch schon"
    " so doch bitte danke vielen dank schön schoen und aber sehr definitiv absolut that was is it me i from mine my wrote"
    " sent this these all yours please thanks thank you the of course definitely hallo hi moin guten tag morgen abend"
    " liebe lieber grüße gruesse gruß gruss viele beste freundliche freundlichen mit lg vg mfg bg"
)
_GREETING = re.compile(
    r"(?i)^(?:hallo|hi|hey|moin(?: moin)?|servus|guten (?:tag|morgen|abend)|sehr geehrte.{0,60}|liebe.{0,60}|dear.{0,60}|hello)"
    r"(?:\s+(?:zusammen|ratspost|team|ihr|all|liebes .{0,40}|liebe .{0,40}|there|\w+))?\s*[,!.]*$"
)
_WORD = re.compile(r"[\w]+|[👍👎✅❌✔✖✓✗]")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f\u200e\u200f"))


def read(text: str, name: str = "") -> Said | None:
    """What the first written line says; None for neither. `name`: the writer's own, who may sign in the same line."""
    line, _ = split(text)
    if "?" in line:
        return None
    said = words(line)
    known = YES | NO | FILLERS | set(words(name))
    if not said or len(said) > LONGEST or not known.issuperset(said):
        return None
    refuses = not NO.isdisjoint(said)
    agrees = not YES.isdisjoint(said)
    if refuses:
        return None if agrees else "no"
    return "yes" if agrees or any(pair.issubset(said) for pair in MINE) else None


def split(text: str) -> tuple[str, list[str]]:
    """The first line with words in it, and the lines after it; a greeting that stands alone is passed over."""
    lines = text.translate(_INVISIBLE).split("\n")
    spoken = [at for at, line in enumerate(lines) if _WORD.search(line)]
    if len(spoken) > 1 and _GREETING.match(lines[spoken[0]].strip()):
        spoken.pop(0)
    return (lines[spoken[0]], lines[spoken[0] + 1 :]) if spoken else ("", [])


def words(line: str) -> list[str]:
    """The words of a line, folded so that they can be looked up."""
    folded = unicodedata.normalize("NFC", line).casefold().replace("'", "").replace("’", "")
    return _WORD.findall(folded)
