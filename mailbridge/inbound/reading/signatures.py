"""Signatures: what stands under `-- `, and the lines a phone or a mail service adds by itself.

`TAGLINES` is the table. A closing with the name ("Viele Grüße, Jens") is text: people type it.
"""

from __future__ import annotations

import re

from mailbridge.inbound.reading.body import Body
from mailbridge.inbound.reading.rows import Row

MAX_ROWS = 40  # a signature is never longer, more under a `-- ` is text
MAX_BARE_ROWS = 12  # under a `--` whose space was lost
_DELIMITER = re.compile(r"--|—|-- --|––")
_POSTSCRIPT = re.compile(
    r"(?:PS|P\.\s?S\.|PPS|P\.P\.S\.|NB|N\.\s?B\.|Nachtrag|Nachsatz|P\.S)\s?[:.!)–-]{0,2}(?:\s.*)?", re.IGNORECASE
)

_PRODUCT = (
    r"(?:Outlook|Mail\b|E-?Mail|iPhone|iPad|iOS|Mac|Android|Galaxy|Samsung|Huawei|Xiaomi|Redmi|Honor|OnePlus|Nokia|Sony|Xperia|HTC|LG"
    r"|Pixel|Fairphone|BlackBerry|Windows|Yahoo|Spark|Proton|Tuta|Posteo|GMX|WEB\.DE|freenet|T-Online|Telekom|Vodafone|1&1|AOL|Gmail"
    r"|Handy|Smartphone|Mobiltelefon|Mobilgerät|Mailbird|Vivaldi|Betterbird|Nextcloud"
    r"|Tablet|Gerät|App\b|BlueMail|FairEmail|K-9|Thunderbird|eM Client|Airmail|Newton"
    r"|Edison|Canary|Nine|Aqua|device|phone|unterwegs|mobil|iCloud)"
)
_DONE = r"(?:gesendet|geschickt|verschickt|versendet|geschrieben|erstellt|verfasst)"
# whole row -> client that adds it
TAGLINES = (
    rf"[Vv]o[nm] mein(?:em|er)(?:/meine[mr])? .{{0,40}}{_PRODUCT}.{{0,40}} (?:aus )?{_DONE}",  # iPhone, iPad, Samsung
    rf"(?:Von|Per|Via) {_PRODUCT}.{{0,50}} {_DONE}",  # Yahoo Mail, hand-set phone lines
    rf"(?:Gesendet|Versendet) (?:von|mit|über|per|aus|vom|via) .{{0,60}}{_PRODUCT}.{{0,60}}",  # Outlook, Telekom app
    r"Gesendet von mein.{2,60}",  # iPhone with a name of its own
    r"(?:Mobil|Mobile|Unterwegs|Kurz und mobil) (?:gesendet|geschrieben|verschickt)",  # hand-set phone lines
    rf"Diese (?:Nachricht|E-?Mail|Mail) wurde (?:von|mit|mobil|per) .{{0,90}}{_PRODUCT}.{{0,60}} {_DONE}",  # K-9, GMX, WEB.DE
    r"(?:Hol(?:en Sie (?:sich)?|e? dir|t euch)|Laden Sie) Outlook für .{2,80}",  # Outlook for Android
    r"Outlook für (?:iOS|Android).{0,60}",  # Outlook for iOS
    rf"Sent (?:from|with|via|using|by) .{{0,60}}{_PRODUCT}.{{0,60}}",  # iPhone, Proton, Spark, BlueMail
    r"Sent from my .{2,60}|Sent with Sparrow.{0,60}",  # phones, Sparrow
    r"Get (?:Outlook|BlueMail|TypeApp|Spark|Newton|Canary) for .{2,80}",  # Outlook for iOS and Android, BlueMail
    rf"(?:Envoyé|Verzonden|Verstuurd|Inviato|Enviado|Sendt|Skickat|Wysłane) .{{2,60}}{_PRODUCT}.{{0,40}}",  # our neighbours
    r"(?:Virenfrei|Virus-free)(?:\W{0,3}|\W{0,3}<?(?:https?:|www\.|\[?Avast|\[?AVG).{0,120})",  # Avast, AVG
    r"<?https?://aka\.ms/\S{3,60}>?",  # Outlook's link on a row of its own
    r"Yahoo Mail: .{5,60}",  # Yahoo for Android and iOS, its advertisement
    r"(?:Sicher|Verschlüsselt) (?:gesendet|verschickt) mit (?:Tuta|Proton|Posteo|mailbox).{0,40}"
    r"|Sichere E-?Mails? (?:von|mit) .{3,60}",  # Tuta
    rf"Mit {_PRODUCT}.{{0,30}} {_DONE}",  # FairEmail
    r"\S{0,6}iPhone.{0,8}(?:gönderildi|wysłane|skickat)",  # iPhones of our neighbours
    r"(?:Freundliche|Viele|Beste) Grüße aus der (?:GMX|WEB\.DE) (?:Mail )?App",  # GMX, WEB.DE app
)
_TAGLINE = re.compile(rf"\W{{0,3}}(?:{'|'.join(TAGLINES)})\W{{0,3}}")
_SENTENCE = re.compile(r"[.!?:;] \w+ \w+|\b(?:dass|habe|haben|hat|bitte|please|yesterday|gestern|heute|und ich)\b")
# "Gesendet von meiner Fraktion an den Kreis": a letter has somebody it goes to, a phone's line has not
_SENT_TO = re.compile(
    r"\b(?:an (?:den|die|das|alle|unsere?n?|euch|Sie|[A-ZÄÖÜ]\w+ und)"
    r"|to (?:the|all|our|you|every\w+)|[ai]m \d{1,2}\.|on [A-Z]\w+day)\b"
)
# speaks to the reader: no client and no letterhead does, a motto seldom
_ASKS = re.compile(
    r".{6,160}\w ?\?+|Bitte (?!(?:denken|prüfen|beachten|schonen|drucken|überlegen) Sie\b).{3,100}[.!]|.{3,120}\bbitte\b.{1,80}!"
    r"|(?:.{0,100} )?[Ii]ch (?:bin|habe?|komme?|werde?|melde|kann|war|will|schicke|bitte)\b.{3,120}[.!]",
)


