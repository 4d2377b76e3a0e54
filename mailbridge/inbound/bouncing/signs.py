"""Signs by which a mail is taken for a bounce: who signs it, how it is titled, what it says. Three tables.

Used by `rules` (is it one?) and `bounces` (how is it read?). All patterns are alternatives of one search without case.
"""

from __future__ import annotations

import re

from mailbridge.inbound import hand
from mailbridge.inbound.mail import ParsedMail

LOOK = 6_000  # characters of the text that are looked at for a verdict
REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})

# Whose local part only mail systems have: (local part, the server that uses it).
DAEMONS = (
    (r"mailer[-_.]?daemon", "sendmail, postfix, exim, qmail, GMX, WEB.DE, T-Online, 1&1"),
    (r"mail[-_.]?delivery[-_. ]?(?:sub)?system", "sendmail, exim behind songbird"),
    (r"mdaemon|mail[-_]?daemon", "MDaemon"),
    (r"microsoftexchange[0-9a-f]{20,40}", "Exchange on premises and online"),
    (r"(?:e500_)?smtp[-_](?:mail[-_])?service", "Lotus gateways"),
    (r"symantec_antivirus\w*|imss|inetgw\d?", "virus gateways"),
    (r"bounce[-_]?(?:handler|notification)|delivery[-_]?(?:notification|status)|mta[-_]?error", "hosters"),
)

# Local parts that mail systems share with the people who run them: they decide together with what the mail says.
SHARED = (
    (r"postmaster", "Exchange, Domino, Communigate; RFC 5321 §4.5.1 wants a person behind it"),
    (r"system[-_. ]?administrator|mail[-_.]?system|mail[-_]?server", "Exchange 5.5, gateways"),
)

# Display names of mail systems whose address says nothing. "Mailadministrator" and "Systemadministrator" are people.
NAMES = r"mailer[-_ ]?daemon|(?:internet )?mail[- ]?delivery[- ]?(?:sub)?system|delivery[- ](?:sub)?system"

# How bounces are titled. Only at the beginning: "Re: Undeliverable …" is a person who talks about one.
SUBJECTS = (
    (r"undeliver(?:able|ed)|unzustellbar\w*|nicht zustellbar", "Exchange, Outlook, postfix"),
    (r"(?:mail|message) (?:delivery )?(?:failed|failure|error|status|system error|warning|undeliverable)", "exim, Domino, GMX"),
    (r"(?:mail|message) (?:not delivered|could not be|rejected|blocked)|mail (?:error|delay"
     r"|delivery\b)", "virus gateways, GMX, 1&1"),
    (r"delivery (?:fail|status|notification|report|error|problem|delay|warning|has failed|incomplete)", "Exchange, Gmail, PMDF"),
    (r"(?:permanent|temporary|transient) delivery fail|message delivery (?:failure|notification|status|has)", "MDaemon, Mercury"),
    (r"returned (?:mail|to sender|message)|return(?:ed)? to sender|rejected mail", "sendmail"),
    (r"failure (?:notice|notification|delivery)|failed (?:mail|delivery|to deliver)", "qmail, GMX"),
    (
        r"(?:warning: )?(?:message|mail) (?:\S+ )?(?:(?:still )?(?:delayed|undelivered)|(?:has )?not (?:yet )?been delivered)",
        "exim",
    ),
    (r"delayed (?:mail|delivery|message)|warning: (?:could not send|message|\S+@\S+ -)", "postfix, sendmail"),
    (r"non[- ]?deliver(?:y|able)|could not (?:be )?deliver|automatically rejected mail|processing error", "Domino, Notes"),
    (r"your (?:message|mail|e-?mail) (?:to \S+ )?(?:could not|was not|has not|couldn't|is delayed)", "hosters"),
    (
        r"zustell(?:ung|bericht|problem|fehler)\w*|unzustell\w*|nicht zugestellt|rückläufer|fehlgeschlagene zustellung",
        "T-Online, Exchange",
    ),
    (r"(?:ihre|deine) (?:e-?mail|nachricht)\b.{0,60}?(?:nicht zugestellt|unzustellbar|konnte)", "GMX, WEB.DE, hosters"),
    (r"(?:e-?mail|nachricht) (?:konnte )?(?:nicht zu(?:ge|zu)stell|unzustellbar)", "hosters"),
    (
        r"fehler bei (?:der )?(?:zustellung|e-?mail)|(?:auslieferung|versand) (?:fehlgeschlagen|verzögert|nicht möglich)",
        "hosters",
    ),
    (r"non remis|courrier non|échec|niet bestel|onbestelbaar|не достав|ваше сообщение не", "neighbours"),
)

