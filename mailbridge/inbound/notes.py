"""Notes that a program sends in a person's name, known by their body alone: absence, and "we have received your mail".

Read by `rules` where neither header nor subject tells. A post may mention an absence; a note says nothing else. So the text
is taken apart into clauses, each is looked up in the table, and it is a note if one says the matter (absent, closed, received),
another one has what belongs to it (a deputy, when the mail will be read, thanks for it …), and next to nothing is left over.
"""

from __future__ import annotations

import re
from collections import Counter

LONGEST = 1_500  # characters; people who set up a note seldom write more
LEFT_OVER = 0.2  # share of the letters that may be about something else: an office's opening hours, a farewell
UNDER_ITS_SUBJECT = 0.3  # the same share where the subject speaks of absence, too

_AWAY = (
    r"nicht (?:mehr )?(?:im|in (?:meinem|unserem|der|den)|am) (?:büro|haus|hause|dienst|rathaus|amt|arbeitsplatz|platz"
    r"|geschäftsstelle|räumen)"
    r"|abwesend|(?:im|in den|in meinem|in) (?:\w+ )?\w*(?:urlaub|ferien)|offline|au(?:ß|ss)er (?:haus"
    r"|dienst)|verreist"
    r"|nicht (?:\w+ ){0,2}(?:erreichbar|anwesend|verfügbar|besetzt|zu erreichen)|auf (?:dienst|geschäfts)?reisen?|auf fortbildung"
    r"|(?:in|im) (?:elternzeit|mutterschutz|ruhestand|krankenstand)|erkrankt|krank(?:geschrieben)?"
    r"|außerhalb des büros|in (?:\w+ )?(?:kur|reha|altersteilzeit)|nicht da|in der freistellung"
)
_MAIL = r"(?:e-?mails?|mails?|nachricht(?:en)?|anfragen?|mitteilung(?:en)?|anliegen|schreiben|zuschrift|message|inquiry|request)"
_CONTACT = (
    r"(?:wenden|richten|kontaktieren|melden|schreiben|rufen|wendet|meldet|kontaktiert|wende|erreichen|nutzen|verwenden"
    r"|benutzen|senden)"
)

