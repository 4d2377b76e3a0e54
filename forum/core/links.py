"""Links in posts: which are found, which are safe, and which host they truly lead to (R84).

Stands below `core.markup`; pure. A link whose host cannot be told for certain is no link: its text stays as text.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterator

import idna
from linkify_it import LinkifyIt

MAX_ADDRESS = 2_000  # characters
MAX_LINE = 4_000  # a line is searched for links in pieces of this length
MAX_LINKS = 200  # of one line

_WEB = re.compile(r"(https?):[/\\]*([^/\\?#]*)([\s\S]*)", re.IGNORECASE)
_MAILTO = re.compile(r"mailto:([^\s@?<>\"']{1,64}@[^\s@?<>\"'/\\]{1,255})(\?[\x21-\x7e]*)?", re.IGNORECASE)
_PORT = re.compile(r":(\d{1,5})?$")
_LABEL_HOST = re.compile(r"(?:[a-z]{2,8}:[/\\]*)?(?:www\.)?([^\s/\\?#@:]+\.[^\s/\\?#@:.]{2,})", re.IGNORECASE)


def finder() -> LinkifyIt:
    """linkify-it for http, https and mailto with a scheme only: README.md and test.de are no links."""
    found = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    found.add("ftp:", None)
    found.add("//", None)
    return found


_FINDER = finder()


def find(line: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, address) of each link in one line of plain text, in order."""
    if ":" not in line:
        return
    for offset in range(0, len(line), MAX_LINE):
        piece = line[offset : offset + MAX_LINE]
        if "://" not in piece and "mailto:" not in piece.lower():
            continue
        for match in (_FINDER.match(piece) or [])[:MAX_LINKS]:
            yield offset + match.index, offset + match.last_index, match.url


def safe(address: str) -> str | None:
    """`address` in a form whose host is what every browser goes to (hosts in punycode), or None if it is no such link."""
    address = "".join(sign for sign in address if unicodedata.category(sign)[0] not in "C" and sign not in "\u00ad\u200b\ufeff")
    address = address.strip()
    if len(address) > MAX_ADDRESS:
        return None
    if mail := _MAILTO.fullmatch(address):
        local, _, domain = mail[1].rpartition("@")
        host = ascii_host(domain)
        return None if host is None else f"mailto:{local}@{host}{mail[2] or ''}"
    web = _WEB.fullmatch(address)
    if web is None:
        return None
    authority, rest = web[2], "".join(sign if sign not in ' "<>`' else f"%{ord(sign):02X}" for sign in web[3])
    port = _PORT.search(authority)
    host = ascii_host(authority[: port.start()] if port else authority)
    if host is None:
        return None
    tail = port[0] if port and port[1] else ""
    return f"{web[1].lower()}://{host}{tail}{rest.replace(chr(92), '/') if rest[:1] == chr(92) else rest}"


def ascii_host(host: str) -> str | None:
    """A host name lower-cased with punycode labels, None if it is not one (RFC 5890; user names before `@` are refused)."""
    if not host or "@" in host or "%" in host or len(host) > 255:
        return None
    if host.startswith("[") and host.endswith("]"):
        try:
            return f"[{ipaddress.IPv6Address(host[1:-1])}]"
        except ValueError:
            return None
    try:
        plain = host.rstrip(".").encode("ascii").decode().lower()
    except UnicodeEncodeError:
        try:
            plain = idna.encode(host.rstrip("."), uts46=True, transitional=False).decode().lower()
        except (idna.IDNAError, UnicodeError, IndexError):
            return None
    return plain if re.fullmatch(r"[a-z0-9_.-]+", plain) and ".." not in plain and plain.strip(".") else None


def host_of(address: str) -> str | None:
    """The host of an address that `safe` gave, for mailto the address itself."""
    if address.startswith("mailto:"):
        return address[7:].split("?")[0]
    web = _WEB.fullmatch(address)
    return None if web is None else _PORT.sub("", web[2])


def host_to_show(address: str, shown: str) -> str | None:
    """The host that has to stand beside the visible text of a link, None where the text says it truly already."""
    host = host_of(address)
    if host is None:
        return None
    shown = shown.strip().lower()
    if address.startswith("mailto:"):
        return None if shown.removeprefix("mailto:").split("?")[0] == host.lower() else host
    label = _LABEL_HOST.match(shown)
    told = label[1].rstrip(".") if label else ""
    if told.removeprefix("www.") == host.removeprefix("www.") and not any(sign in shown for sign in "\\@"):
        return None
    return host
