"""Walks the MIME tree and sorts its leaves into bodies and enclosures. Second step of `parse.read`.

A body is a block with a plain text, an HTML text or both. What is no body is an enclosure; left out are only things that nobody
attached: signatures, keys (Thunderbird and Proton send them along), resource forks of old Macs.
"""

from __future__ import annotations

import email
import html
import re
from dataclasses import dataclass, field
from email.message import Message

from mailbridge.inbound import clean
from mailbridge.inbound.mail import Enclosure
from mailbridge.inbound.parsing import armour, caps, charsets, filenames, flowed, parts, smime, tnef
from mailbridge.inbound.parsing.parts import Part

_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_UNASKED = _SIGNATURES | {"application/pgp-keys", "application/applefile"}
# Further choices of an alternative beside text and HTML: AMP of Google, watches of Apple, the rich text of the nineties.
_CHOICES = frozenset({"text/x-amp-html", "text/watch-html", "text/enriched", "text/richtext"})
_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_TEXTS = frozenset({"text/plain", "text/html", "text/markdown", "text/x-markdown"})
_NO_TEXTS = frozenset(
    {"text/calendar", "text/rtf", "text/vcard", "text/x-vcard", "text/csv", "text/plain", "text/html", "text/pgp"}
)
_EDGE = re.compile(rb"^--([^\r\n]{1,200}?)[ \t]*\r?\n(?=[^\r\n]*\r?\n|content-)", re.I | re.M)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_COMPARED = 100_000  # characters


@dataclass(slots=True)
class Block:
    """One body: what an alternative offers, or a single text part."""

    plain: str | None = None
    html: str | None = None


@dataclass(slots=True)
class Harvest:
    """What the walk has found so far."""

    blocks: list[Block] = field(default_factory=list)
    enclosures: list[Enclosure] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    visited: int = 0

    def note(self, problem: str | None) -> None:
        """Remembers a problem code once."""
        if problem is not None and problem not in self.problems:
            self.problems.append(problem)

    def text(self) -> str | None:
        """The plain body: only if every block has one, otherwise something of the mail would be missing."""
        if not self.blocks or any(block.plain is None for block in self.blocks):
            return None
        return "\n".join(block.plain or "" for block in self.blocks)

    def markup(self) -> str | None:
        """The HTML body; blocks without HTML (list footers, Apple Mail's pieces) are set as plain paragraphs."""
        if not any(block.html is not None for block in self.blocks):
            return None
        return "\n".join(_as_html(block) for block in self.blocks)


def harvest(message: Part) -> Harvest:
    """Bodies, enclosures and problems of a whole mail."""
    found = Harvest()
    _visit(message, found, depth=0)
    found.blocks = _merged(found.blocks)
    if not found.blocks:
        _promote(found)
    return found


def _promote(found: Harvest) -> None:
    """A mail without a body: the first text that is shown inline (SAP, scanners name it) or of an unheard type is the body."""
    for enclosure in found.enclosures:
        unheard = enclosure.mimetype.startswith("text/") and enclosure.filename.startswith("anhang-")
        if (unheard and enclosure.mimetype not in _NO_TEXTS) or (enclosure.inline and enclosure.mimetype == "text/plain"):
            text, problem = charsets.decode(enclosure.content, None)
            found.note(problem)
            found.blocks.append(Block(plain=clean.body(text)))
            found.enclosures.remove(enclosure)
            return


def _visit(part: Part, found: Harvest, depth: int) -> None:
    kind = parts.content_type(part)
    found.visited += 1
    over = depth > caps.NESTING, len(found.enclosures) >= caps.ENCLOSURES, found.visited > caps.PARTS + 1
    if any(over):
        found.note(next(code for code, true in zip(("cap-nesting", "cap-enclosures", "cap-parts"), over, strict=True) if true))
    elif kind.startswith("message/"):
        _message(part, kind, found)
    elif part.is_multipart():
        _multipart([child for child in part.get_payload() if isinstance(child, Message)], kind, found, depth)
    elif kind.startswith("multipart/"):
        _broken_multipart(part, kind, found, depth)
    else:
        _leaf(part, kind, found, depth)


def _multipart(children: list[Part], kind: str, found: Harvest, depth: int) -> None:
    if kind == "multipart/encrypted":
        found.note("encrypted-pgp")
    elif kind == "multipart/signed":
        found.note("signed")
    if kind == "multipart/alternative":
        _alternative(children, found, depth)
        return
    for child in children:
        _visit(child, found, depth + 1)


def _alternative(children: list[Part], found: Harvest, depth: int) -> None:
    """One block from all choices: the first plain text and all HTML; what else they carry are enclosures."""
    inner = Harvest(problems=found.problems, visited=found.visited)
    for child in children:
        _visit(child, inner, depth + 1)
    found.visited = inner.visited
    plains = [block.plain for block in inner.blocks if block.plain and block.plain.strip()]
    markups = [block.html for block in inner.blocks if block.html and block.html.strip()]
    if plains or markups:
        # Apple Mail puts [html, pdf, html] into the related part of an alternative: all HTML pieces belong to the body.
        found.blocks.append(Block(plains[0] if plains else None, "\n".join(markups) if markups else None))
    found.enclosures += [one for one in inner.enclosures if one.mimetype not in _CHOICES or not (plains or markups)]


