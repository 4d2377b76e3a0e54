"""Answering one question of ours in the browser: a GET shows what it is about, a POST says yes or no (R62).

The link went to one mail box, so it vouches for mails as an answer by mail does. To give an account one more address, its
owner has to be logged in besides, like a moderator who releases; that the new address is theirs is said by whoever reads its box.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from forum.core import site, tokens
from forum.core.db import transaction
from forum.core.refusals import NotFound
from forum.moderation import questions
from forum.moderation.models import QuestionKind, QuestionRow
from forum.people import service
from forum.people.models import PersonRow
from forum.web import guards
from forum.web.guards import public
from forum.web.viewer import viewer

pages = Blueprint("questions", __name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and whom it was put to."""

    question: QuestionRow
    person: PersonRow

    @property
    def needs_login(self) -> bool:
        """Whether the link alone is not enough, for nobody or somebody else is logged in."""
        me = viewer()
        return self.question.kind in (QuestionKind.ADDRESS, QuestionKind.RELEASE) and (me is None or me.id != self.person.id)


@pages.get("/frage/<token>")
@public
def ask(token: str) -> Response | str:
    """The mails it is about, and two buttons."""
    asked = _read(token)
    if asked.needs_login:
        return guards.to_login()
    if not questions.is_open(asked.question):
        return render_template("questions/done.html", done=None)
    return render_template("questions/ask.html", token=token, asked=asked, items=questions.shown(asked.question))


@pages.post("/frage/<token>")
@public
def answer(token: str) -> Response | str:
    """Take the answer; of several mails those that are ticked are theirs."""
    with transaction():
        asked = _read(token)
        if asked.needs_login:
            return guards.to_login()
        yes = request.form.get("antwort") == "ja"
        only = None
        if len(questions.shown(asked.question)) > 1:
            only = {int(number) for number in request.form.getlist("mail") if number.isdecimal()}
            yes = yes and bool(only)
        done = questions.answer(asked.question, yes, asked.person, only=only)
    return render_template("questions/done.html", done=done)


def _read(token: str) -> Asked:
    """The question of a token that is ours and has not ended. Raises NotFound."""
    found = tokens.read(token, site.keyring(), "f")
    person = service.find(found.person_id) if found else None
    if found is None or person is None or person.epoch != found.epoch:
        raise NotFound()
    return Asked(questions.get(found.target_id, person.id), person)
