"""What every template knows: who is looking, the language, addresses of mail, and how dates and sizes are written."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Flask, request, url_for
from flask_babel import format_date, format_datetime, format_decimal

from forum.core import site
from forum.moderation.words import state_word
from forum.people import access
from forum.places.boards import Board
from forum.threads.models import ThreadRow
from forum.web import assets, language
from forum.web.viewer import viewer


def install(app: Flask) -> None:
    """Hand filters and values to Jinja."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(moment=moment, day=day, size=size, state_word=state)
    app.jinja_env.globals.update(asset=asset, board_mail=board_mail, thread_mail=thread_mail, group_mail=group_mail)
    app.context_processor(known)


def known() -> dict[str, Any]:
    """Who is looking and in which language; asked anew for each page."""
    person = viewer()
    return {
        "me": person,
        "locale": language.current(),
        "i_moderate": access.is_moderator(person),
        "i_administrate": access.is_admin(person),
        "here": request.full_path.rstrip("?") if request.method == "GET" else "/",
        "is_demo": site.ports().postboxes is not None,
    }


def moment(value: dt.datetime) -> str:
    """Day and time, as on the clocks of NRW: "22.11.2026, 15:26"."""
    return str(format_datetime(value, "d. MMM yyyy, HH:mm" if language.current() == "de" else "d MMM yyyy, HH:mm"))


def day(value: dt.date) -> str:
    """A day: "22.11.2026"."""
    return str(format_date(value, "d. MMM yyyy" if language.current() == "de" else "d MMM yyyy", rebase=False))


def size(octets: int) -> str:
    """A file's size for people: "12 kB", "1,4 MB"."""
    if octets < 1_000_000:
        return f"{max(1, round(octets / 1000))} kB"
    return f"{format_decimal(round(octets / 1_000_000, 1))} MB"


def state(value: str) -> str:
    """What the state of a mail, copy or hold is called."""
    return state_word(value, language.current())


def asset(name: str) -> str:
    """The address of one of our own files."""
    return url_for("assets.file", name=name, v=assets.digest(name))


def board_mail(board: Board) -> str:
    """The address to which a mail starts a thread on this board."""
    return site.ports().addressing.board(
        (board.topic.slug,) if board.topic else (), (board.region.slug,) if board.region else ()
    )


def thread_mail(thread: ThreadRow) -> str:
    """The address of a thread."""
    return site.ports().addressing.thread(thread.id)


def group_mail(slug: str) -> str:
    """The address that starts a thread for a group."""
    return site.ports().addressing.group(slug)
