"""The header lines a client copies above an unmarked quotation: Von, Gesendet, An, Betreff — bold, plain, in any order.

`LABELS` is the table, a row per kind. A block counts when it has a sender and enough of the rest, so that
"Von: der Einbringung bis zum Beschluss" stays prose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from mailbridge.inbound.reading.rows import Row

MAX_ROWS = 40  # long lists of recipients are wrapped
MAX_WRAPPED = 12  # rows one header may go on


class Field(Enum):
    """Which header a row copies."""

    FROM = "from"
    DATE = "date"
    TO = "to"
    CC = "cc"
    SUBJECT = "subject"
    OTHER = "other"


# kind -> labels, lower case. German (Outlook, GMX, T-Online, Notes, Apple Mail), English, then the rest of Europe
LABELS: dict[Field, str] = {
    Field.FROM: (
        "von|absender|from|de|van|fra|från|da|od|od:|от|от кого|kimden|gönderen|lähettäjä|feladó|expéditeur|mittente|"
        "remitente|发件人|差出人|від"
    ),
    Field.DATE: (
        "gesendet|gesendet am|datum|verschickt|abgeschickt|sent|date|sent on|envoyé|envoyé le|verzonden|sendt|skickat|"
        "dato|inviato|enviado|enviado el|enviada em|data|fecha|wysłano|odesláno|отправлено|дата|tarih|gönderildi|"
        "lähetetty|elküldve|时间|发送时间|送信日時|надіслано"
    ),
    Field.TO: ("an|empfänger|to|à|aan|til|till|a|para|do|komu|кому|kime|vastaanottaja|címzett|pour|destinataire|收件人|宛先"),
    Field.CC: ("cc|kopie|kopie (cc)|bcc|copie|copia|kopia|kopi|kopie an|копия|bilgi|抄送"),
    Field.SUBJECT: (
        "betreff|subject|betr|betr.|betrifft|objet|sujet|onderwerp|emne|ämne|oggetto|asunto|assunto|temat|předmět|тема|"
        "konu|aihe|tárgy|主题|件名"
    ),
    Field.OTHER: (
        "antwort an|antworten an|reply-to|reply to|priorität|wichtigkeit|importance|priority|anlagen|anlage|anhänge|"
        "attachments|organisation|organization|message-id|im auftrag von|on behalf of|signiert von|verschlüsselt|"
        "vertraulichkeit|sensitivity|kategorien|resent-from|newsgroups|list-post|mailing-list|liste|gesendet von|size|"
        "größe|user-agent|references|in-reply-to"
    ),
}
_KINDS = {label: kind for kind, labels in LABELS.items() for label in labels.split("|")}

_LABELLED = re.compile(r"[|_]?\s?([^\W\d_][\w .()-]{0,18}?)_? ?[:：]_? ?(.*)")
_ADDRESS = re.compile(r"[\w.+=-]+@[\w-]+|\[mailto:|<mailto:|@\w")
_NAME = re.compile(r"[\"'„“(]?[A-ZÄÖÜА-ЯŁŚŻÉÇ\u4e00-\u9fff]")  # "Von: 18 bis 20 Uhr" and "Von: der Einbringung …" are no senders
_RAW = re.compile(
    r"(?:Received|Return-Path|Delivered-To|Mime-Version|Content-(?:Type|Transfer-Encoding)|Message-Id|X-[A-Z]\w+[\w-]*) ?: ",
    re.IGNORECASE,
)
_SENT = re.compile(
    r"(?:Gesendet(?: am)?|Verschickt|Sent(?: on)?|Envoyé(?: le)?|Verzonden|Sendt|Skickat|Inviato|Enviad\w+(?: e[lm])?"
    r"|Wysłano|Odesláno|Отправлено)"
    r" ?: .{0,60}?\d{1,2}[:.]\d{2}"
)
_ONE_LINE = re.compile(  # clients that lose the line breaks of HTML, Outlook for Android among them
    r"\b(?:Von|From)\s?: .{2,200}?\b(?:Gesendet|Sent|Datum|Date)\s?: .{4,120}?\b(?:An|To)\s?: .{2,600}?\b(?:Betreff|Subject)\s?:"
)
_GROUPWISE = re.compile(r">>> (.{2,200}?),? (?:am |on )?\S{0,12} ?\d{1,4}[./-].{6,60}(?:>>>|:)?")


@dataclass(frozen=True, slots=True)
class Block:
    """Header lines in rows `start` to `end` (exclusive). `sure` blocks need no separator above them."""

    start: int
    end: int
    sure: bool
    sender: str


def field(bare: str) -> tuple[Field, str] | None:
    """The header a row copies and its value, None for other rows."""
    labelled = _LABELLED.fullmatch(bare)
    if labelled is None:
        return None
    kind = _KINDS.get(labelled[1].strip().lower())
    return None if kind is None else (kind, labelled[2].strip())


def starting_at(rows: list[Row], start: int) -> Block | None:
    """The block of header lines that begins at row `start`."""
    first = rows[start]
    if first.depth == 0 and first.text.startswith(">>>"):
        told = _GROUPWISE.fullmatch(first.bare)
        return Block(start, start + 1, True, told[1]) if told else None
    if _ONE_LINE.match(first.bare):
        return Block(start, start + 1, True, first.bare.split(":", 1)[1].strip()[:120])
    head = field(first.bare)
    if head is None or head[0] is Field.OTHER:
        return None
    return _collect(rows, start)


def _collect(rows: list[Row], start: int) -> Block | None:
    found: dict[Field, str] = {}
    end, wrapped, addressed, sent = start, 0, False, False
    gap = False
    depth = rows[start].depth
    for at in range(start, min(len(rows), start + MAX_ROWS)):
        row = rows[at]
        if row.depth != depth:
            break
        if row.blank:
            if at + 1 < len(rows) and rows[at + 1].depth == depth and _new_field(rows[at + 1], found):
                gap = True
                continue
            break
        told = field(row.bare)
        if told is not None and told[0] in found and told[0] is not Field.OTHER:
            if gap or next(iter(found)) is told[0]:  # what stood above is the author's, the block begins below
                return None
            break
        if told is None:
            wrapped += 1
            if wrapped > MAX_WRAPPED or not _goes_on(rows, at, found):
                break
        else:
            wrapped = 0
            sent = sent or _SENT.match(row.bare) is not None
            found[told[0]] = told[1]
            end = at + 1
        addressed = addressed or (_ADDRESS.search(row.bare) is not None and bool(set(found) & {Field.FROM, Field.TO}))
        if told is None:
            last = next(reversed(found))
            found[last] = f"{found[last]} {row.bare}".strip()
            end = at + 1
    block = _judge(found, addressed, sent, start, end)
    return None if block is not None and _raw(rows, block) else block


def _raw(rows: list[Row], block: Block) -> bool:
    """Whether the block is part of a header somebody has pasted: no client copies these fields."""
    near = rows[max(0, block.start - 3) : block.end + 3]
    return any(_RAW.match(row.bare) for row in near)


def _new_field(row: Row, found: dict[Field, str]) -> bool:
    told = field(row.bare)
    return told is not None and told[0] not in found


def _goes_on(rows: list[Row], at: int, found: dict[Field, str]) -> bool:
    """Whether the row belongs to the header above it: one more header follows before the next blank row."""
    last = next(reversed(found), None)
    if last is None or (last is Field.DATE and found[last]):
        return False
    for row in rows[at + 1 : at + 1 + MAX_WRAPPED]:
        if row.blank:
            return False
        if _new_field(row, found):
            return True
    return False


def _judge(found: dict[Field, str], addressed: bool, sent: bool, start: int, end: int) -> Block | None:
    """A block needs a sender that could be one, and an address or, as Outlook has it within a house, when it was sent.

    The head of a letter ("An: …, Von: …, Datum: 3.2.2025, Betreff: …") has neither and is text.
    """
    if Field.FROM not in found:
        return None
    told = set(found) - {Field.OTHER, Field.CC}
    if not addressed and not _NAME.match(found[Field.FROM]):
        return None
    dated = any(sign.isdigit() for sign in found.get(Field.DATE, ""))
    sender = found[Field.FROM]
    sure = (addressed and (dated or len(told) >= 3)) or (sent and len(told) >= 3)
    if not sure and not (len(told) >= 2 and (dated or addressed)):
        return None
    return Block(start, end, sure, sender[:200])
