"""Authentication-Results of the MTA in front of us (RFC 8601): only its own, only from its own hop, read without mercy.

What stands above the Received line of our MTA is its own. Whatever stands below came with the mail and may be forged, our
server's name or not (R57), unless the setting says of that name that a milter writes there and forgeries are removed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import authres
import authres.core
import authres.dmarc

from mailbridge.inbound.proof import dmarc, domains
from mailbridge.inbound.proof.fields import Fields

Aligned = Literal["pass", "fail", "none"]

MILTER = "/milter"
LONGEST, MOST = 4_000, 10
_ID = re.compile(r"\s*([^\s;()]+)")
_PLAIN = re.compile(r"[\t -~]*")
# A comment right behind a value cuts that value short when it is read (CVE-2020-12272); no MTA writes one there.
_STUCK_COMMENT = re.compile(r"[^\s;(]\(")
_DMARC_COMMENT = re.compile(r"\bdmarc\s*=\s*[a-z]+\s*\(([^()]*)\)", re.IGNORECASE)
_WISH = re.compile(r"\b(?:p|policy)\s*=\s*(none|quarantine|reject)\b", re.IGNORECASE)
# A content filter hands the mail back on the same machine: one more line of our own above the one that counts.
_SAME_MACHINE = re.compile(r"from \S+ \((?:\S+ )?\[(?:127\.0\.0\.1|(?:IPv6:)?::1)\]\)", re.IGNORECASE)
_UNREADABLE = (authres.AuthResError, ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the MTA found out about one domain."""

    aligned: Aligned
    policy: dmarc.Wish


class _Strict(authres.core.AuthenticationResultsHeader):  # type: ignore[misc]
    """authres passes over what it cannot read inside a result unless it is told not to."""

    def __init__(self, context: Any, **given: Any) -> None:
        super().__init__(context, strict=True, **given)


_CONTEXT = authres.FeatureContext(authres.dmarc)


def read(fields: Fields, ids: tuple[str, ...], domain: str) -> Verdict | None:
    """The verdict about `domain` (an A-label) under one of our names; None where there is none or it cannot be read for sure.

    A name with MILTER behind it counts between that Received line and the one before it, too.
    """
    above, below = _by_place(fields)
    names = {one.lower() for one in ids}
    ours = [value for value in above if _id(value) in names or _id(value) + MILTER in names]
    ours += [value for value in below if _id(value) + MILTER in names]
    if not ours or len(ours) > MOST:
        return None
    found: list[Any] = []
    for value in ours:
        read_ = _results(value)
        if read_ is None:
            return None  # one line of ours that we cannot read, and we know nothing for sure
        found += read_
    return _verdict(found, ours, domain)


def _by_place(fields: Fields) -> tuple[list[str], list[str]]:
    """Authentication-Results above the line with which our MTA took the mail from outside, and those between it and the next.

    A mail of a trusted peer without such a line was made there, and all of it is its own word.
    """
    hops = [number for number, (name, value) in enumerate(fields) if name == "received" and not _is_internal(value)]
    first, second = [*hops[:2], len(fields), len(fields)][:2]
    return _results_in(fields[:first]), _results_in(fields[first:second])


def _results_in(fields: Fields) -> list[str]:
    return [value for name, value in fields if name == "authentication-results"]


def _is_internal(received: str) -> bool:
    return _SAME_MACHINE.match(" ".join(received.split())) is not None


def _id(value: str) -> str:
    found = _ID.match(value)
    return found[1].lower() if found else ""


def _results(value: str) -> list[Any] | None:
    if len(value) > LONGEST or not _PLAIN.fullmatch(value) or _STUCK_COMMENT.search(value):
        return None
    try:
        return list(_Strict.parse_value(_CONTEXT, value).results)
    except _UNREADABLE:
        return None


def _verdict(results: list[Any], ours: list[str], domain: str) -> Verdict:
    said = {(_word(one.result), _from(one)) for one in results if _word(one.method) == "dmarc"}
    if len(said) > 1:
        return Verdict("fail", "unknown")
    proved = any(_proves(one, domain) for one in results)
    if not said:
        return Verdict("pass" if proved else "none", "unknown")
    word, about = said.pop()
    if about is not None and domains.ascii_form(about) != domain:
        return Verdict("fail", "unknown")  # the MTA read another From than we do
    match word:
        case "pass":
            return Verdict("pass" if about is not None else "none", "unknown")
        case "fail":
            return Verdict("fail", _policy(results, ours))
        case "none":
            return Verdict("pass" if proved else "none", "none")
        case _:
            return Verdict("none", "unknown")


def _proves(result: Any, domain: str) -> bool:
    """DKIM or SPF with an aligned domain, for an MTA that judges no DMARC; relaxed, as most domains ask."""
    if _word(result.result) != "pass":
        return False
    match _word(result.method):
        case "dkim":
            name = _property(result, "header", "d") or (_property(result, "header", "i") or "").rpartition("@")[2]
        case "spf":
            name = (_property(result, "smtp", "mailfrom") or "").rpartition("@")[2]
        case _:
            return False
    return bool(name) and domains.aligned(name, domain)


def _policy(results: list[Any], ours: list[str]) -> dmarc.Wish:
    """The policy of the domain, as OpenDMARC and rspamd tell it: in a property or in the comment behind the verdict."""
    told = [word for one in results if _word(one.method) == "dmarc" and (word := _property(one, "policy", "dmarc"))]
    comments = [comment for value in ours for comment in _DMARC_COMMENT.findall(value)]
    if not told and len(comments) == 1 and sum(len(re.findall(r"(?i)dmarc\s*=", value)) for value in ours) == 1:
        told = _WISH.findall(comments[0])
    return dmarc.wish(told[0]) if len(told) == 1 else "unknown"


def _from(result: Any) -> str | None:
    value = _property(result, "header", "from")
    return value.rpartition("@")[2] if value else None


def _property(result: Any, kind: str, name: str) -> str | None:
    found = [str(one.value) for one in result.properties if (_word(one.type), _word(one.name)) == (kind, name)]
    return found[0] if len(found) == 1 else None


def _word(value: object) -> str:
    return str(value or "").strip().lower()
