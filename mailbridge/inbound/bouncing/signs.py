"""Signs by which a mail is taken for a bounce: who signs it, how it is titled, what it says. Three tables.

Used by `rules` (is it one?) and `bounces` (how is it read?). All patterns are alternatives of one search without case.
"""

from __future__ import annotations

import re

from mailbridge.inbound.mail import ParsedMail

LOOK = 6_000  # characters of the text that are looked at for a verdict
REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})

# Who signs bounces: (name, the server that uses it).
DAEMONS = (
    (r"mailer[-_. ]?daemon", "sendmail, postfix, exim, qmail, GMX, WEB.DE, T-Online, 1&1"),
    (r"post ?master", "Exchange, Domino, Communigate"),
    (r"mail[-_. ]?delivery[-_. ]?(?:sub)?system", "sendmail, Gmail"),
    (r"mdaemon(?=@)|mail[-_]?daemon", "MDaemon"),
    (r"microsoftexchange[0-9a-f]{20,40}", "Exchange on premises"),
    (r"system[-_. ]?administrator|mail[-_. ]?(?:system|administrator)", "Outlook's Systemadministrator"),
    (r"mailadm(?:in)?|ndr|mail[-_]?server", "X.400 gateways, hosters"),
    (r"(?:e500_)?smtp[-_ ](?:mail[-_ ])?service", "Lotus gateways"),
    (r"symantec_antivirus\w*|imss|inetgw\d?", "virus gateways"),
    (r"bounce[-_]?(?:handler|notification)|delivery[-_]?(?:notification|status)|mta[-_]?error", "hosters"),
)

# How bounces are titled. Only at the beginning: "Re: Undeliverable …" is a person who talks about one.
SUBJECTS = (
    (r"undeliver(?:able|ed)|unzustellbar\w*|nicht zustellbar", "Exchange, Outlook, postfix"),
    (r"(?:mail|message) (?:delivery )?(?:failed|failure|error|status|system error|warning|undeliverable)", "exim, Domino, GMX"),
    (r"(?:mail|message) (?:not delivered|could not be|rejected)|mail (?:error|delay|delivery\b)", "virus gateways, GMX, 1&1"),
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
    (r"message (?:was|has been) (?:returned|rejected|delayed)|has not (?:yet )?been delivered", "Communigate, exim"),
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


_DAEMON = re.compile(f"(?i)(?<![a-z0-9])(?:{_any(DAEMONS)})(?![a-z0-9])")
_SUBJECT = re.compile(rf"(?i)^(?:\*+\s*)?(?:{_any(SUBJECTS)})|\((?:delivery failed|unzustellbar)\)$")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,120}\w")
_REPORT = re.compile(
    r"(?i)non-delivery report|delivery (?:failure|status) (?:report|notification)|mail delivery (?:system|software)"
)
_PHRASE = re.compile(f"(?i){_any(PHRASES)}")


def of(mail: ParsedMail, sender: str | None) -> str | None:
    """The name of the sign that makes this mail a bounce, None if nothing does. `sender`: envelope sender, None if unknown."""
    kind = (mail.header("content-type") or "").lower()
    if any(enclosure.mimetype == "message/feedback-report" for enclosure in mail.enclosures):
        return None  # a complaint (RFC 5965), whoever signs it
    report = any(enclosure.mimetype in REPORTS for enclosure in mail.enclosures)
    null = sender == "" if sender is not None else null_return_path(mail)
    daemon = from_daemon(mail)
    subject = _SUBJECT.search(mail.subject) is not None
    if report and (kind.startswith("multipart/report") or null or daemon or subject):
        return "delivery-report"
    if kind.startswith("multipart/report") and "delivery-status" in kind and (null or daemon or subject):
        return "delivery-report"
    if mail.header("x-failed-recipients"):
        return "x-failed-recipients"
    if not (daemon or null or subject):
        return None
    phrase = _PHRASE.search(opening(mail))
    if daemon and (subject or phrase or _returned(mail)):
        return "mailer-daemon"
    if null and (subject or phrase):
        return "null-sender"
    listed = mail.header("list-id") is not None and _REPORT.search(opening(mail)[:200]) is None
    if subject and phrase and not mail.in_reply_to and not listed and _names_somebody(mail, phrase):
        return "failure-notice"
    return None


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
    sender = mail.header("from") or mail.header("sender") or ""
    return _DAEMON.search(sender) is not None or re.search(r"<\s*>\s*$", sender) is not None


def null_return_path(mail: ParsedMail) -> bool:
    """True if the last server wrote an empty Return-Path (RFC 5321 §4.4)."""
    return re.sub(r"\s", "", mail.header("return-path") or "-") == "<>"


def opening(mail: ParsedMail) -> str:
    """The first part of what a person would read: the text, or the HTML without its tags."""
    if mail.text is not None and mail.text.strip():
        return mail.text[:LOOK]
    return re.sub(r"<[^<>]{0,1000}>|&nbsp;", " ", (mail.html or "")[: 5 * LOOK])[:LOOK]
