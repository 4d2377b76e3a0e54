"""German and English: German source strings, looked up in the gettext catalogue of the wanted language.

Used where no request is (mails, CLI, refusals); the web door gets the same catalogue through Flask-Babel.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

LOCALES = ("de", "en")
FOLDER = Path(__file__).parent.parent / "translations"


@cache
def catalogue(locale: str) -> gettext.NullTranslations:
    """The translations of `locale`; German is the source and needs none."""
    if locale == "de":
        return gettext.NullTranslations()
    return gettext.translation("messages", FOLDER, languages=[locale])


def translate(text: str, locale: str) -> str:
    """`text` (a German source string) in `locale`."""
    return catalogue(locale).gettext(text)
