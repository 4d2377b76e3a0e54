"""What hostile HTML does in a real browser after our sanitiser: scripts run, requests made, foreign elements left.

`table()` opens every vector in headless Chromium, many in one page, each in a `<section>` of its own; JavaScript is on. Each page
is opened twice. Once with the policy of the site (`forum.web.headers`): what it has to stop is counted, because the sanitiser
must leave it nothing to stop. Once with the policy only reporting: then nothing but the sanitiser stands between mail and reader.
No request leaves this machine: every one is answered or refused here, and no name is resolved.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Route, sync_playwright

from forum.core import markup
from forum.web.headers import CONTENT_SECURITY
from tests.corpus import vectors

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--host-resolver-rules=MAP * ~NOTFOUND"]  # fmt: skip
ORIGIN = "https://ratspost.test"
A_PAGE = 500_000  # characters of sanitised HTML
# With it, a page is checked by what Chromium made of it, not by what we think it makes of it.
_TREE = """tags => {
  const found = [];
  for (const one of document.querySelectorAll('body > section *')) {
    if (!tags.includes(one.localName)) found.push(one.localName);
    for (const {name, value} of one.attributes)
      if (name.startsWith('on') || name === 'style' || name.includes('src') || /^(javascript|data|vbscript):/i.test(value))
        found.push(one.localName + ' ' + name);
    if (one.localName === 'a' && one.hasAttribute('href') && !['http:', 'https:', 'mailto:'].includes(one.protocol))
      found.push('a href ' + one.protocol);
  }
  return [document.querySelectorAll('body > section').length, found];
}"""


@dataclass(slots=True)
class Row:
    """The count of one source, over both openings."""

    source: str
    inputs: int
    scripts: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def line(self) -> str:
        """One line of the table."""
        counts = (self.inputs, len(self.scripts), len(self.requests), len(self.stopped), len(self.left))
        return f"| {self.source} | " + " | ".join(map(str, counts)) + " |"


HEAD = (
    "| source | inputs | scripts run | requests outside the origin | stopped or reported by the policy "
    "| foreign elements or attributes left |\n| --- | ---: | ---: | ---: | ---: | ---: |"
)


def table() -> list[Row]:
    """One row for each source that was fetched; needs Chromium."""
    return [opened(name, [markup.sanitise(one) for one in inputs]) for name, inputs in vectors.here().items()]


def opened(source: str, fragments: list[str]) -> Row:
    """What happens when these pieces of HTML, sanitised or not, are opened."""
    row = Row(source, len(fragments))
    with _chromium() as context:
        for header in ("Content-Security-Policy", "Content-Security-Policy-Report-Only"):
            for some in _pages(fragments):
                _open(context, row, some, header)
    return row


@contextmanager
def _chromium() -> Iterator[BrowserContext]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser.new_context(java_script_enabled=True)
        finally:
            browser.close()


def _pages(fragments: list[str]) -> Iterator[list[str]]:
    some: list[str] = []
    for fragment in fragments:
        if some and sum(map(len, some)) + len(fragment) > A_PAGE:
            yield some
            some = []
        some.append(fragment)
    if some:
        yield some


def _open(context: BrowserContext, row: Row, fragments: list[str], header: str) -> None:
    page = context.new_page()
    sections = "\n".join(f"<section>{fragment}</section>" for fragment in fragments)
    html = f'<!doctype html><html lang="de"><meta charset="utf-8"><title>Beiträge</title><body>\n{sections}\n</body></html>'
    _listen(page, row, html, {header: CONTENT_SECURITY, "Content-Type": "text/html; charset=utf-8"})
    page.goto(f"{ORIGIN}/")
    page.mouse.move(200, 200)
    page.wait_for_timeout(100)  # milliseconds in which a timer, a dialog or a refresh would come
    number, left = page.evaluate(_TREE, sorted(markup.TAGS))
    row.left += left
    if number != len(fragments):
        row.left.append(f"{len(fragments)} pieces became {number}: one reaches into another")
    page.close()


def _listen(page: Page, row: Row, html: str, headers: dict[str, str]) -> None:
    def answer(route: Route) -> None:
        if route.request.url == f"{ORIGIN}/":
            route.fulfill(body=html, headers=headers)
            return
        row.requests.append(route.request.url)
        route.abort()

    def dialog(shown: Dialog) -> None:
        row.scripts.append(f"{shown.type}: {shown.message}")
        shown.dismiss()

    def console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            row.stopped.append(message.text)
        elif not message.text.startswith("Failed to load resource"):  # Chromium's own word on a request refused here
            row.scripts.append(f"console: {message.text}")

    page.route("**/*", answer)
    page.on("dialog", dialog)
    page.on("console", console)
    page.on("pageerror", lambda error: row.scripts.append(f"error: {error}"))
    page.on("popup", lambda other: row.requests.append(other.url))


if __name__ == "__main__":
    print(HEAD)
    for each in table():
        print(each.line())
        for kind, names in (("script", each.scripts), ("request", each.requests), ("policy", each.stopped), ("left", each.left)):
            print("".join(f"  {kind}: {name}\n" for name in names[:20]), end="")