# What bounces say.
PHRASES = (
    (
        r"(?:could|can|would|will)(?: not|n't|not) be (?:delivered|sent|reached)|was (?:not|un) ?(?:delivered|able to deliver)",
        "all",
    ),
    (
        r"(?:not|wasn't|been un|was un|un) ?able to (?:be )?deliver|did not reach|delivery (?:to the|has failed|failed)",
        "qmail, Exchange",
    ),
    (r"delivery attempt|delivery of your|delivery error|delivery status notification|returning message", "sendmail, Yahoo"),
    (
        r"permanent (?:fatal )?error|permanently fail|undeliver(?:able|ed)|fail(?:ed|ure) (?:recipient|addresses|permanently)",
        "exim, MDaemon",
    ),
    (
        r"fatal errors|transcript of (?:the )?session|returned to (?:the )?sender|mail system at host|qmail-send",
        "sendmail, postfix, qmail",
    ),
    (r"message (?:to \S+ )?(?:was|has been) (?:returned|rejected|delayed|blocked)"
     r"|has not (?:yet )?been delivered", "Communigate, exim"),
    (
        r"user unknown|unknown user|no such user|not a valid user|mailbox (?:is )?(?:full|unavailable)|over quota|unrouteable",
        "SMTP answers",
    ),
    (
        r"recipient(?:'s)? (?:address )?(?:rejected|mailbox|unknown|inbox)|could not find (?:any|the)|name server|bounce",
        "SMTP answers",
    ),
    (r"this is (?:the (?:mail|qmail|postfix)|an automatically generated)", "qmail, exim, Gmail"),
    (
        r"(?:konnte|kann|konnten) (?:\w+ ){0,4}nicht (?:an .{0,200}?)?(?:zugestellt|ausgeliefert|übermittelt|gesendet)",
        "GMX, WEB.DE",
    ),
    (r"nicht (?:zugestellt|ausgeliefert|zustellbar)|unzustellbar", "T-Online, Exchange, 1&1"),
    (
        r"zustellung (?:an .{0,100}?)?(?:fehlgeschlagen|nicht möglich|verzögert|ist)|folgende\S* (?:fehler|empfänger|adresse)",
        "Exchange",
    ),
    (
        r"(?:empfänger|postfach|adresse|benutzer|konto)\S* .{0,80}?(?:existiert nicht|ist voll|unbekannt|nicht bekannt)",
        "1&1, Strato",
    ),
    (r"automatisch (?:erzeugte|generierte|erstellte) (?:nachricht|mail|benachrichtigung)", "GMX, WEB.DE"),
    (r"n'a pas pu|destinataire|no (?:se )?pudo|не доставлено|nie istnieje", "neighbours"),
)


def _any(table: tuple[tuple[str, str], ...]) -> str:
    return "|".join(f"(?:{words})" for words, _ in table)


_TAIL = r"(?:[+=].{0,200})?"
_DAEMON = re.compile(f"(?i)(?:{_any(DAEMONS)}){_TAIL}")
_SHARED = re.compile(f"(?i)(?:{_any(SHARED)}){_TAIL}")
_NAME = re.compile(f"(?i){NAMES}")
_LOCAL = re.compile(r"(?:\"([^\"@]{1,64})\"|([^\s<>\"(),;:@\\]{1,128}))\\?@")
_SUBJECT = re.compile(rf"(?i)^(?:\*+\s*)?(?:{_any(SUBJECTS)})|\((?:delivery failed|unzustellbar)\)$")
# Bounces speak to the sender about his mail, people about letters, leaflets and their own mail.
_MAIL = re.compile(
    r"(?i)\b(?:ihre?|deine?|your|folgende[nr]?|following|diese[nr]?|this|these)\s(?:\w+\s){0,2}?(?:e-?mails?|nachricht(?:en)?"
    r"|mails?|messages?|empfängern?|recipients?)\b"
)
# What servers and their programs write into a bounce and people do not: reply codes, "<address>:", headings of lists.
_MACHINE = re.compile(
    r"(?im)(?<![\d.])[45]\d\d[ -]#?[45]\.\d{1,3}\.\d{1,3}|(?<![\d.])[45]\.\d{1,2}\.\d{1,3}(?![\d.])"
    r"|\b(?:smtp|esmtp|mta|rcpt to|remote host|data command)\b|^[ \t]*<[^\s<>@]+@[^\s<>]+>:|\b55[0-4][ -]\S"
    r"|following (?:address|recipient)|folgende\S* (?:\w+ )?(?:empfänger|adresse)|permanent(?:ly)? (?:fatal )?(?:error|fail)"
    r"|(?:transcript of|could not be delivered to one or more|message header|original message|automatically generated)"
    r"|did not reach|fehlgeschlagene empfänger|reporting-mta|final-recipient|message-id:|undeliverable|user .{0,60} not listed"
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,120}\w")
_PHRASE = re.compile(f"(?i){_any(PHRASES)}")


