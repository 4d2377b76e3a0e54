"""A person's browser: cookies, pages as a reader sees them, forms with their proof. Over the test client or over real HTTP."""

from __future__ import annotations

import html
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any, Protocol

from flask.testing import FlaskClient

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_POST = re.compile(r'<article class="post[^"]*" id="b(\d+)".*?</article>', re.S)
_AUTHOR = re.compile(r'class="author"[^>]*>([^<]*)<')
_LINK = re.compile(r'href="/beitrag/(\d+)"')
_ANSWERED = re.compile(r'Antwort auf <a href="[^"]*">[^<(]*\(\d+\.(\d+)\)</a>')
_TEXT = re.compile(r'<div class="text">(.*?)</div>', re.S)

Value = str | Sequence[str]


@dataclass(frozen=True)
class Page:
    """What came back: status, text with entities resolved, where it leads to, and the bytes as they were."""

    status: int
    text: str
    location: str = ""
    octets: bytes = b""


@dataclass(frozen=True)
class Shown:
    """A post as the thread page shows it."""

    number: int
    post_id: int
    author: str
    text: str
    answers: int | None


class Wire(Protocol):
    """Carries one request; redirects are not followed."""

    def send(self, method: str, path: str, form: Mapping[str, Any]) -> Page: ...


class ClientWire:
    """The test client: the whole application, no socket."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def send(self, method: str, path: str, form: Mapping[str, Any]) -> Page:
        answer = self._client.open(path, method=method, data=dict(form) or None)
        return _page(answer.status_code, answer.data, answer.headers.get("Location"))


class HttpWire:
    """Real HTTP to a server."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), _StayHere())

    def send(self, method: str, path: str, form: Mapping[str, Any]) -> Page:
        body = urllib.parse.urlencode(form, doseq=True).encode() if form else None
        request = urllib.request.Request(f"{self._base}{path}", data=body, method=method)
        try:
            with self._opener.open(request, timeout=30) as answer:
                return _page(answer.status, answer.read(), answer.headers.get("Location"))
        except urllib.error.HTTPError as answer:
            with answer:
                return _page(answer.code, answer.read(), answer.headers.get("Location"))


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_about: Any) -> None:
        return None


def _page(status: int, octets: bytes, location: str | None) -> Page:
    return Page(status, html.unescape(octets.decode(errors="replace")), location or "", octets)


class Browser:
    """Opens pages and sends forms."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._proof = ""

    def open(self, path: str) -> Page:
        return self._wire.send("GET", path, {})

    def page(self, path: str) -> str:
        """The page as text; it must be there."""
        found = self.open(path)
        assert found.status == 200, (path, found.status, found.location)
        return found.text

    def send(self, path: str, **form: Any) -> Page:
        """Send a form as a page of ours would, with the proof that it came from there."""
        answer = self.send_bare(path, csrf_token=self._proof or self._fetched(), **form)
        if answer.location and path.startswith("/anmelden"):
            self._proof = ""  # a new session, a new proof
        return answer

    def _fetched(self) -> str:
        found = _TOKEN.search(self.page("/hilfe"))
        assert found
        self._proof = found[1]
        return found[1]

    def send_bare(self, path: str, **form: Any) -> Page:
        """Send a form that has no proof, as a mail program does for one-click unsubscribe."""
        return self._wire.send("POST", path, form)

    def thread(self, thread_id: int) -> list[Shown]:
        """The posts of a thread, from top to bottom."""
        shown = [_shown(found) for found in _POST.finditer(self.page(f"/faden/{thread_id}"))]
        assert shown
        return shown


def _shown(article: re.Match[str]) -> Shown:
    number, text = int(article[1]), " ".join(article[0].split())
    author, link, body, answered = (pattern.search(text) for pattern in (_AUTHOR, _LINK, _TEXT, _ANSWERED))
    assert author
    assert link
    before = number - 1 or None  # the page names the answered post only where it is not the one before
    shown = re.sub(r"<[^>]+>", " ", body[1]) if body else ""
    return Shown(number, int(link[1]), author[1], " ".join(shown.split()), int(answered[1]) if answered else before)
