"""What stands in letters to one person: the facts their writer left, with the addresses and links that a reader needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from babel.dates import format_datetime, get_timezone

from forum.core import markup, site, texts, tokens
from forum.mailroom.models import LetterRow
from forum.people import service as people
from forum.places import boards
from mailbridge import addresses
from mailbridge.destinations import ThreadCommand
from mailbridge.outbound import headers, links

OURS = "Ratspost"
OUR_CLOCKS = get_timezone("Europe/Berlin")
TARGETS = {
    "private": "sender",
    "case": "hold",
    "question": "question",
    "address-question": "question",
    "address-proof": "question",
}
"""The fact that the answer token of a kind is about."""


def target_id(letter: LetterRow) -> int:
    """What the answer token is about; 0 for a kind that has none."""
    fact = TARGETS.get(letter.kind)
    return int(letter.facts[fact]) if fact else 0


def sender_name(letter: LetterRow, locale: str) -> str:
    """The name in From: ours, or that of whoever has us relay a private answer."""
    if letter.kind != "private":
        return OURS
    return headers.one_line(texts.translate("{name} (über Ratspost)", locale).format(name=letter.facts["name"]))


def facts(letter: LetterRow) -> dict[str, Any]:
    """Everything the templates of a notice may use."""
    config = site.config()
    person = people.find(letter.person_id) if letter.person_id else None
    known: dict[str, Any] = {
        "reader": person.name if person else "",
        "domain": config.mail_domain,
        "site_url": config.base_url,
        "inbox_url": links.inbox(config.base_url),
        "holds_url": links.holds(config.base_url),
        "follows_url": links.subscriptions(config.base_url),
        "help_address": addresses.service("hilfe", config.mail_domain),
        "post_url": links.post(config.base_url, letter.post_id) if letter.post_id else "",
        "thread_url": links.thread(config.base_url, letter.thread_id) if letter.thread_id else "",
        "thread_address": addresses.thread(letter.thread_id, config.mail_domain) if letter.thread_id else "",
        "thread_undo": _thread_undo(letter),
    }
    known.update(letter.facts)
    prepare = PREPARED.get(letter.kind)
    return known | prepare(letter) if prepare else known


def _thread_undo(letter: LetterRow) -> str:
    """The address that takes a thread command back."""
    if letter.thread_id is None:
        return ""
    back: ThreadCommand = "ab" if letter.facts.get("did") == "thread-abo" else "abo"
    return addresses.thread_command(letter.thread_id, back, site.config().mail_domain)


def _board(slug: str, did: str) -> dict[str, str]:
    """A board of a subscription notice: its title, and the address that takes it back."""
    board = boards.get(slug)
    suffix = "ab" if did == "subscribe" else "abo"
    return {"title": board.title(), "undo": f"{board.slug}-{suffix}@{site.config().mail_domain}"}


def _subscription(letter: LetterRow) -> dict[str, Any]:
    return {"boards": [_board(slug, letter.facts["did"]) for slug in letter.facts["boards"]]}


def _private(letter: LetterRow) -> dict[str, Any]:
    return {"html": markup.render_plain(letter.facts["text"])}


def _released(letter: LetterRow) -> dict[str, Any]:
    return {"released_url": links.thread(site.config().base_url, letter.facts["thread"])}


def _question(letter: LetterRow) -> dict[str, Any]:
    """The page where the question can be answered too, and the mails it is about with their moments as people write them."""
    person = people.find(letter.person_id) if letter.person_id else None
    token = tokens.Token("f", letter.person_id or 0, letter.facts["question"], person.epoch if person else 0)
    items = [{**item, "at": _moment(item["at"])} for item in letter.facts["items"]]
    return {"question_url": links.question(site.config().base_url, tokens.write(token, site.keyring())), "items": items}


def _moment(text: str) -> str:
    """A moment as the clocks of NRW show it: "02.11.2026, 20:15"."""
    return format_datetime(dt.datetime.fromisoformat(text), "dd.MM.yyyy, HH:mm", tzinfo=OUR_CLOCKS) if text else ""


PREPARED: dict[str, Callable[[LetterRow], dict[str, Any]]] = {
    "subscription": _subscription,
    "private": _private,
    "released": _released,
    "question": _question,
    "address-question": _question,
    "address-proof": _question,
}
"""What a kind needs beyond the facts of its letter."""