def is_delimiter(row: Row) -> bool:
    """Whether the row parts text from signature (RFC 3676 §4.3), its trailing space kept or lost."""
    return row.depth == 0 and len(row.text) < 12 and _DELIMITER.fullmatch(row.bare) is not None


_SENTENCE_ROW = re.compile(r"(?:\S+ ){6,60}\S+[.!?]")


# five words and an end; digits and addresses interrupt, so lines with a telephone or an office are none
_PROSE = re.compile(r"(?:[^\W\d_][\w’'-]{0,40}[“\")]?[,;:]? (?:[–-] )?[„\"(]?){4,60}\w{1,40}[“\")]?[.!?](?:\s|$)")


def is_prose(paragraph: str) -> bool:
    """Whether a paragraph below a delimiter says something rather than who its author is."""
    return len(paragraph) > 20 and _PROSE.search(paragraph[:4_000]) is not None and not is_tagline(paragraph)


_LISTED = re.compile(r"(?:[-–•*+] |\d{1,2}[.)] |TOP |§ ?\d)")


def is_list(rows: list[Row]) -> bool:
    """Whether the rows are points of a list."""
    return sum(_LISTED.match(row.bare) is not None and row.bare[-1:] not in "-–•*+" for row in rows) > 1


_CONTACT = re.compile(r"@|www\.|https?:|\bTel\b|\bTelefon|\bMobil|\bFax|\+\d{2} ?\d|\b0\d{2,}|\b\d{5} [A-ZÄÖÜ]", re.IGNORECASE)


def has_contact(text: str) -> bool:
    """Whether a signature's telephone, address or link is in `text`."""
    return _CONTACT.search(text) is not None


def is_exact(row: Row) -> bool:
    """Whether a delimiter is the one of the standard, its space kept."""
    return row.text.endswith("-- ")


def end(body: Body, delimiter: int, asking: frozenset[int]) -> int | None:
    """Where the signature after `delimiter` ends (exclusive); None if what follows is rather text. Rows `asking` end it."""
    exact = is_exact(body.rows[delimiter])
    last, filled = delimiter + 1, 0
    at = body.next_filled(last)
    while at is not None and body.typed(at) and not _POSTSCRIPT.fullmatch(body.rows[at].bare) and at not in asking:
        row = body.rows[at]
        filled += 1
        if filled > (MAX_ROWS if exact else MAX_BARE_ROWS) or (not exact and (is_delimiter(row) or talks(row.bare))):
            return None
        last = at + 1
        at = body.next_filled(last)
    return last if filled or exact or at is None else None


def talks(bare: str) -> bool:
    """Whether a row below a closing or a `--` is a sentence rather than a line of a signature."""
    return (len(bare) > 120 or _SENTENCE_ROW.fullmatch(bare) is not None) and not is_tagline(bare)


def is_tagline(bare: str) -> bool:
    """Whether the row is one a client adds by itself."""
    if not 6 < len(bare) < 160 or _TAGLINE.fullmatch(bare) is None:
        return False
    return _SENTENCE.search(bare[8:]) is None and _SENT_TO.search(bare) is None


def asks(bare: str) -> bool:
    """Whether a row below a delimiter speaks to the reader: a question, a request, news of the author's own."""
    return _ASKS.fullmatch(bare) is not None and not has_contact(bare) and not is_tagline(bare)
