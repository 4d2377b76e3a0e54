"""The demo's local post boxes: read the mails that Ratspost sent, and answer them by real SMTP. Only there (DESIGN §9)."""

from __future__ import annotations

import ipaddress

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from forum.core import markup, site
from forum.core.ports import LocalMail, PostBoxes
from forum.core.refusals import NotFound, Refused
from forum.people import directory, service
from forum.web import language
from forum.web.guards import public

pages = Blueprint("postboxes", __name__, url_prefix="/postfach")


@pages.before_request
def only_at_home() -> None:
    """404 for whatever came through a proxy or asks for another host: these are other people's mails."""
    if not is_at_home():
        abort(404)


def is_at_home() -> bool:
    """Whether this request comes from this very machine, with nothing in between."""
    forwarded = [name for name in request.headers.keys() if name.lower().startswith(("forwarded", "x-forwarded"))]  # noqa: SIM118
    return not forwarded and _is_loopback(request.host)


def _is_loopback(host: str) -> bool:
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    if name in ("localhost",):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _boxes() -> PostBoxes:
    boxes = site.ports().postboxes
    if boxes is None:
        raise NotFound()
    return boxes


@pages.get("/")
@public
def owners() -> str:
    """Everyone who takes part or got mail from here."""
    boxes = _boxes()
    names = {address.email: person.name for person in directory.approved() for address in person.addresses}
    full = set(boxes.owners())
    rows = [(owner, names.get(owner, ""), boxes.mails(owner) if owner in full else []) for owner in sorted(full | set(names))]
    return render_template("postboxes/owners.html", rows=sorted(rows, key=lambda row: not row[2]))


@pages.get("/<owner>")
@public
def box(owner: str) -> str:
    """The mails of one person, latest first, and a form to write one."""
    return _box(owner)


@pages.post("/<owner>")
@public
def write(owner: str) -> Response | tuple[str, int]:
    """Send a new mail in this person's name."""
    form = request.form
    _mails(owner)
    try:
        said = _boxes().write(owner, form.get("an", "").strip(), form.get("betreff", "").strip(), form.get("text", ""))
    except Refused as refused:
        return _box(owner, refused), refused.status
    return redirect(url_for("postboxes.box", owner=owner, gesendet=said), 303)


@pages.get("/<owner>/<path:key>")
@public
def mail(owner: str, key: str) -> str:
    """One mail and a form to answer it."""
    return _mail(owner, key)


@pages.post("/<owner>/<path:key>")
@public
def answer(owner: str, key: str) -> Response | tuple[str, int]:
    """Answer a mail."""
    try:
        said = _boxes().answer(owner, key, request.form.get("text", ""))
    except Refused as refused:
        return _mail(owner, key, refused), refused.status
    return redirect(url_for("postboxes.mail", owner=owner, key=key, gesendet=said), 303)


def _box(owner: str, refused: Refused | None = None) -> str:
    return render_template("postboxes/box.html", owner=owner, mails=_mails(owner), form=request.form, **_outcome(refused))


def _mails(owner: str) -> list[LocalMail]:
    """The mails of someone who got mail from here, or takes part and will. Raises NotFound."""
    boxes = _boxes()
    if owner in boxes.owners():
        return boxes.mails(owner)
    if service.find_by_email(owner) is None:
        raise NotFound()
    return []


def _mail(owner: str, key: str, refused: Refused | None = None) -> str:
    found = _boxes().mail(owner, key)
    html = markup.render_plain(found.text)
    return render_template("postboxes/mail.html", owner=owner, mail=found, html=html, form=request.form, **_outcome(refused))


def _outcome(refused: Refused | None) -> dict[str, str | None]:
    return {"error": refused.sentence(language.current()) if refused else None, "sent": request.args.get("gesendet")}