# kind -> (clause, where it comes from). "away", "closed", "received", "return" are the matter.
CLAUSES: tuple[tuple[str, str, str], ...] = (
    ("away", rf"\b(?:bin|bist|sind|ist|befinde|bleibt|werde|habe|sein|war)\b.{{0,120}}\b(?:{_AWAY})(?!\w)", "German notes"),
    ("away", rf"^(?:leider )?(?:derzeit|zur ?zeit|momentan|aktuell|vom? DATUM|bis"
     rf"|ab)?\b.{{0,40}}(?:{_AWAY})(?!\w).{{0,60}}$", "short ones"),
    ("away", r"\bhabe\b.{0,60}\burlaub|\b(?:mache|genieße)\b.{0,30}\burlaub|komme erst\b.{0,40}zurück", "German, homely"),
    ("away", r"(?:erreichen|erreicht) (?:sie |ihr )?mich\b.{0,40}\bnicht|nicht mehr (?:für|bei|im|in|als)\b.{0,60}(?:tätig"
     r"|beschäftigt|dienst)",
     "who has left"),
    ("away", r"(?:diese|meine) (?:e-?mail-?|mail-?)?adresse\b.{0,40}(?:nicht mehr|geändert|ungültig)", "who has moved"),
    ("away", r"\bhabe\b.{0,60}\b(?:verlassen|gewechselt)$|\bbin\b.{0,60}\bausgeschieden", "who has left"),
    ("away", r"\b(?:unser|mein)\w*\b.{0,30}(?:büro|geschäftsstelle|team|praxis|dienststelle"
     r"|sekretariat)\b.{0,60}\b(?:geschlossen|nicht (?:\w+ )?besetzt)", "offices"),
    ("closed", r"\bbetriebs(?:ferien|urlaub|ruhe)\b", "offices, over the holidays"),
    ("received", r"\bwurde\b.{0,40}(?:nummer|nr)\b.{0,30}(?:erfasst|registriert|angelegt)"
     r"|your .{0,20} is important", "web forms"),
    ("closed", r"\bgeschlossen\b|\bnicht (?:\w+ )?besetzt\b|\bclosed\b", "offices, over the holidays"),
    ("away", r"\b(?:i|we|office|am|is|are|i'm|be)\b.{0,60}\b(?:out of (?:the |my )?office|out of town|away from"
     r"|on (?:\w+ )?(?:vacation|holidays?|leave)"
     r"|not in the office|away (?:until|from|till|on)|unavailable|travell?ing|no longer (?:with|work|employ))", "English notes"),
    ("away", r"^(?:currently |presently )?(?:out of (?:the )?office|on (?:annual |parental )?(?:leave|vacation"
     r"|holiday))\b", "short English ones"),
    ("received", rf"\b(?:ihre?n?|deine?n?|eure?|die) {_MAIL}\b.{{0,80}}(?:ist|wurde|sind) .{{0,60}}(?:eingegangen|registriert"
     rf"|aufgenommen|entgegen)",
     "offices, ticket systems"),
    ("received", rf"\bwir haben (?:ihre?n?|deine?) {_MAIL}\b.{{0,60}}(?:erhalten|aufgenommen|registriert)"
     rf"|\bhaben wir .{{0,30}}erhalten", "offices"),
    ("received", r"(?:we have |we've )received your|your (?:\w+ )?(?:message|e-?mail|request|inquiry) (?:has been"
     r"|was) (?:received|registered)", "English"),
    ("received", r"\beine? ticket(?:-?nummer)?\b.{0,60}(?:erstellt|zugeteilt|vergeben)|ticket (?:has been|was) (?:created"
     r"|opened)", "ticket systems"),
    ("automatic", r"(?:nummer|betreff).{0,60}(?:im betreff|stehen|unverändert|angeben|beibehalten)"
     r"|keep .{0,40}subject", "ticket systems"),
    ("automatic", r"automati(?:sch|cally|c|sierte)\b.{0,80}|auto-?reply|autoresponder|abwesenheits(?:notiz|nachricht"
     r"|assistent)", "all"),
    ("thanks", rf"(?:dank|thank)\w*.{{0,40}}\b(?:{_MAIL}|kontaktaufnahme|interesse|writing|contacting)", "all"),
    ("return", r"\b(?:bin|sind|stehe|stehen|komme|kehre|ist|werde|werden)\b.{0,80}\b(?:wieder|zurück)\b|\brückkehr\b"
     r"|\bwieder (?:da|erreichbar|im (?:büro|haus|dienst))",
     "all"),
    ("return", r"\b(?:back|return(?:ing)?)\b.{0,60}(?:DATUM|office|on|in)\b|upon my return|when i (?:return"
     r"|get back)", "English"),
    ("unread", rf"{_MAIL}.{{0,60}}\b(?:nicht|weder|erst|danach|dann|nach|ab|schnellst|baldm|umgehend|werktag|stunden"
     rf"|zeitnah)\w*.{{0,80}}"
     r"(?:weitergeleitet|gelesen|bearbeite\w*|beantworte\w*|abgerufen|weiterleitung|lesen|prüfen"
     r"|weiterbearbeitet)", "GroupWise, Outlook"),
    ("unread", r"\bwir (?:werden|kümmern|melden|bearbeiten|prüfen|antworten)\b.{0,80}(?:bearbeit\w*|melden|antworten|prüfen"
     r"|möglich|umgehend|zeitnah)",
     "offices"),
    ("unread", rf"{_MAIL}.{{0,30}}\b(?:beantwort|bearbeit|les)\w*\b|\b(?:danach|dann) melde ich mich\b"
     rf"|melde ich mich danach", "all"),
    ("unread", r"(?:keinen|nur (?:\w+ )?|nicht|unregelmäßig|eingeschränkten?) .{0,40}(?:zugriff|zugang|abrufen|lesen|mails)\b"
     r"|(?:limited|no) access to", "all"),
    ("unread", r"melde(?:n)? (?:mich|uns) .{0,40}(?:rückkehr|sobald|schnellst|umgehend|baldm|zeitnah|danach)|(?:sobald"
     r"|so schnell) .{0,40}(?:antwort|möglich|bearbeit)",
     "all"),
    ("unread", r"(?:respond|reply|answer|get back) .{0,60}(?:return|soon|possible|within)|will (?:not )?be (?:read|answered"
     r"|forwarded)"
     r"|not be forwarded", "English"),
    ("deputy", rf"(?:dringend|eilig|unaufschieb|notfall|notfällen|zwischenzeit|dieser zeit|abwesenheit|rückfragen"
     rf"|wichtig)\w*.{{0,120}}"
     rf"(?:{_CONTACT}|bitte|hilft|helfen|steht|stehen|an|unter|telefon)\b", "all"),
    ("deputy", rf"\bbitte {_CONTACT}\b|{_CONTACT} (?:sie |ihr )?(?:sich|euch|mich|uns|dich)?\b.{{0,60}}\b(?:an|unter|über"
     rf"|bei)\b|\b(?:please )?contact\b|\bplease (?:call|write|e-?mail)",
     "all"),
    ("deputy", r"(?:neue|künftige) (?:e-?mail-?|mail-?)?adresse .{0,20}(?:lautet|ist)|adressbuch|address book", "who has moved"),
    ("deputy", r"\bvertret(?:en|ung|er|erin|ungsweise)\b|\burgent|\bin (?:case of )?emergenc|\bin my absence"
     r"|\bmeanwhile\b", "all"),
    ("greeting", r"^(?:sehr geehrte|guten (?:tag|morgen|abend)|hallo|liebe[rs]?\b|hi\b|hello|dear|moin|good (?:morning|day)"
     r"|grüß gott|ladies and)", "all"),
    ("closing", r"^(?:mit (?:den )?(?:freundlich|best|herzlich|kollegial|sonnig)\w*|(?:viele|beste|herzliche|freundliche|liebe"
     r"|schöne|sonnige|sommerliche) (?:grüße|grüßen|gruß)"
     r"|freundliche grüße|(?:kind|best|warm) regards|regards|sincerely|yours|mfg|lg\b|gruß|(?:ihr|euer|your) .{0,30}team\b"
     r"|i\. ?a\.|im auftrag)", "all"),
    ("closing", r"\b(?:verständnis|understanding|geduld|patience)\b|schöne (?:ferien|feiertage|weihnacht|tage|zeit)|frohe "
     r"|guten rutsch|merry|sonnige", "all"),
    ("contact", r"^\W*(?:tel|telefon|fon|phone|mobil|fax|durchwahl|e-?mail|web|ADRESSE|NUMMER)\b.{0,60}$|\b(?:ADRESSE"
     r"|NUMMER)\W*$", "all"),
    ("contact", r"(?:ticket|vorgangs?|aktenzeichen|bearbeitungs)-?(?:nummer|nr|id)\b", "ticket systems"),
    ("contact", r"bitte (?:antworten sie )?nicht auf diese|(?:do not|don't) reply|betreff(?:zeile)? .{0,40}(?:unverändert"
     r"|angeben|beibehalten)", "ticket systems"),
)  # fmt: skip

