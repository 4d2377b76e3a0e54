"""Walks the MIME tree and sorts its leaves into bodies and enclosures. Second step of `parse.read`.

A body is a block with a plain text, an HTML text or both. What is no body is an enclosure; nothing is left out but signatures.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from email.generator import BytesGenerator
from email.message import Message
from io import BytesIO

from mailbridge.inbound import clean
from mailbridge.inbound.mail import Enclosure
from mailbridge.inbound.parsing import caps, charsets, filenames, flowed, tnef, words

_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_READABLE = {"text/plain": "plain", "text/html": "html", "text/markdown": "plain", "text/x-markdown": "plain"}

Part = Message


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


def _as_html(block: Block) -> str:
    if block.html is not None:
        return block.html
    return f'<pre style="white-space: pre-wrap">{html.escape(block.plain or "")}</pre>'


def harvest(message: Part) -> Harvest:
    """Bodies, enclosures and problems of a whole mail."""
    found = Harvest()
    _visit(message, found, depth=0)
    if not found.blocks:
        _promote(found)
    return found


def _visit(part: Part, found: Harvest, depth: int) -> None:
    kind = content_type(part)
    if depth > caps.NESTING or len(found.enclosures) >= caps.ENCLOSURES:
        found.note("cap-nesting" if depth > caps.NESTING else "cap-enclosures")
        return
    if kind.startswith("message/"):
        _message(part, kind, found)
    elif part.is_multipart():
        _multipart(part, kind, found, depth)
    else:
        _leaf(part, kind, found)


def _multipart(part: Part, kind: str, found: Harvest, depth: int) -> None:
    children = [child for child in part.get_payload() if isinstance(child, Message)]
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
    """One block from all choices: the fullest plain text and the last HTML; what else they carry are enclosures."""
    inner = Harvest(problems=found.problems)
    for child in children:
        _visit(child, inner, depth + 1)
    plains = [block.plain for block in inner.blocks if block.plain and block.plain.strip()]
    markups = [block.html for block in inner.blocks if block.html and block.html.strip()]
    if plains or markups:
        # Apple Mail puts [html, pdf, html] into the related part of an alternative: all HTML pieces belong to the body.
        found.blocks.append(Block(plains[0] if plains else None, "\n".join(markups) if markups else None))
    found.enclosures += inner.enclosures


def _leaf(part: Part, kind: str, found: Harvest) -> None:
    name = filename(part)
    disposition = (_first(part, "content-disposition").split(";")[0]).strip().lower()
    if kind in _SIGNATURES:
        found.note("signed")
        return
    content = payload(part)
    if kind in _TNEF or (name or "").lower() in ("winmail.dat", "win.dat"):
        _winmail(content, found)
        return
    if kind in _SMIME:
        _smime(part, kind, content, name, found)
        return
    if kind in _READABLE and disposition != "attachment" and not name:
        found.blocks.append(_block(part, kind, content, found))
        return
    if kind == "text/calendar":
        found.note("calendar")
    _enclose(found, name, kind, content, content_id=_content_id(part), inline=disposition == "inline" or _embedded(part, kind))


def _block(part: Part, kind: str, content: bytes, found: Harvest) -> Block:
    markup = _READABLE[kind] == "html"
    text, problem = charsets.decode(content, charset(part), markup=markup)
    found.note(problem)
    if "\x00" in text:
        found.note("nul")
    text = clean.body(text)
    if markup:
        return Block(html=text)
    if parameter(part, "format").lower() == "flowed":
        text = flowed.unflow(text, delsp=parameter(part, "delsp").lower() == "yes")
    if "-----BEGIN PGP MESSAGE-----" in text:
        found.note("encrypted-pgp")
    return Block(plain=text)


def _message(part: Part, kind: str, found: Harvest) -> None:
    """A mail inside the mail stays whole: never part of the text (a forward as attachment, the returned mail of a bounce)."""
    if kind == "message/partial":
        found.note("partial")
    name = "message.eml" if kind in ("message/rfc822", "message/global") else filename(part)
    _enclose(found, name, kind, _inner_bytes(part), inline=False)


def _inner_bytes(part: Part) -> bytes:
    inner = part.get_payload()
    if not isinstance(inner, list):
        return payload(part)
    pieces: list[bytes] = []
    for one in (child for child in inner if isinstance(child, Message)):
        buffer = BytesIO()
        try:
            BytesGenerator(buffer, mangle_from_=False, maxheaderlen=0).flatten(one)
            pieces.append(buffer.getvalue())
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError, UnicodeError):
            pieces.append(str(one).encode("utf-8", "replace"))
    return b"\n".join(pieces)


def _winmail(content: bytes, found: Harvest) -> None:
    """Outlook's own format (TNEF), sent when an Exchange server takes the receiver for another Exchange."""
    opened = tnef.open_(content)
    if opened is None:
        found.note("tnef-broken")
        _enclose(found, "winmail.dat", "application/ms-tnef", content)
        return
    if not any((block.plain or block.html or "").strip() for block in found.blocks) and (opened.text or opened.html):
        found.blocks.append(Block(opened.text and clean.body(opened.text), opened.html and clean.body(opened.html)))
    for name, kind, data in opened.files[: caps.ENCLOSURES]:
        _enclose(found, name, kind, data)


