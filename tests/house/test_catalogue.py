"""Every German text of pages and mails has its English one, and the compiled catalogue is that of the readable one."""

from __future__ import annotations

import gettext
import string

from tests import catalogue


def test_the_catalogue_has_each_text_and_no_other() -> None:
    wanted = {message.id for message in catalogue.extracted() if message.id}
    known = {message.id for message in catalogue.read() if message.id}
    assert known == wanted, "run: python -m tests.catalogue"


def test_no_text_is_left_without_english() -> None:
    assert catalogue.empty(catalogue.read()) == []


def test_english_keeps_the_placeholders() -> None:
    for message in catalogue.read():
        german = message.id if isinstance(message.id, str) else message.id[-1]
        for english in (message.string,) if isinstance(message.string, str) else message.string or ():
            assert not german or placeholders(german) == placeholders(english), german


def placeholders(text: str) -> set[str]:
    """Names in %(name)s and {name}."""
    percent = {part.split(")")[0] for part in text.split("%(")[1:]}
    return percent | {name for _, name, _, _ in string.Formatter().parse(text.replace("%(", "")) if name}


def test_the_compiled_catalogue_is_current() -> None:
    with catalogue.MO.open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in catalogue.read():
        if isinstance(message.id, str) and message.id:
            assert compiled.gettext(message.id) == message.string, "run: python -m tests.catalogue"