_MATTER = frozenset({"away", "closed", "received", "return"})
_BELONGING = frozenset({"automatic", "thanks", "unread", "deputy"})
_MONTHS = r"(?:jan|feb|mär|mar|apr|mai|may|jun|jul|aug|sep|okt|oct|nov|dez|dec)[a-zä]{0,7}(?:\.(?=,|\s?\d|\s(?-i:[a-zä])))?"
_DATE = re.compile(
    rf"(?i)\d{{1,2}}\.\s?\d{{1,2}}\.(?:\s?\d{{2,4}})?|\d{{1,2}}(?:\.|st|nd|rd|th)?\s{_MONTHS}(?:\s\d{{4}})?"
    rf"|\b{_MONTHS}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}/\d{{1,2}}/\d{{2,4}}"
    r"|\b(?:ende|anfang|mitte)\s(?:des jahres|januar|februar|märz|april|mai|juni|juli|august|september|oktober|november"
    r"|dezember|\d{4})"
)
_NUMBER = re.compile(r"\+?\(?\d[\d /()-]{4,20}\d")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,120}|https?://\S{1,300}|www\.\S{1,200}")
_ABBREVIATION = re.compile(r"(?i)\b(?:tel|fr|hr|dr|str|nr|bzw|ca|inkl|evtl|ggf|st|z\.\s?b|u\.\s?a|e\.\s?v|i\.\s?d\.\s?r"
    r"|i\.\s?a|d)\.(?=\s)")
_PERIOD = re.compile(r"(?i)\b(?:bis|until|till|through|ab|from|vom|to)\b.{0,30}DATUM|\bbis (?:auf weiteres|montag"
    r"|einschließlich)|wieder|zurück")
