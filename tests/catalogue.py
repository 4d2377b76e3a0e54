"""Keeps the English catalogue up to date: `python -m tests.catalogue` adds new German texts, drops old ones, and compiles.

What is still without English is printed and written with an empty translation; tests/house/test_catalogue.py then fails.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages import Catalog, mofile, pofile
from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).resolve().parents[1]
PO = ROOT / "forum" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "translate": None}
COMMENT = "# English texts of Ratspost; the German ones are the source. Made by `python -m tests.catalogue`."

PERISHABLE = tuple(
    f'"{field}'.encode()
    for field in ("POT-Creation", "PO-Revision", "Generated-By", "Last-Translator", "Report-Msgid", "Language-Team")
)

Text = str | tuple[str, str]


def extracted() -> Catalog:
    """All German texts of code and templates, without translations."""
    found = Catalog(locale="en", project="Ratspost", version="0", charset="utf-8", fuzzy=False)
    found.header_comment = COMMENT
    messages: list[Text] = []
    for folder in ("forum", "mailbridge", "templates"):
        methods = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
        for _file, _line, text, _comments, _context in extract_from_dir(ROOT / folder, methods, keywords=KEYWORDS):
            messages.append(text if isinstance(text, str) else (text[0], text[1]))
    for text in sorted(set(messages), key=str):
        found.add(text)
    return found


def read() -> Catalog:
    """The catalogue as it is."""
    with PO.open("rb") as file:
        return pofile.read_po(file, locale="en")


def empty(catalogue: Catalog) -> list[object]:
    """The texts that have no translation."""
    return [message.id for message in catalogue if message.id and not all(_strings(message.string))]


def _strings(translation: object) -> tuple[str, ...]:
    return tuple(translation) if isinstance(translation, tuple | list) else (str(translation or ""),)


def po_octets(catalogue: Catalog) -> bytes:
    """The catalogue as a .po file, without dates, so that it changes only when a text does."""
    written = io.BytesIO()
    pofile.write_po(written, catalogue, width=0, no_location=True, omit_header=False)
    lines = written.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(PERISHABLE))


def mo_octets(catalogue: Catalog) -> bytes:
    """The catalogue as the .mo file that pages and mails read."""
    written = io.BytesIO()
    mofile.write_mo(written, catalogue)
    return written.getvalue()


def update() -> list[object]:
    """Bring both files up to the texts of the code; returns what is still to be translated."""
    before, now = read(), extracted()
    for message in now:
        known = before.get(message.id) if message.id else None
        if known is not None:
            message.string = known.string
    PO.write_bytes(po_octets(now))
    MO.write_bytes(mo_octets(read()))
    return empty(now)


if __name__ == "__main__":
    for text in update():
        print(text)
