"""Words and shapes that make up attributions in the languages clients write them: the tables of `attributions`."""

from __future__ import annotations

import re

# phrase of writing -> which clients use it
VERBS = (
    r"schrieb(?:en|st)?(?: (?:Sie|du))?",  # Thunderbird, Gmail, Apple Mail, KMail, Evolution, Samsung; The Bat!: "schrieben Sie"
    r"(?:Folgendes )?geschrieben",  # Yahoo: "hat … Folgendes geschrieben"; Open-Xchange: "hat am … geschrieben"
    r"schreibt|meinte|mailte|sagte|sprach",  # Gnus, slrn; hand-made lines in Mutt
    r"Zitat von|Zitiere|Nachricht von",  # Horde; Lotus iNotes
    r"wrote|writes|sent|said",  # every English client
    r"Quoting|Message from",  # Horde, Exchange
    r"a écrit|écrit",  # French
    r"schreef|geschreven",  # Dutch
    r"skrev|skreiv",  # Danish, Norwegian, Swedish
    r"napisał(?:a|\(a\))?|pisze",  # Polish
    r"escribió|escreveu|escrigué",  # Spanish, Portuguese, Catalan
    r"ha scritto|scritto|scrive",  # Italian
    r"написав?л?(?:а|\(а\))?|пишет|пише|написа|от",  # Russian, Ukrainian, Bulgarian; Mail.ru writes "дата от имя"
    r"kirjoitti|írta|napsal(?:a|\(a\))?|napísal",  # Finnish, Hungarian, Czech, Slovak
    r"şunu yazdı|yazdı|a scris",  # Turkish, Romanian
    r"đã viết|写道|寫道|のメール",  # Vietnamese, Chinese, Japanese
)

_MONTH = (
    r"(?:Jan(?:uar|uary|ner|vier|v)?|Jän(?:ner)?|Feb(?:ruar|ruary|r)?|F[ée]v(?:rier|r)?|Mär(?:z)?|Mrz|Mar(?:ch|s)?|Maerz|Apr(?:il)?"
    r"|Avr(?:il)?|Mai|May|Ma[ij]|Jun[ie]?|Juin|Jul[iy]?|Juil(?:let)?|Aug(?:ust)?|Ao[uû]t|Sep(?:t(?:ember)?)?|Okt(?:ober)?"
    r"|O[ck]t(?:ob(?:er|re))?|Nov(?:ember|embre)?|De[zc](?:ember)?|Déc(?:embre)?|stycznia|lutego|marca|kwietnia|maja|czerwca"
    r"|lipca|sierpnia|września|października|listopada|grudnia|augusti?|januari|februari|maart|tháng|sty|lut|kwi|maj|cze|lip|sie|wrz|paź|lis|gru"
    r"|Oca(?:k)?|Şub(?:at)?|Mart?|Nis(?:an)?|May(?:ıs)?|Haz(?:iran)?|Tem(?:muz)?|Ağu(?:stos)?|Eyl(?:ül)?|Eki(?:m)?|Kas(?:ım)?|Ara(?:lık)?"
    r"|янв\w*|февр?\w*|мар\w*|апр\w*|ма[йя]|июн\w*|июл\w*|авг\w*|сент?\w*|окт\w*|ноя\w*|дек\w*)"
)
_DAY = (
    r"(?:Mo(?:n(?:tag|day)?)?|Di(?:enstag)?|Tue(?:s(?:day)?)?|Mi(?:ttwoch)?|Wed(?:nesday)?|Do(?:n(?:nerstag)?)?|Thu(?:rs(?:day)?)?"
    r"|Fr(?:eitag|i(?:day)?)?|Sa(?:mstag|t(?:urday)?)?|Sonnabend|So(?:nntag)?|Sun(?:day)?)"
)
# dates with a year, as the clients write them
DATES = (
    r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}",  # Thunderbird, Apple Mail: 03.02.25, 03.02.2025, 02/03/2025
    r"\d{4}[./-]\d{1,2}[./-]\d{1,2}",  # Roundcube, old Gmail: 2025-02-03
    # Gmail, Outlook, Apple Mail: 3. Feb. 2025, 3 February 2025, 11-Apr-2011
    rf"\d{{1,2}}(?:st|nd|rd|th|e|er|º)?[. -]{{0,2}}(?:de )?{_MONTH}[.,]?[. -]{{0,2}}(?:de )?'?\d{{2,4}}",
    rf"{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? ?'?\d{{4}}",  # English Gmail, Apple Mail: Feb 3, 2025
    r"\d{4}年 ?\d{1,2}月 ?\d{1,2}日",  # Chinese and Japanese clients
)
_YEARLESS = rf"\d{{1,2}}\.? ?{_MONTH}\b\.?|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}\.\d{{1,2}}\."
_TIME = r"(?:(?<![\d.])\d{1,2}(?:[:.h]\d{2}){1,2}(?:\.\d+)?(?: ?[ap]\.?m\b\.?)?|\b\d{1,2} Uhr)(?: Uhr)?"
_ZONE = (
    r"\(?\b(?:GMT|UTC|MEZ|MESZ|CET|CEST|MET|MEST|EST|EDT|PST|PDT|BST|Z)\b ?(?:[+-]\d{1,2}:?\d{0,2})?\)?|(?<!\w)[+-]\d{2}:?\d{2}\b"
    r"|\([A-Z][\w ,/+:-]{2,40}zeit\)"
)
_ADDRESS = (
    r"<? ?\[?(?:mailto:)[^\s<>\[\]]{1,200}[>\]]?|<[^<>@\s]{1,120}@[^<>\s]{1,200}>|< ?[^<>@\s]{1,120}@[^<>\s]{1,200} ?>"
    r"|[(\[][^()\[\]@\s]{1,120}@[^()\[\]\s]{1,200}[)\]]|[\w.+=-]{1,120}@[\w.-]{2,200}"
)
_OPENING = (
    r"Am|On|Le|Il|El|Em|Op|Den|På|W dniu|Dnia|Dne|Vào|Zitat|Zitiere|Quoting|Nachricht von|Message from|Sent from"
    rf"|\d{{1,4}}[./-]\d|\d{{1,2}}\. |\d{{1,2}} {_MONTH}\b|{_DAY}\.?,? |{_MONTH}\.? \d|[\"„“<]|[\w.+=-]{{1,60}}@"
    r"|(?:[A-ZÄÖÜ][\w.’'/@-]{0,40},? ){1,5}(?:[<(\[]|schr[ie]{2}b|wrote|writes|hat am|skrev)"
)

