"""Lines that part an answer from the mail below it: "-----Ursprüngliche Nachricht-----", "Begin forwarded message:".

Two tables, one for answers and one for forwards; each form says which client writes it.
"""

from __future__ import annotations

import re
from enum import Enum


class Kind(Enum):
    """What a separator announces."""

    REPLY = "reply"
    FORWARD = "forward"
    END = "end"


# people write these too: they count with header lines or an attribution below
VAGUE = frozenset(
    {"nachricht", "zitat", "zitierte nachricht", "nachrichtenverlauf", "original", "reply", "weiterleitung", "originaltext"}
)
# words between the dashes, lower case -> client
REPLIES = (
    "ursprüngliche nachricht",  # Outlook, Samsung, Open-Xchange, GMX
    "ursprüngliche e-mail", "ursprüngliche mail",  # freenet, Tobit David
    "ursprüngliche mitteilung",  # AOL
    "urspruengliche nachricht",  # Outlook over a gateway that knows no umlauts
    "original-nachricht", "original nachricht", "originalnachricht",  # T-Online, Proton, GMX, eM Client
    "originalmeldung",  # Windows Live Mail
    "originaltext", "original-mail", "originalmail",  # WEB.DE, Arcor
    "orginalnachricht", "orginal nachricht", "orginal-nachricht",  # Arcor, misspelt by the client
    "antwort nachricht", "antwortnachricht",  # AT&T phones
    "nachrichtenverlauf", "nachricht", "zitierte nachricht", "zitat",  # Novell, Mailbird
    "original message", "original mail", "original email", "original e-mail",  # Outlook, AOL, Yahoo, Zimbra, Comcast
    "reply message", "reply", "original", "replied message", "original appointment",  # phones; NetEase; Outlook invitations
    "ursprünglicher termin",  # Outlook, answer to an invitation
    "message d'origine", "message original", "message initial", "courriel original",  # French
    "oorspronkelijk bericht", "oorspronkelijke bericht",  # Dutch
    "oprindelig meddelelse", "opprinnelig melding", "ursprungligt meddelande", "alkuperäinen viesti",  # Nordic
    "messaggio originale", "mensaje original", "mensagem original", "wiadomość oryginalna", "původní zpráva",  # South, East
    "исходное сообщение", "оригинальное сообщение", "özgün ileti", "orijinal mesaj", "eredeti üzenet",  # East
)  # fmt: skip
FORWARDS = (
    "weitergeleitete nachricht", "weitergeleitete mail", "weitergeleitete e-mail",  # Thunderbird, Gmail, GMX, WEB.DE, Evolution
    "weitergeleitete message", "weitergeleitete originalnachricht",  # KMail, eM Client
    "anfang der weitergeleiteten nachricht", "anfang der weitergeleiteten e-mail",  # Apple Mail, iPhone
    "beginn der weitergeleiteten nachricht", "beginn weitergeleitete nachricht",  # Apple Mail, Spark
    "weitergeleitet von", "weiterleitung",  # Notes, Tobit David
    "forwarded message", "forwarded mail", "forwarded email", "forwarded by",  # Gmail, Thunderbird, Proton, Notes
    "begin forwarded message", "start of forwarded message", "fwd message",  # Apple Mail
    "begin forwarded text", "begin included message", "begin forward",  # Eudora, Mutt
    "message transféré", "début du message transféré", "début du message réexpédié",  # French
    "doorgestuurd bericht", "begin doorgestuurd bericht",  # Dutch
    "videresendt besked", "videresendt melding", "vidarebefordrat meddelande",  # Nordic
    "messaggio inoltrato", "inizio messaggio inoltrato", "mensaje reenviado", "mensagem encaminhada",  # South
    "wiadomość przekazana", "přeposlaná zpráva", "пересылаемое сообщение", "iletilen mesaj",  # East
)  # fmt: skip
ENDS = (
    "ende der weitergeleiteten nachricht", "ende weitergeleitete nachricht", "ende der weitergeleiteten mail",  # KMail, Sylpheed
    "ende der ursprünglichen nachricht", "ende der nachricht", "ende des zitats",  # freenet, hand-made
    "end forwarded text", "end included message",  # Eudora
    "end of forwarded message", "end forwarded message", "end of original message", "end of message",  # Sylpheed, Mutt
)  # fmt: skip

DASHES = "-_–—‐‑=~#."
_DASH = r"[-_–—‐‑=~#.]"
_FRAMED = re.compile(rf"{_DASH}[-_–—‐‑=~#. ]{{1,79}}\b(.{{3,90}}?)[: ]{{0,3}}[-_–—‐‑=~#. ]{{0,80}}")
_PLAIN = re.compile(r"(.{6,60}?) ?:")
_RULE = re.compile(r"[_–—‐=-]{10,200}|[*_–—‐= -]{20,200}")
_TAIL = re.compile(
    r"^(?:weitergeleitet von|forwarded by|(?:weitergeleitete (?:nachricht|mail)|forwarded message) (?:von|from))\b.{3,80}"
)
# Samsung, LG: "---- Petra Muster wrote ----"; Notes: "-----Petra Muster schrieb: -----"
_ANDROID = re.compile(r"-{3,5} ?.{2,80} (?:wrote|schrieb|a écrit|schreef) ?:? ?-{3,5}", re.IGNORECASE)

_RUN_TOGETHER = re.compile(
    r"-{4,20} ?(?:Ursprüngliche Nachricht|Original message|Originalnachricht) ?-{4,20} ?(?:Von|From) ?: ", re.IGNORECASE
)
_TABLE = {words: kind for kind, table in ((Kind.REPLY, REPLIES), (Kind.FORWARD, FORWARDS), (Kind.END, ENDS)) for words in table}
# without dashes only these, and only with a colon (Apple Mail, Spark)
_UNFRAMED = frozenset(words for words, kind in _TABLE.items() if kind is Kind.FORWARD and " " in words) | {
    "ursprüngliche nachricht", "original message", "original-nachricht",
}  # fmt: skip


def read(bare: str) -> Kind | None:
    """What the row announces, None if it is no separator."""
    if _RUN_TOGETHER.match(bare):
        return Kind.REPLY
    if len(bare) > 200 or len(bare) < 8:
        return None
    framed = _FRAMED.fullmatch(bare)
    if framed:
        words = framed[1].strip(" -_:").lower()
        kind = _TABLE.get(words)
        if kind is not None:
            return kind
        if _TAIL.match(words):
            return Kind.FORWARD
        if _ANDROID.fullmatch(bare):
            return Kind.REPLY
        return None
    plain = _PLAIN.fullmatch(bare)
    if plain and plain[1].lower() in _UNFRAMED:
        return _TABLE[plain[1].lower()]
    return None


def is_vague(bare: str) -> bool:
    """Whether the row is a separator that an author could have written."""
    framed = _FRAMED.fullmatch(bare)
    return framed is not None and framed[1].strip(" -_:").lower() in VAGUE


def is_rule(bare: str) -> bool:
    """Whether the row is a drawn line: Outlook on the web puts one above the header lines, Yahoo and phones too."""
    return len(bare) <= 200 and _RULE.fullmatch(bare) is not None
