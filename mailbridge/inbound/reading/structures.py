"""The HTML structures mail clients wrap around quotations and signatures, and HTML bodies as rows.

`MARKS` is the table; `core.htmltext` turns the HTML into lines and asks it for each element.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from forum.core import htmltext
from forum.core.htmltext import Line, Mark
from mailbridge.inbound.reading import tints
from mailbridge.inbound.reading.rows import GROUPWISE, MAX_DEPTH, MAX_ROWS, Row, bare, unglued

QUOTE = "quote"  # a container: quotation, its attribution inside
ATTRIBUTION = "attribution"
HEAD = "head"  # the header lines of the quoted mail; all that follows is quoted
BELOW = "below"  # a point: all that follows is quoted
SIGNATURE = "signature"
FORWARD = "forward"
INDENT = "indent"

_QUOTE = Mark(QUOTE, sticky=True)
_BAR = Mark(QUOTE, quote=1, sticky=True)  # a container that shows its content with a bar at the left
_HEAD = Mark(HEAD, sticky=True)
_BELOW = Mark(BELOW, point=True)
_SIGNATURE = Mark(SIGNATURE)
_FORWARD = Mark(FORWARD, sticky=True)

# word of a class attribute -> mark; the comment names the client
CLASSES = {
    "gmail_quote": _QUOTE,  # Gmail, Android Gmail, Superhuman, K-9
    "gmail_quote_container": _QUOTE,  # Gmail since 2024
    "gmail_attr": Mark(ATTRIBUTION),  # Gmail since 2018
    "gmail_signature": _SIGNATURE,  # Gmail
    "moz-cite-prefix": Mark(ATTRIBUTION),  # Thunderbird
    "moz-email-headers-table": _HEAD,  # Thunderbird, forward
    "moz-forward-container": _FORWARD,  # Thunderbird
    "moz-signature": _SIGNATURE,  # Thunderbird
    "outlookmessageheader": _HEAD,  # Outlook 2000 to 2003
    "yahoo_quoted": _QUOTE,  # Yahoo
    "yahoo-quoted-begin": _BELOW,  # Yahoo for Android
    "protonmail_quote": _QUOTE,  # Proton
    "protonmail_signature_block": _SIGNATURE,  # Proton
    "protonmail_signature_block-user": _SIGNATURE,  # Proton
    "protonmail_signature_block-proton": _SIGNATURE,  # Proton
    "tutanota_quote": _QUOTE,  # Tuta
    "zmail_extra": _QUOTE,  # Zoho
    "zmail_extra_hr": _BELOW,  # Zoho
    "nylas-quote": _QUOTE,  # Mailspring
    "front-blockquote": _QUOTE,  # Front
    "skiff_quote": _QUOTE,  # Skiff
    "fairemail_quote": _QUOTE,  # FairEmail
    "k9mail-signature": _SIGNATURE,  # K-9, Thunderbird for Android
    "io-ox-signature": _SIGNATURE,  # Open-Xchange: mailbox.org, 1&1, Strato
    "-x-evo-signature": _SIGNATURE,  # Evolution
    "-x-evo-attribution": Mark(ATTRIBUTION),  # Evolution
    "bloop_original_html": _QUOTE,  # Airmail
    "bloop_sign": _SIGNATURE,  # Airmail
    "oe-signature": _SIGNATURE,  # OX for 1&1
    "edo_quote": _QUOTE,  # Edison
    "cm_quote": _QUOTE,  # CloudMagic, Newton
    "mail_quote": _QUOTE,  # Mail.ru app
    "gwt-quote": _QUOTE,  # GroupWise WebAccess
}  # fmt: skip

# id attribute -> mark; Outlook on the web writes x_ before ids of quoted mails, which stay inside the quotation
IDS = {
    "divrplyfwdmsg": _HEAD,  # Outlook on the web, Outlook for iOS and Android, Outlook.com
    "appendonsend": _BELOW,  # Outlook on the web, Outlook for Mac
    "mail-editor-reference-message-container": _QUOTE,  # new Outlook for Mac and mobile
    "olk_src_body_section": _QUOTE,  # Outlook for Mac 2011
    "ms-outlook-mobile-signature": _SIGNATURE,  # Outlook for iOS and Android
    "ms-outlook-mobile-body-separator-line": Mark("separator"),  # Outlook for iOS and Android
    "stopspelling": _BELOW,  # Hotmail, Outlook.com
    "zwchr": _BELOW,  # Zimbra
    "reply-intro": Mark(ATTRIBUTION),  # Roundcube, Posteo
    "isforwardcontent": _FORWARD,  # Naver
    "isreplycontent": _QUOTE,  # Naver, QQ Mail
    "originalcontent": _QUOTE,  # Foxmail
    "composer_signature": _SIGNATURE,  # Samsung
    "applemailsignature": _SIGNATURE,  # Apple Mail
    "lineBreakAtBeginningOfSignature".lower(): _SIGNATURE,  # iPhone
    "appleoriginalcontents": _QUOTE,  # Apple Mail
}  # fmt: skip

# name attribute -> mark
NAMES = {
    "quote": _QUOTE,  # GMX, WEB.DE
    "messagereplysection": _QUOTE,  # Spark
    "messagesignaturesection": _SIGNATURE,  # Spark
}

# other attributes -> mark
ATTRIBUTES: dict[tuple[str, str], Mark] = {
    ("data-smartmail", "gmail_signature"): _SIGNATURE,  # Gmail
    ("data-marker", "__quoted_text__"): _QUOTE,  # Zimbra
    ("data-marker", "__sig_post__"): _SIGNATURE,  # Zimbra
    ("data-signatureblock", "true"): _SIGNATURE,  # Windows Mail
    ("fairemail", "signature"): _SIGNATURE,  # FairEmail
    ("fairemail", "reference"): _QUOTE,  # FairEmail
    ("data-ogsr-quote", "true"): _QUOTE,  # Outlook, dark mode copy
    ("data-type", "signature"): _SIGNATURE,  # eM Client
}


@dataclass(frozen=True, slots=True)
class StyleForm:
    """A style attribute that tells what a div is."""

    pattern: re.Pattern[str]
    mark: Mark


STYLES = (
    # Outlook for Windows, "prefix each line": the quoted mail behind a blue bar
    StyleForm(re.compile(r"border:\s?none;\s?border-left:\s?solid (?:blue|#0000ff|windowtext) 1\.\d"), _BAR),
    # GMX, WEB.DE without the name attribute; Windows Mail; eM Client
    StyleForm(re.compile(r"border-left:\s?[12]px solid [^;]{3,30};?(?:.{0,60})padding"), _BAR),
)
_NO_BORDER = re.compile(r"border(?:-left)?:\s?(?:none|0|medium none)")
_YAHOO = re.compile(r"yahoo_quoted$|^ydp\w{1,40}yahoo_quoted")
_SAMSUNG = re.compile(r"^(?:quoted_?header|original_?message)$")


def mark(tag: str, attributes: dict[str, str]) -> Mark | None:
    """What an element means, by the tables above."""
    if not attributes:
        return None
    if tag == "blockquote":
        return _blockquote(attributes)
    if found := IDS.get(attributes.get("id", "").lower()):
        return found
    for word in attributes.get("class", "").lower().split():
        found = CLASSES.get(word)
        if found or _YAHOO.search(word):
            return found or _QUOTE
    if tag == "div" and (found := NAMES.get(attributes.get("name", "").lower())):
        return found
    for name, value in attributes.items():
        if found := ATTRIBUTES.get((name, value.lower())):
            return found
    if tag == "div" and (style := attributes.get("style", "").lower()):
        return next((form.mark for form in STYLES if form.pattern.search(style[:500])), None)
    return None


def _blockquote(attributes: dict[str, str]) -> Mark | None:
    """Gmail and Outlook indent with blockquotes that have no border: no quotation."""
    cited = attributes.get("type", "").lower() == "cite" or "cite" in attributes or "quote" in attributes.get("class", "").lower()
    style = attributes.get("style", "").lower()
    if not cited and _NO_BORDER.search(style[:500]):
        return Mark(INDENT, quote=-1)
    return None


def rows(html: str) -> list[Row]:
    """An HTML body as rows; quotation depth from blockquotes and containers."""
    lines = htmltext.lines(html, mark=mark, tint=tints.tint)
    lines = [replace(line, text=part) for line in lines for part in unglued(line.text)]
    if len(lines) > MAX_ROWS:
        rest = "\n".join(line.text for line in lines[MAX_ROWS:])
        lines[MAX_ROWS:] = [replace(lines[MAX_ROWS], text=rest)]
    return _settle(lines)


def _settle(lines: list[Line]) -> list[Row]:
    """Each QUOTE container: with quotations inside, the rest of it is attribution or answer; without, it is all quoted."""
    out: list[Row] = []
    at = 0
    while at < len(lines):
        if lines[at].mark != QUOTE:
            out.append(_row(lines[at], lines[at].quote, lines[at].mark))
            at += 1
            continue
        end = at
        while end < len(lines) and lines[end].mark == QUOTE:
            end += 1
        out += _container(lines[at:end])
        at = end
    return out


def _container(lines: list[Line]) -> list[Row]:
    first = next((at for at, line in enumerate(lines) if line.quote and line.text), None)
    if first is None:
        return [_row(line, 1, QUOTE) for line in lines]
    return [_row(line, line.quote, ATTRIBUTION if at < first and not line.quote else None) for at, line in enumerate(lines)]


def _row(line: Line, depth: int, name: str | None) -> Row:
    """A row of a line. Text that carries `>` signs itself (Hotmail) is quoted by them too."""
    text = line.text
    signs: Callable[[str], int] = lambda value: len(value) - len(value.lstrip("> ")) if value.startswith(">") else 0  # noqa: E731
    own = 0 if GROUPWISE.fullmatch(text.strip()[:400]) else text[: signs(text)].count(">")
    shown = ("> " * min(line.quote, 12) + text).rstrip()
    return Row(shown, min(depth + own, MAX_DEPTH), bare(text[signs(text) :]), name, line.tint)