def _broken_multipart(part: Part, kind: str, found: Harvest, depth: int) -> None:
    """A multipart whose boundary never comes (rewriting gateways, spam tools): the first line that looks like one is taken."""
    found.note("multipart-broken")
    content = parts.payload(part)
    edge = _EDGE.search(content)
    if edge is not None and b'"' not in edge[1]:
        again = email.message_from_bytes(b'Content-Type: %s; boundary="%s"\n\n' % (kind.encode(), edge[1]) + content)
        if again.is_multipart():
            _multipart([child for child in again.get_payload() if isinstance(child, Message)], kind, found, depth + 1)
            return
    if content.strip():
        text, _ = charsets.decode(content, parts.charset(part))
        found.blocks.append(Block(plain=clean.body(text)))


def _leaf(part: Part, kind: str, found: Harvest, depth: int) -> None:
    name = parts.filename(part)
    disposition = parts.disposition(part)
    if kind in _UNASKED:
        found.note("signed" if kind in _SIGNATURES else None)
        return
    # A mail that is nothing but a text is that text, whatever name it carries (scanners, Notes, scripts).
    if kind in _TEXTS and disposition != "attachment" and (not name or depth == 0):
        found.blocks.append(_block(part, kind, found))
        return
    content = parts.payload(part)
    if kind in _TNEF or (name or "").lower() in ("winmail.dat", "win.dat"):
        _winmail(content, found)
        return
    if kind in _SMIME or (name or "").lower().endswith("smime.p7m"):
        _smime(kind, content, name, found, depth)
        return
    if kind == "application/pgp-encrypted":  # Exchange turns multipart/encrypted into multipart/mixed
        found.note("encrypted-pgp")
    if kind == "text/calendar":
        found.note("calendar")
    identity = parts.content_id(part)
    inline = disposition == "inline" or (identity is not None and kind.startswith("image/") and disposition != "attachment")
    _enclose(found, name, kind, content, content_id=identity, inline=inline)


def _block(part: Part, kind: str, found: Harvest) -> Block:
    markup = kind == "text/html"
    content, plain = parts.text_payload(part)
    text, problem = charsets.decode(content, parts.charset(part) or (_meta(content) if markup else None), markup=markup)
    found.note(problem)
    if plain:
        found.note("base64-plain")
        text += "\n" * (text != "" and not text.endswith("\n")) + charsets.decode(plain, None, markup=markup)[0]
    found.note("nul" if "\x00" in text else None)
    text = clean.body(text)
    if markup:
        return Block(html=text)
    if parts.parameter(part, "format").lower() == "flowed":
        text = flowed.unflow(text, delsp=parts.parameter(part, "delsp").lower() == "yes")
    text, signed = armour.bare(text)
    found.note("signed-clear" if signed else None)
    found.note(armour.encrypted(text))
    return Block(plain=text)


def _meta(content: bytes) -> str | None:
    """The charset that HTML names itself: mails of web shops and Word without a label."""
    found = re.search(rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", content[:2_048], re.I)
    return found[1].decode("ascii") if found else None


def _message(part: Part, kind: str, found: Harvest) -> None:
    """A mail inside the mail stays whole: never part of the text (a forward as attachment, the returned mail of a bounce)."""
    found.note("partial" if kind == "message/partial" else None)
    name = "message.eml" if kind in ("message/rfc822", "message/global") else parts.filename(part)
    _enclose(found, name, kind, parts.inner_bytes(part))


def _winmail(content: bytes, found: Harvest) -> None:
    """Outlook's own format (TNEF), sent when an Exchange server takes the receiver for another Exchange."""
    opened = tnef.open_(content)
    if opened is None:
        found.note("tnef-broken")
        _enclose(found, "winmail.dat", "application/ms-tnef", content)
        return
    if not any((block.plain or block.html or "").strip() for block in found.blocks) and (opened.text or opened.html):
        found.blocks = [Block(opened.text and clean.body(opened.text), opened.html and clean.body(opened.html))]
    for name, kind, data in opened.files[: caps.ENCLOSURES]:
        _enclose(found, name, kind, data)


def _smime(kind: str, content: bytes, name: str | None, found: Harvest, depth: int) -> None:
    """Signed in one piece: the mail inside is read. Encrypted: kept as it is, a moderator can only pass the question on."""
    inner = smime.signed_content(content)
    if inner is None:
        found.note("encrypted-smime")
        _enclose(found, name or "smime.p7m", kind, content)
        return
    found.note("signed-opaque")
    _visit(email.message_from_bytes(inner), found, depth + 1)


def _enclose(
    found: Harvest, name: str | None, kind: str, content: bytes, *, content_id: str | None = None, inline: bool = False
) -> None:
    label = filenames.label(name, kind, len(found.enclosures) + 1, content)
    found.enclosures.append(Enclosure(label, kind, content, content_id, inline))


def _merged(blocks: list[Block]) -> list[Block]:
    """A plain text followed by the same text as HTML is one body: scripts that say mixed where they mean alternative."""
    merged: list[Block] = []
    for block in blocks:
        last = merged[-1] if merged else None
        if last is not None and last.html is None and block.plain is None and _same(last.plain or "", block.html or ""):
            last.html = block.html
        else:
            merged.append(block)
    return merged


def _same(plain: str, markup: str) -> bool:
    wanted = set(plain[:_COMPARED].split())
    given = set(html.unescape(_TAG.sub(" ", markup[:_COMPARED])).split())
    return len(wanted) >= 3 and len(wanted & given) >= 0.9 * len(wanted)


def _as_html(block: Block) -> str:
    if block.html is not None:
        return block.html
    return f'<pre style="white-space: pre-wrap">{html.escape(block.plain or "")}</pre>'
