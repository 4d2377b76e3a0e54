"""From status codes and sentences to what counts: is the address dead, full for now, or is the mail only late?

Last step of reading a bounce. Two tables, read top-down.
"""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["hard", "soft", "delayed"]

# RFC 3463 codes, longest prefix first. "hard" means the address itself is dead: everything that can pass is soft.
_BY_STATUS: tuple[tuple[str, Kind], ...] = (
    ("5.1.8", "soft"),  # our sender address was not liked
    ("5.1.7", "soft"),
    ("5.1", "hard"),  # bad mailbox, bad domain, moved
    ("5.2.1", "hard"),  # mailbox disabled
    ("5.2", "soft"),  # mailbox full, mail too long for it
    ("5.3", "soft"),  # system full, message too big
    ("5.4.1", "hard"),  # Exchange Online: recipient address rejected, access denied
    ("5.4.310", "hard"),  # Exchange Online: domain does not exist
    ("5.4.4", "hard"),  # unable to route, no such host
    ("5.4", "soft"),
    ("5.5", "soft"),
    ("5.6", "soft"),  # content could not be converted
    ("5.7", "soft"),  # policy, spam filter, authentication
    ("5", "hard"),
    ("4", "soft"),
    ("2", "soft"),
)

# Sentences outrank codes: many servers say 5.0.0, 5.7.1 or 550 whatever the matter is.
_BY_TEXT: tuple[tuple[Kind, str], ...] = (
    # Our own sender was refused ("Server rejected MAIL FROM address", "Sender address rejected: Domain not found"): the
    # recipient's address is as good as before.
    ("soft", r"(?:reject|refus|den[yi]|not accept|unacceptable|invalid|unknown)\w*(?: the| your| this)?"
     r" (?:mail from|(?:envelope )?sender|return[- ]path|reverse[- ]path)\b"),
    ("soft", r"\b(?:mail from|sender|return[- ]path|reverse[- ]path)(?: address| domain| host|:? ?<[^<>\s]{0,320}>){0,2}:?"
     r" (?:is |was )?(?:rejected|refused|denied|invalid|not (?:allowed|accepted|permitted)|verif|unknown|does not exist)"),
    ("soft", r"absender(?:-?adresse|-?domain)?(?: <[^<>\s]{0,320}>)? (?:wurde |wird |ist )?(?:\w+ )?(?:abgelehnt|verweigert"
     r"|ungültig|unbekannt|gesperrt)"),
    ("soft", r"quota|mailbox[^.\n]{0,20}full|is full|over ?size|too large|too big|exceed|size limit"),
    ("soft", r"insufficient (?:disk|system|storage)|voicemail|storage"),
    (
        "soft",
        r"(?:postfach|mailbox|konto|speicher)[^.\n]{0,40}(?:\bvoll|überfüllt|erschöpft)|zu gro(?:ß|ss)|überschritten",
    ),
    ("hard", r"user unknown|unknown (?:user|recipient|mailbox|local.?part)|nie istnieje"),
    ("hard", r"no such (?:user|mailbox|recipient|address|account|domain|person|host)|no mail ?box"),
    ("hard", r"mailbox (?:unavailable|not found|unknown)|not (?:listed|a known user|our customer|found in)"),
    ("hard", r"recipient (?:address )?(?:unknown|not found|does ?n[o']t exist|no longer)|does not exist|doesn't exist"),
    (
        "hard",
        r"invalid (?:recipient|mailbox|address)|unrout(?:e?able)|host unknown|(?:host|domain|name) not found",
    ),
    ("hard", r"disabled|deactivated|inactive|suspended|no longer (?:on|valid|in use|available)"),
    (
        "hard",
        r"(?:benutzer|empfänger|postfach|adresse|konto|account)[^.\n]{0,60}(?:existiert nicht|unbekannt|gesperrt|deaktiviert)",
    ),
    (
        "hard",
        r"(?:benutzer|empfänger|postfach|adresse|konto)[^.\n]{0,60}(?:nicht (?:bekannt|gefunden|vorhanden)|gelöscht)",
    ),
    ("hard", r"(?:unbekannte[rs]?|ungültige[rs]?) (?:benutzer|empfänger|adresse|postfach)"),
    (
        "soft",
        r"spam|\bblocked\b|black ?list|blocklist|\bdnsbl\b|\brbl\b|policy|virus|content|reputation|gr[ea]y-?list|rate limit",
    ),
    ("soft", r"too many|try again|temporar|timed? ?out|connection refused|loop"),
    ("soft", r"abgelehnt aufgrund|zeitüberschreitung|vorübergehend|später"),
)
_TEXTS = tuple((kind, re.compile("(?i)" + words)) for kind, words in _BY_TEXT)
_STATUS = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?:[ -]|$)")


def kind(action: str, status: str | None, text: str) -> Kind:
    """What a report about one recipient means; `action` as RFC 3464 §2.3.3 has it, "" when nobody said."""
    if action.startswith("delay"):
        return "delayed"
    if status is not None and status.startswith("4"):
        return "soft"
    for meaning, pattern in _TEXTS:
        if pattern.search(text[:2_000]):
            return meaning
    for prefix, meaning in _BY_STATUS:
        if status is not None and (status == prefix or status.startswith(prefix + ".")):
            return meaning
    return "hard"


def find(text: str) -> str | None:
    """The enhanced status in a sentence of a server (RFC 3463), or one made from its reply code (550 → 5.0.0), or None."""
    if (found := _STATUS.search(text)) is not None:
        return ".".join(str(int(number)) for number in found.groups())
    if (reply := _REPLY.search(text)) is not None:
        return f"{reply[1][0]}.0.0"
    return None
