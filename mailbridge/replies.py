"""Every answer of our SMTP and LMTP doors, as a named constant: code, enhanced status code (RFC 3463), German, then English.

A sender's mail server puts these words into the bounce that a person reads, so they say what to do next. They are ASCII, no line
is over 512 octets (RFC 5321 §4.5.3.1.5), each line repeats both codes (RFC 2034 §4), and facts cannot break out of a line.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from functools import lru_cache

from forum.places.names import fold
from mailbridge.destinations import Reason, Unknown

LONGEST_LINE = 512
"""Octets of a line with its CR LF."""

_WIDTH = 180
_LONGEST_FACT = 400
_NOT_PRINTABLE = re.compile(r"[^\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; {names} in the sentences are filled by `say`."""

    code: int
    status: str
    german: str
    english: str

    def say(self, **facts: object) -> str:
        """The whole answer for the wire, lines parted by CR LF, without the last one; raises KeyError if a fact is missing."""
        shown = {name: _ascii(str(value)) for name, value in facts.items()}
        lines = [line for sentence in (self.german, self.english) for line in _wrap(sentence.format_map(shown))]
        parted = ["-"] * (len(lines) - 1) + [" "]
        return "\r\n".join(f"{self.code}{mark}{self.status} {line}" for mark, line in zip(parted, lines, strict=True))


# --- yes -----------------------------------------------------------------------------------------------------------------------
SENDER_OK = Reply(250, "2.1.0", "Absender angenommen.", "Sender accepted.")
RECIPIENT_OK = Reply(250, "2.1.5", "Empfaenger angenommen.", "Recipient accepted.")
KEPT = Reply(250, "2.0.0", "Mail angenommen und gespeichert.", "Mail accepted and stored.")
NO_COMMENT = Reply(252, "2.1.5", "Adressen pruefe ich erst beim Senden.", "I check addresses only when mail is sent.")

# --- not now: the sender's server tries again by itself -------------------------------------------------------------------------
TEMPORARY = Reply(
    451,
    "4.3.0",
    "Voruebergehende Stoerung, bitte spaeter noch einmal.",
    "Temporary failure, please try again later.",
)
STOPPING = Reply(421, "4.3.2", "Der Dienst wird gerade neu gestartet.", "The service is being restarted.")
NO_ROOM = Reply(452, "4.3.1", "Gerade ist kein Speicherplatz frei.", "Insufficient storage at the moment.")
BEHIND = Reply(451, "4.3.2", "Zu viele Mails warten noch auf Bearbeitung.", "Too many mails are still waiting to be read.")
TOO_MANY_RCPTS = Reply(
    452,
    "4.5.3",
    "Zu viele Empfaenger in einer Mail, erlaubt sind {limit}.",
    "Too many recipients in one mail, {limit} are allowed.",
)
RATE = Reply(
    451,
    "4.7.1",
    "Zu viele Mails in kurzer Zeit, bitte spaeter noch einmal.",
    "Too many mails in a short time, please try again later.",
)
TOO_MANY_SESSIONS = Reply(421, "4.7.0", "Zu viele Verbindungen auf einmal.", "Too many connections at once.")
TOO_MANY_MAILS = Reply(421, "4.7.0", "Zu viele Mails in einer Verbindung.", "Too many mails in one connection.")
TOO_MANY_ERRORS = Reply(421, "4.7.0", "Zu viele Fehler in einer Verbindung.", "Too many errors in one connection.")
TOO_MANY_GUESSES = Reply(421, "4.7.0", "Zu viele unbekannte Empfaenger.", "Too many unknown recipients.")
TOO_SLOW = Reply(421, "4.4.2", "Zu lange gewartet, Verbindung beendet.", "Waited too long, closing the connection.")

# --- no such address ------------------------------------------------------------------------------------------------------------
UNKNOWN_BOARD = Reply(
    550,
    "5.1.1",
    "Diese Adresse gibt es hier nicht. Gemeint war vielleicht: {suggestions}",
    "There is no such address here. Perhaps you meant: {suggestions}",
)
UNKNOWN_ADDRESS = Reply(
    550,
    "5.1.1",
    "Diese Adresse gibt es hier nicht. Fragen beantwortet {help}",
    "There is no such address here. Questions are answered by {help}",
)
UNKNOWN_THREAD = Reply(
    550,
    "5.1.1",
    "Diesen Faden gibt es nicht. Fragen beantwortet {help}",
    "There is no such thread. Questions are answered by {help}",
)
UNKNOWN_GROUP = Reply(
    550,
    "5.1.1",
    "Diese Gruppe gibt es nicht. Fragen beantwortet {help}",
    "There is no such group. Questions are answered by {help}",
)
BODY_NAME = Reply(
    550,
    "5.1.1",
    "Unter dem Namen eines Gremiums gibt es noch keine Gruppe; er steht fuer keine Region. Gemeint war vielleicht: {suggestions}",
    "There is no group yet under the name of this body, and it stands for no region. Perhaps you meant: {suggestions}",
)
RESERVED_WORD = Reply(
    550,
    "5.1.1",
    "Dieses Wort ist keine Adresse. Fragen beantwortet {help}",
    "This word is no address. Questions are answered by {help}",
)
AMBIGUOUS_PLATE = Reply(
    550,
    "5.1.4",
    "Dieses Kennzeichen gehoert zu mehreren Regionen. Bitte eine davon anschreiben: {suggestions}",
    "This number plate belongs to several regions. Please write to one of them: {suggestions}",
)
DEAD_TOKEN = Reply(
    550,
    "5.1.1",
    "Diese persoenliche Adresse gilt nicht oder nicht mehr. Bitte auf eine neuere Mail antworten oder an {help} schreiben.",
    "This personal address is not valid, or not any more. Please answer a newer mail or write to {help}",
)
BAD_SYNTAX = Reply(
    553,
    "5.1.3",
    "Das ist keine Adresse, die hier gelesen werden kann.",
    "This is not an address that can be read here.",
)
NOT_OURS = Reply(
    550,
    "5.7.1",
    "Mail an fremde Adressen wird nicht weitergeleitet.",
    "Relaying denied: mail for other domains is not passed on.",
)
NULL_SENDER_ONLY_TO_BOUNCES = Reply(
    550,
    "5.7.1",
    "Unzustellbarkeitsmeldungen gehen nur an die Adresse, von der die Mail kam.",
    "Delivery reports go only to the address that the mail came from.",
)
BAD_SENDER = Reply(553, "5.1.7", "Die Absenderadresse ist nicht lesbar.", "The sender's address cannot be read.")
NO_RECIPIENT = Reply(554, "5.5.1", "Die Mail hat keinen gueltigen Empfaenger.", "The mail has no valid recipient.")

