"""The line above a quotation: "Am 3. Februar 2025 um 12:00 schrieb Petra Muster <…>:".

Not one pattern a client but features: date, time, address, a verb of writing, names, and nothing else. So the many
spellings and wrapped lines need no list, and prose ("Am 12. Mai schrieb die Bezirksregierung:") is told from it by
its other words. The words are in `phrases`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from mailbridge.inbound.reading import phrases
from mailbridge.inbound.reading.rows import Row

MAX_ROWS = 5  # a wrapped attribution is never longer
MAX_LENGTH = 500


class Strength(IntEnum):
    """How far an attribution can be relied on."""

    NONE = 0
    PROSE = 1  # reads like a sentence of the author
    WEAK = 2  # "Petra Muster schrieb:"; enough only above a marked quotation
    SURE = 3


_ENDS = re.compile(r"[:：]\s*[-–_=]*$|[-–_=]{2,}$|\.\.\.$|…$")
_DATED_COLON = re.compile(rf"(?:(?:{phrases.DAY_OR_MONTH})\.?,? )?\d.{{8,400}}[:：]", re.IGNORECASE)
_BROKEN = re.compile(r"[^<>]{0,300}>")
_RULE = re.compile(r"^[-–—_=~\s]{2,}|[-–—_=~\s]{2,}$")


@dataclass(frozen=True, slots=True)
class Features:
    """What a candidate contains; what is left after taking it away are `words`."""

    date: bool
    yearless: bool
    time: bool
    address: bool
    verb: bool
    words: tuple[str, ...]
    first: str

    @property
    def plain(self) -> tuple[str, ...]:
        """The other words without what makes a name of a party or a citizens' list read like a sentence.

        "Am 02.11.26 um 09:12 schrieb Die Linke <…>:", "… Mit uns für Kamen <…>:". Where all of a client's line is there and the
        first of the words is capital, so are these; "schrieb uns die Bezirksregierung" begins small.
        """
        if not (self.date and self.verb and (self.time or self.address)) or not self.words or self.words[0][0].islower():
            return self.words
        return tuple(word for at, word in enumerate(self.words) if word.lower() not in phrases.IN_NAMES or not self._named(at))

    def _named(self, at: int) -> bool:
        """Whether a word that sentences have, too, is part of a name: a capital, before one, or the "uns" of "für uns"."""
        if self.words[at][0].isupper() or (at and self.words[at - 1].lower() in ("für", "mit")):
            return True
        following = self.words[at + 1] if at + 1 < len(self.words) else "."
        return following[0].isupper() or following.lower() in phrases.IN_NAMES

    @property
    def small(self) -> int:
        """How many of the other words begin with a small letter: names seldom do."""
        return sum(word[0].islower() for word in self.plain)

    @property
    def prose(self) -> bool:
        """Whether the other words read like a sentence rather than a name."""
        if len(self.words) > 9 or self.small > 2 or any(word.lower() in phrases.ABOUT for word in self.plain):
            return True
        if self.first in phrases.FIRST and not self.address:
            return True
        return self.small > 0 and not (self.date and self.time and self.verb) and not self.address


def features(text: str) -> Features:
    """What an attribution would consist of, found in `text`."""
    text = _RULE.sub("", text)
    first = text.split(" ", 1)[0].lower()
    rest, addresses = phrases.ADDRESS.subn(" ", phrases.THROUGH.sub(" ", text))
    rest, dates = phrases.DATE.subn(" ", rest)
    yearless = 0
    if not dates:
        rest, yearless = phrases.YEARLESS.subn(" ", rest)
    rest, times = phrases.TIME.subn(" ", rest)
    rest = phrases.ZONE.sub(" ", rest)
    rest, verbs = phrases.VERB.subn(" ", rest)
    rest = phrases.DAY.sub(" ", rest)
    words = tuple(word for word in phrases.WORD.findall(rest) if word.lower().rstrip(".") not in phrases.ALLOWED)
    return Features(bool(dates), bool(yearless), bool(times), bool(addresses), bool(verbs), words, first)


def strength(text: str) -> Strength:
    """How much `text`, rows joined by spaces, is an attribution."""
    if len(text) > MAX_LENGTH:
        return Strength.NONE
    found = features(text)
    ends = _ENDS.search(text) is not None
    if found.prose:
        return Strength.PROSE if found.verb and ends else Strength.NONE
    if found.verb and (found.date or found.yearless) and (found.time or found.address or found.date) and ends:
        exact = found.date and (found.address or (found.time and not found.small))
        return Strength.SURE if exact else Strength.WEAK
    if found.verb and found.address and ends:
        return Strength.SURE
    if found.date and found.address and (ends or found.time):  # Gmail until 2014 and Tuta write no verb
        named = len(found.words) < 6 and not found.small and text[-2:] in ("]:", "):")  # Mutt, Gnus
        return Strength.SURE if found.time and (named or _DATED_COLON.fullmatch(text)) else Strength.WEAK
    if found.date and found.address and text[:1].isdigit():
        return Strength.WEAK
    if found.verb and (ends or found.date or found.yearless):
        return Strength.WEAK
    if ends and found.date and (found.time or (0 < len(found.words) < 5 and not found.small)):
        return Strength.WEAK
    return Strength.NONE


@dataclass(frozen=True, slots=True)
class Attribution:
    """Rows `start` to `end` (exclusive) are one attribution."""

    start: int
    end: int
    strength: Strength


def _name_above(rows: list[Row], start: int, joined: str) -> int:
    """First row of an attribution whose wrapped name may stand alone above its address."""
    if not rows[start].bare.startswith("<") or start == 0 or rows[start - 1].blank or rows[start - 1].depth != rows[start].depth:
        return start
    above = rows[start - 1].bare
    return start - 1 if len(above) < 80 and strength(f"{above} {joined}") is Strength.SURE else start


def may_end(row: Row, *, above_quote: bool) -> bool:
    """A cheap look whether `row` may end an attribution; above a marked quotation it need not end in a colon."""
    if _ENDS.search(row.bare[-40:]):
        return True
    return above_quote and (phrases.VERB.search(row.bare) is not None or phrases.ADDRESS.search(row.bare) is not None)


def ending_at(rows: list[Row], last: int) -> Attribution | None:
    """The attribution whose last row is `last`."""
    row = rows[last]
    best: Attribution | None = None
    joined = ""
    for start in range(last, max(-1, last - MAX_ROWS), -1):
        if rows[start].blank or rows[start].depth != row.depth:
            break
        joined = f"{rows[start].bare} {joined}".strip()
        if len(joined) > MAX_LENGTH:
            break
        found = strength(joined)
        if _BROKEN.match(joined):  # begins inside an address that the client has wrapped
            continue
        opened = phrases.OPENER.match(rows[start].bare) is not None
        if not opened and features(joined).small:  # the author's words, perhaps with an attribution behind them
            found = min(found, Strength.PROSE)
        if found is Strength.SURE and opened and features(joined).date:
            return Attribution(_name_above(rows, start, joined), last + 1, found)
        if found > (best.strength if best else Strength.NONE) and (opened or start == last):
            best = Attribution(start, last + 1, found)  # its date may stand in a row above
    return best


_AFTER_VERB = re.compile(rf"{phrases.VERB.pattern}\s*([^:]{{2,200}}?)\s*[:：]?\s*$", re.IGNORECASE)


def sender(text: str) -> str:
    """Whom an attribution names, with the address if it has one; "" if that cannot be told."""
    told = features(text[:MAX_LENGTH])
    if not told.verb or not (told.date or told.address or told.words):
        return ""
    after = _AFTER_VERB.search(text[:MAX_LENGTH])
    named = after[1] if after else text
    named = phrases.TIME.sub(" ", phrases.DATE.sub(" ", phrases.VERB.sub(" ", named)))
    named = re.sub(r"^(?:(?:Am|On|um|at|Uhr|hat|Folgendes)\b[\s,.]*)+|[\s,:]+$", "", " ".join(named.split()))
    return re.sub(rf"^(?:{phrases.DAY.pattern}[\s,]+)+", "", named)[:200].strip(" ,:\u00a0")
