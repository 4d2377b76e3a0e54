"""What comes from outside and would trip the store: numbers no row can have, NUL in texts. Refused at the door, by name."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.routing import IntegerConverter

from forum.core.refusals import BadInput

LARGEST = 2**31 - 1
"""The largest id that both databases can look for."""


class Number(IntegerConverter):
    """`<int:…>` of an address, no larger than an id can be; anything else is not found."""

    def __init__(self, map: object, fixed_digits: int = 0) -> None:
        super().__init__(map, fixed_digits=fixed_digits, max=LARGEST)  # type: ignore[arg-type]


def install(app: Flask) -> None:
    """Bound the numbers of addresses; look at every form before its view does."""
    app.url_map.converters["int"] = Number
    app.before_request(refuse_nul)


def refuse_nul() -> None:
    """PostgreSQL cannot store NUL, and no keyboard writes one. Raises BadInput."""
    for field, values in request.form.lists():
        if any("\x00" in value for value in values):
            raise BadInput(field=field.replace("\x00", ""), value="NUL")


def number(text: str | None, default: int = 0) -> int:
    """A number of an address's query or a form; `default` for what is none or cannot be an id."""
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 10:
        return default
    return min(int(text), LARGEST)


def page_number() -> int:
    """The page of a long list that is asked for, from 1."""
    return max(1, min(number(request.args.get("seite"), 1), 100_000))