def _smime(part: Part, kind: str, content: bytes, name: str | None, found: Harvest) -> None:
    """Signed in one piece or encrypted: unreadable here, kept as it is."""
    signed = parameter(part, "smime-type").lower() == "signed-data"
    found.note("signed-opaque" if signed else "encrypted-smime")
    _enclose(found, name or "smime.p7m", kind, content)


def _enclose(
    found: Harvest, name: str | None, kind: str, content: bytes, *, content_id: str | None = None, inline: bool = False
) -> None:
    label = filenames.label(name, kind, len(found.enclosures) + 1)
    found.enclosures.append(Enclosure(label, kind, content, content_id, inline))


def _promote(found: Harvest) -> None:
    """A mail whose only text carries a file name (scanners, old Notes): the first such text is the body."""
    for enclosure in found.enclosures:
        if enclosure.mimetype == "text/plain" and enclosure.inline:
            text, problem = charsets.decode(enclosure.content, None)
            found.note(problem)
            found.blocks.append(Block(plain=clean.body(text)))
            found.enclosures.remove(enclosure)
            return


def _embedded(part: Part, kind: str) -> bool:
    return bool(_content_id(part)) and kind.startswith("image/")


def _content_id(part: Part) -> str | None:
    return clean.line(words.unfold(_first(part, "content-id"))).strip("<> ")[:250] or None


def content_type(part: Part) -> str:
    """The media type in lower case; `text/plain` for nonsense, as RFC 2045 §5.2 says."""
    try:
        kind = clean.line(part.get_content_type())
    except (ValueError, IndexError, TypeError, AttributeError):
        return "text/plain"
    return kind if kind.isascii() and len(kind) <= 127 else "application/octet-stream"


def charset(part: Part) -> str | None:
    """The declared charset as it stands, None without one."""
    return parameter(part, "charset") or None


def parameter(part: Part, name: str) -> str:
    """A parameter of Content-Type, "" without one (RFC 2045 §5.1, RFC 2231)."""
    try:
        value = part.get_param(name, "")
        if isinstance(value, tuple):
            value = value[2]
    except (ValueError, IndexError, TypeError, AttributeError, LookupError):
        return ""
    return str(value).strip().strip("'\"")[:200]


def filename(part: Part) -> str | None:
    """The file name the sender gave, not yet cleaned of hostile things; encoded words decoded although RFC 2231 forbids them."""
    try:
        name = part.get_filename()
    except (ValueError, IndexError, TypeError, AttributeError, LookupError):
        return "unlesbar"
    return words.words(words.unfold(name)) if name else None


def payload(part: Part) -> bytes:
    """The decoded bytes of a leaf; broken base64 and quoted-printable give what can be read."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, IndexError, TypeError, AttributeError, LookupError, AssertionError):
        content = None
    if isinstance(content, bytes):
        return content
    return str(part.get_payload()).encode("utf-8", "surrogateescape")


def _first(part: Part, name: str) -> str:
    """The first raw value of a header of a part; the standard accessor may wrap 8-bit values into an object."""
    return next((str(value) for key, value in part.raw_items() if key.lower() == name), "")
