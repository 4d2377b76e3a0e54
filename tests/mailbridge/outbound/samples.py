"""One letter of every kind but `post`, with the facts that its writers in the house give it."""

from __future__ import annotations

from typing import Any

from forum.core.db import session
from forum.mailroom import letters
from forum.mailroom.models import LetterRow
from forum.moderation.causes import CAUSES
from forum.threads.models import PostRow
from mailbridge.inbound import enclosures
from tests import cast

ASKED = {
    "subject": "Hebesätze", "at": "2026-11-22T12:00:00+00:00", "sender": "birol@kreis.example",
    "text": "Wer erhöht?\n\n<b>Wir</b>",
    "to": ["finanzen.bottrop@post.example"], "files": ["antrag.pdf"],
}  # fmt: skip
BARE = {"subject": "", "at": "", "sender": "fremd@x.example", "text": "", "to": [], "files": []}

LEFT_OUT = [{"filename": f"<b>{number}</b>.exe", "reason": reason} for number, reason in enumerate(enclosures.REASONS)]

FACTS: dict[str, list[dict[str, Any]]] = {
    "login": [{"url": "https://forum.example/anmelden/Geheim", "minutes": 15}],
    "welcome": [{"url": "https://forum.example/anmelden"}],
    "held": [{"title": "Hebesätze", "cause": cause} for cause in CAUSES]
    + [{"title": "Hebesätze", "cause": "first-post", "again": True}]
    + [{"title": "Hebesätze", "cause": "first-post", "left_out": LEFT_OUT}],
    "released": [{"title": "Hebesätze", "thread": 1}, {"title": "Hebesätze", "thread": 1, "left_out": LEFT_OUT}],
    "rejected": [{"title": "Hebesätze", "reason": "Das gehört\nnicht <hierher>."}],
    "case": [
        {"hold": 1, "title": "Hebesätze", "author": "Dora", "cause": "guest", "text": "Wer\n\n<b>Wir</b>", "files": ["a.pdf"],
         "by_mail": True},
        {"hold": 1, "title": "", "author": "", "cause": "stranger", "text": "", "files": [], "by_mail": False},
    ],
    "case-answer": [
        {"hold": 1, "title": "Hebesätze", "did": "answer-unclear", "said": {"de": "Nicht verstanden.", "en": "Not understood."}},
        {"hold": 1, "title": "", "did": "not-allowed", "said": {"de": "Kein Recht.", "en": "No such right."}},
        {"hold": 1, "title": "Hebesätze", "did": "rejected", "said": {}},
        {"hold": 1, "title": "", "did": "released", "said": {}},
    ],
    "not-taken": [
        {"title": "Hebesätze", "files": LEFT_OUT, "topics": ["verkehr"], "private": []},
        {"title": "Hebesätze", "files": [], "topics": ["verkehr"], "private": []},
        {"title": "Hebesätze", "files": LEFT_OUT, "topics": [], "private": []},
        {"title": "", "files": [], "topics": [], "private": ["<b>a</b>.pdf"]},
    ],
    "subscription": [
        {"did": "left", "title": "Hebesätze <2027>", "boards": ["finanzen.bottrop"]},
        {"did": "left", "title": "Hebesätze", "boards": []},
        {"did": "thread-abo", "title": "Hebesätze", "boards": []},
        {"did": "thread-ab", "title": "Hebesätze", "boards": []},
        {"did": "thread-stumm", "title": "Hebesätze", "boards": []},
        {"did": "subscribe", "title": "", "boards": ["finanzen", "bottrop"]},
        {"did": "unsubscribe", "title": "", "boards": ["finanzen.bottrop"]},
    ],
    "private": [
        {"sender": 1, "name": "Anne Muster", "subject": "Hebesätze", "text": "Nur für dich:\n<script>\nGruß"},
        {"sender": 1, "name": "Anne Muster", "subject": "", "text": "Siehe Anhang", "left_out": ["<b>a</b>.pdf"]},
    ],
    "help": [{}],
    "question": [
        {"question": 1, "new_address": "b@x.example", "items": [ASKED], "cause": "unproven", "again": False, "release": False},
        {"question": 1, "new_address": "", "items": [ASKED, BARE], "cause": "other-sender", "again": True, "release": False},
        {"question": 1, "new_address": "", "items": [BARE], "cause": "other-sender", "again": False, "release": True},
    ],
    "address-question": [
        {"question": 1, "new_address": "neu@kreis.example", "items": [], "cause": "unproven", "again": again}
        for again in (False, True)
    ],
    "address-proof": [
        {"question": 1, "new_address": "neu@kreis.example", "items": [], "cause": "unproven", "again": again}
        for again in (False, True)
    ],
    "operator": [
        {
            "stuck": 1,
            "held": 2,
            "late": True,
            "mails": 7,
            "copies": 30,
            "failed": [{"domain": "kreis.example", "copies": 3, "answer": "550 5.1.1 unknown <b>"}],
        },
        {"stuck": 2, "held": 0, "late": False, "failed": [], "mails": 0, "copies": 0},
    ],
    "address-added": [{"new_address": "neu@kreis.example"}],
}
"""By kind; the first of each stands in the golden mails."""

ABOUT_THREAD = ("not-taken", "subscription", "held", "released", "rejected")


def write(kind: str, person_id: int, post_id: int, facts: dict[str, Any]) -> LetterRow:
    """A letter to this person, about the thread of this post where its kind is about one."""
    thread_id = session().get_one(PostRow, post_id).thread_id
    about = bool(facts.get("title")) and kind in ABOUT_THREAD
    letter = letters.write(
        kind, person=cast.person(person_id), thread_id=thread_id if about else None,
        post_id=post_id if kind == "not-taken" else None, **facts,
    )  # fmt: skip
    letter.message_id = f"<l{kind}@post.example>"
    return letter