# --- not from you, or not here --------------------------------------------------------------------------------------------------
STRANGER = Reply(
    550,
    "5.7.1",
    "Hier schreiben nur angemeldete Mitglieder. So wirst du Mitglied: {link}",
    "Only registered members may write here. How to join: {link}",
)
LOCKED = Reply(
    550,
    "5.7.1",
    "Der Faden ist geschlossen, die Antwort kommt nicht mehr an. Zum Nachlesen: {link}",
    "The thread is locked, the answer is not added any more. To read it: {link}",
)
NOT_ALLOWED = Reply(
    550,
    "5.7.1",
    "Dieser Beitrag ist hier nicht erlaubt. Mehr dazu: {link}",
    "This post is not allowed here. More about it: {link}",
)
OWN_LOOP = Reply(
    554,
    "5.4.6",
    "Diese Mail kam schon von hier und laeuft im Kreis.",
    "This mail came from here before: it is in a loop.",
)
EXPANSION_OFF = Reply(502, "5.5.1", "Diesen Befehl gibt es hier nicht.", "This command is not offered here.")

# --- not in this form -----------------------------------------------------------------------------------------------------------
TOO_LARGE = Reply(552, "5.3.4", "Die Mail ist zu gross, erlaubt sind {limit}.", "The mail is too large, {limit} are allowed.")
HEADER_TOO_LARGE = Reply(552, "5.3.4", "Der Kopf der Mail ist zu gross.", "The header of the mail is too large.")
TOO_MANY_HOPS = Reply(
    554,
    "5.4.6",
    "Die Mail ist ueber zu viele Server gelaufen.",
    "The mail has passed through too many servers.",
)
ENDLESS_LINE = Reply(421, "4.6.0", "Eine Zeile hat kein Ende, Verbindung beendet.", "A line has no end, closing the connection.")
BAD_LINE_ENDS = Reply(
    554,
    "5.6.0",
    "Die Mail hat falsche Zeilenenden oder NUL-Zeichen.",
    "The mail has bare line ends or NUL characters.",
)
EMPTY_MAIL = Reply(550, "5.6.0", "Die Mail ist leer.", "The mail is empty.")
BROKEN_MAIL = Reply(
    550,
    "5.6.0",
    "Die Mail ist so beschaedigt, dass sie nicht lesbar ist.",
    "The mail is too damaged to be read.",
)

_FOR_REASON: dict[Reason, Reply] = {
    Reason.TYPO: UNKNOWN_BOARD,
    Reason.BODY: BODY_NAME,
    Reason.RESERVED: RESERVED_WORD,
    Reason.AMBIGUOUS: AMBIGUOUS_PLATE,
    Reason.GROUP: UNKNOWN_GROUP,
    Reason.TOKEN: DEAD_TOKEN,
    Reason.FOREIGN: NOT_OURS,
    Reason.SYNTAX: BAD_SYNTAX,
}


def unknown(found: Unknown, help_address: str) -> str:
    """The answer to RCPT for an address that is none of ours: why, and what was perhaps meant, else where to ask."""
    reply = _FOR_REASON[found.reason]
    if found.suggestions and reply is BAD_SYNTAX:
        reply = UNKNOWN_BOARD
    elif not found.suggestions and reply is UNKNOWN_BOARD:
        reply = UNKNOWN_ADDRESS
    return reply.say(suggestions=", ".join(found.suggestions) or help_address, help=help_address)


@lru_cache(maxsize=256)
def _wrap(sentence: str) -> tuple[str, ...]:
    return tuple(textwrap.wrap(sentence, _WIDTH, break_long_words=False, break_on_hyphens=False)) or ("",)


def _ascii(fact: str) -> str:
    """The fact as one line of printable ASCII, so that nothing a sender wrote can begin a line of ours."""
    return _NOT_PRINTABLE.sub("?", fold(fact) if not fact.isascii() else fact)[:_LONGEST_FACT]