DAY_OR_MONTH = rf"{_DAY}|{_MONTH}|[пвсч][нтрб]|вс"
VERB = re.compile(rf"(?<!\w)(?:{'|'.join(VERBS)})(?!\w)", re.IGNORECASE)
DATE = re.compile("|".join(DATES), re.IGNORECASE)
YEARLESS = re.compile(_YEARLESS, re.IGNORECASE)
TIME = re.compile(_TIME, re.IGNORECASE)
ZONE = re.compile(_ZONE)
DAY = re.compile(rf"(?<!\w){_DAY}(?!\w)\.?,?")
ADDRESS = re.compile(_ADDRESS, re.IGNORECASE)
THROUGH = re.compile(r"\((?:über|via|per) [^()<>]{1,60}\)")  # lists and forums that send in somebody's name
WORD = re.compile(r"[^\W\d_][\w'’.-]*")
OPENER = re.compile(rf"(?:[-–—]{{1,20}} ?)?(?:{_OPENING})")


def words(text: str) -> frozenset[str]:
    """A set written as one line of words."""
    return frozenset(text.split())


# small words that stand in attributions beside names
ALLOWED = words(
    "am um den dem der at on le à il el op om i kl kl. klo a hat has via uhr von von: van vom im in auftrag namens"
    " behalf of from by date de di da la zu und and pm heeft het volgende użytkownik o ha alle w dniu godz på du dr prof"
    " med jur rer nat dipl ing ein às un vào los dne v пользователь в г г. пн вт ср чт пт сб вс giorno lun mar mer gio"
    " e.v i.g tarihinde saat pzt sal çar per cum cmt paz wo do di ma za zo vr ven sab dom ore pon wt śr czw pt sob niedz"
)
# first words of sentences: no client begins an attribution with them
FIRST = words(
    "der die das ein eine wie in im laut nach dazu unser unsere mein meine ich wir hier dort heute gestern auch aber und"
    " zum zur frau herr auf aus bei mit seit the this that as according my our here"
)
# words of sentences that stand in names of parties, citizens' lists and papers, too: "Die Linke", "Wir für Kamen e. V."
IN_NAMES = words("die das der für mit uns unser unsere wir man ihr aus auf bei zum zur einer eine ein dein mein")
# words of sentences: with one of them it is the author who speaks
ABOUT = words(
    "die das uns mir ihr ihnen ihm euch ich wir man er sie es mich dich dir unser unsere mein meine dein seine ihre eine"
    " einen einer dass zur zum beim auf an aus bei mit nach gegen für über dazu schon noch auch nur bereits the me us my"
    " our his her their to that"
)