def of(mail: ParsedMail, sender: str | None) -> str | None:
    """The name of the sign that makes this mail a bounce, None if nothing does. `sender`: envelope sender, None if unknown.

    A subject and a phrase alone never do: people write about post that did not arrive (`suspected` tells those).
    """
    kind = (mail.header("content-type") or "").lower()
    if any(enclosure.mimetype == "message/feedback-report" for enclosure in mail.enclosures):
        return None  # a complaint (RFC 5965), whoever signs it
    report = any(enclosure.mimetype in REPORTS for enclosure in mail.enclosures)
    null = sender == "" if sender is not None else null_return_path(mail)
    null = null or _daemon_return_path(mail, sender)
    daemon, shared = from_daemon(mail), from_shared(mail)
    subject = _SUBJECT.search(mail.subject) is not None
    if report and (kind.startswith("multipart/report") or null or daemon or shared):
        return "delivery-report"
    if kind.startswith("multipart/report") and "delivery-status" in kind and (null or daemon or shared or subject):
        return "delivery-report"
    if mail.header("x-failed-recipients"):
        return "x-failed-recipients"
    if not (daemon or null or shared):
        return None
    phrase = _PHRASE.search(opening(mail)) is not None
    if daemon and (subject or phrase or _returned(mail)):
        return "mailer-daemon"
    if null and (subject or phrase):
        return "null-sender"
    if shared and subject and (_reported(mail) or _returned(mail)) and not hand.speaks(opening(mail)):
        return "mailer-daemon"
    return None


def suspected(mail: ParsedMail) -> bool:
    """True if a mail reads like a bounce although nothing but its words says so; only a person can tell."""
    text = opening(mail)
    phrase = _PHRASE.search(text)
    if any(enclosure.mimetype in REPORTS for enclosure in mail.enclosures):
        return _SUBJECT.search(mail.subject) is not None
    if phrase is None or hand.speaks(text):
        return False
    if from_shared(mail):
        return True
    if _SUBJECT.search(mail.subject) is None:
        return False
    return _reported(mail) or (not hand.asks(text) and _names_somebody(mail, phrase) and _MAIL.search(text) is not None)


def _reported(mail: ParsedMail) -> bool:
    """True if the text quotes a server or the list of addresses that failed, as programs set it."""
    return _MACHINE.search(opening(mail)) is not None


def _names_somebody(mail: ParsedMail, phrase: re.Match[str]) -> bool:
    """True if an address that is not the sender's stands near the phrase: people who write about undelivered post name none."""
    near = opening(mail)[max(0, phrase.start() - 200) : phrase.end() + 400]
    own = {box.address.lower() for box in mail.from_}
    return any(found.lower() not in own for found in _ADDRESS.findall(near))


def _returned(mail: ParsedMail) -> bool:
    """True if the mail that came back is attached: sina, bluewin and others write in a language that we do not read."""
    return any(one.mimetype in ("message/rfc822", "text/rfc822-headers") for one in mail.enclosures)


def from_daemon(mail: ParsedMail) -> bool:
    """True if the From (or, without one, the Sender) is a mail system and no person."""
    sender = _sender(mail)
    name = re.split(r"[<(]", sender)[0].strip().strip("\"' ")
    nobody = re.search(r"<\s*>\s*$", sender) is not None
    return nobody or _NAME.fullmatch(name) is not None or any(_DAEMON.fullmatch(one) for one in _locals(sender))


def from_shared(mail: ParsedMail) -> bool:
    """True if the sender's address is one that mail systems share with people."""
    return any(_SHARED.fullmatch(one) for one in (*_locals(_sender(mail)), _sender(mail).strip("<>\"' ")))


def _sender(mail: ParsedMail) -> str:
    return (mail.header("from") or mail.header("sender") or "")[:2_000]


def _locals(sender: str) -> list[str]:
    """Local parts of a header as written, those of broken addresses too; of `a@b <c@d>` only that in the brackets counts."""
    inner = re.search(r"<([^<>]*@[^<>]*)>", sender)
    found = [quoted or plain for quoted, plain in _LOCAL.findall(inner[1] if inner else sender)]
    return found or [sender.strip("<>\"' ")]


def null_return_path(mail: ParsedMail) -> bool:
    """True if the last server wrote an empty Return-Path (RFC 5321 §4.4)."""
    return re.sub(r"\s", "", mail.header("return-path") or "-") == "<>"


def _daemon_return_path(mail: ParsedMail, sender: str | None) -> bool:
    """True if the envelope names a mail system: old sendmails fill the null sender in with MAILER-DAEMON@host."""
    ways = (sender or "", mail.header("return-path") or "")
    return any(_DAEMON.fullmatch(one) for way in ways for one in _locals(way[:1_000]))


def opening(mail: ParsedMail) -> str:
    """The first part of what a person would read: the text, or the HTML without its tags."""
    if mail.text is not None and mail.text.strip():
        return mail.text[:LOOK]
    return re.sub(r"<[^<>]{0,1000}>|&nbsp;", " ", (mail.html or "")[: 5 * LOOK])[:LOOK]


def whole(mail: ParsedMail) -> str:
    """Beginning and end of what a person would read: newsletters say at the end how to get rid of them."""
    body = mail.text if mail.text is not None and mail.text.strip() else mail.html or ""
    return body if len(body) <= 4 * LOOK else body[:LOOK] + "\n" + body[-3 * LOOK :]