_CUT = re.compile(
    r"(?<=[^\W\d]{2})[.;:](?=\s|$)|(?<=[A-Z)])\.(?=\s|$)|[!?]|\s[–—-]\s|,?\s(?=(?:aber|doch|jedoch|allerdings|trotzdem|dennoch"
    r"|but)\s)", re.I
)
_CLAUSES = tuple((kind, re.compile("(?i)" + words.replace("DATUM", "(?-i:DATUM)"))) for kind, words, _ in CLAUSES)
_ENOUGH = re.compile(
 "(?i)" + "|".join((_AWAY, r"out of|away|vacation|holiday|leave|unavail|travel|no longer|nicht mehr|geändert|ungültig",
                                        r"urlaub|betriebs|erfasst|important|verlassen|ausgeschieden|closed|geschlossen|besetzt"
                                        r"|wieder|offline|eingegangen"
                                        r"|erhalten|received|registr|ticket|zurück|nicht"
                                        r"|aufgenommen")))  # fmt: skip


def worth_a_look(opening: str) -> bool:
    """False for nearly all mails, at the price of one search: none of the words that a note needs is at the beginning."""
    return _ENOUGH.search(opening[:LONGEST]) is not None


def is_note(text: str, left_over: float = LEFT_OVER) -> bool:
    """True if what an author wrote (quotation and signature taken off) is a note and next to nothing else."""
    text = text.strip()
    if not text or len(text) > LONGEST or _asks(text):
        return False
    weight: Counter[str] = Counter()
    period = more = False
    for clause, alone in _clauses(text):
        kind = _kind(clause, alone)
        weight[kind] += len(clause)
        period = period or (kind == "away" and _PERIOD.search(clause) is not None)
        more = more or (kind in _MATTER and any(also in _BELONGING and words.search(clause) for also, words in _CLAUSES))
    away, belongs = "away" in weight, more or bool(_BELONGING & weight.keys())
    whole = belongs or (away and (period or "return" in weight))
    return whole and bool(_MATTER & weight.keys()) and weight["other"] <= left_over * sum(weight.values())


def _asks(text: str) -> bool:
    return re.search(r"[^\W\d]\s*\?", text) is not None and re.search(r"(?i)(?:fragen|questions)\s*\?", text) is None


def _clauses(text: str) -> list[tuple[str, bool]]:
    """(clause, whether it stands on a line of its own); dates, numbers and addresses are replaced by their kind."""
    text = _ADDRESS.sub(" ADRESSE ", text)
    text = _NUMBER.sub(" NUMMER ", _DATE.sub(" DATUM ", text))
    text = re.sub(r"\bDATUM\s*(?:bis|[-–]|to)\s*(?:zum\s+"
        r"|einschließlich\s+)?DATUM", "bis DATUM", re.sub(r"(\d{1,2})\.\s(?=bis\b)", r"DATUM ", text))
    text = _ABBREVIATION.sub(lambda found: found[0][:-1], text)
    found: list[tuple[str, bool]] = []
    for paragraph in re.split(r"\n", _unwrapped(text)):
        pieces = [piece.strip(" ,.;:*-–_\t") for piece in _CUT.split(paragraph)]
        pieces = [" ".join(piece.split()) for piece in pieces if piece]
        found += [(piece, len(pieces) == 1) for piece in pieces if piece]
    return found


def _unwrapped(text: str) -> str:
    """Lines that a client broke in the middle of a sentence, joined: the next goes on in small letters, or this one is long."""
    rows: list[str] = []
    for row in (each.strip() for each in text.split("\n")):
        if rows and rows[-1] and row and (len(rows[-1]) > 55 or row[0].islower()) and rows[-1][-1:] not in ".!?:":
            rows[-1] += " " + row
        else:
            rows.append(row)
    return "\n".join(rows)


def _kind(clause: str, alone: bool) -> str:
    for kind, pattern in _CLAUSES:
        if pattern.search(clause) is not None:
            return kind
    words = re.findall(r"[^\W\d_][\w-]*", clause)
    named = sum(word[0].isupper() for word in words)
    if not words or (alone and len(words) <= 8 and named * 2 >= len(words)) or (len(words) <= 4 and named == len(words)):
        return "name"  # Anne Amsel · Stadt Bottrop · Fachbereich Finanzen
    return "other"
