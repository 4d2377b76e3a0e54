"""The words of our mails: three templates for each kind, in German and English, filled with facts. No addresses, no MIME.

A template that misses a fact is an error (StrictUndefined): a mail is right or it is not sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from forum.core import texts
from forum.core.files import find
from forum.moderation.causes import CAUSES

FILES = ("subject.txt", "body.txt", "body.html")
_UNITS = ("B", "kB", "MB", "GB")


@dataclass(frozen=True, slots=True)
class Wording:
    """Subject, plain text and HTML of one mail in one language."""

    subject: str
    text: str
    html: str


def render(kind: str, locale: str, facts: Mapping[str, Any]) -> Wording:
    """The words of a letter. Raises jinja2.TemplateError when a template or a fact is missing."""
    subject, text, html = (_environment(locale).get_template(f"{kind}/{name}") for name in FILES)
    line = " ".join(subject.render(facts).split())
    return Wording(line, text.render(facts, subject_line=line), html.render(facts, subject_line=line))


@cache
def _environment(locale: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(find("templates") / "mail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    catalogue = texts.catalogue(locale)
    environment.install_gettext_callables(catalogue.gettext, catalogue.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters["size"] = lambda octets: size(octets, locale)
    environment.filters["cause"] = lambda code: cause(code, locale)
    environment.globals["locale"] = locale
    return environment


def cause(code: str, locale: str) -> str:
    """Why a contribution waits, as its author reads it. Raises KeyError for an unknown code."""
    found = CAUSES[code]
    return found.en if locale == "en" else found.de


def size(octets: int, locale: str) -> str:
    """A file's size for people: "1,4 MB"."""
    value, unit = float(octets), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    shown = f"{value:.0f}" if unit == 0 or value >= 10 else f"{value:.1f}"
    return f"{shown if locale == 'en' else shown.replace('.', ',')} {_UNITS[unit]}"
