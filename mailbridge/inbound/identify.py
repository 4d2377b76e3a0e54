"""Who is writing: the trust table of DESIGN §5, tried from the top; the first row that matches decides.

Evidence from outside (DKIM, DMARC, the MTA's verdict) comes with a later issue; until then only
RATSPOST_TRUST_FROM says that a From header is proof, and everything else that would need proof is held.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from forum.core import site, tokens
from forum.people import access, service
from forum.people.emails import find_canonical
from forum.people.models import PersonRow
from mailbridge.inbound.mail import ParsedMail


@dataclass(frozen=True, slots=True)
class Claim:
    """What a mail brings as evidence: its From address, whose it is, whose answer token it came to, whether From is proved."""

    email: str | None
    name: str
    writer: PersonRow | None
    owner: PersonRow | None
    has_token: bool
    proved: bool


@dataclass(frozen=True, slots=True)
class Sender:
    """The verdict. `person` speaks, or (with `cause`) the mail waits; `row` names the row of the table that decided."""

    row: str
    person: PersonRow | None
    cause: str | None
    name: str
    email: str

    @property
    def may_act(self) -> bool:
        """Whether a post, command or private answer of this sender is carried out at once."""
        return self.person is not None and self.cause is None


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    holds: Callable[[Claim], bool]
    cause: str | None
    speaks: Callable[[Claim], PersonRow | None]


def _nobody(_claim: Claim) -> PersonRow | None:
    return None


def _writer(claim: Claim) -> PersonRow | None:
    return claim.writer


TRUST: tuple[_Row, ...] = (
    _Row("from-unclear", lambda claim: claim.email is None, "from-unclear", _nobody),
    _Row("token", lambda claim: claim.owner is not None and claim.owner is claim.writer, None, _writer),
    _Row("other-sender", lambda claim: claim.has_token, "other-sender", _nobody),
    _Row("proved", lambda claim: claim.writer is not None and claim.proved, None, _writer),
    _Row("unproven", lambda claim: claim.writer is not None, "unproven", _writer),
    _Row("guest", lambda claim: claim.proved, "guest", _nobody),
    _Row("stranger", lambda _claim: True, "stranger", _nobody),
)
"""Read top-down; automatic mail never comes here (`rules.judge`)."""


def sender(mail: ParsedMail, token: tokens.Token | None, *, has_token: bool) -> Sender:
    """Who wrote this mail. `token` is its valid answer token, if any; `has_token` is true also for one that has ended."""
    box = mail.from_[0] if len(mail.from_) == 1 and mail.from_doubt is None else None
    email = find_canonical(box.address) if box else None
    claim = Claim(
        email=email,
        name=box.name if box else "",
        writer=_member(service.find_by_email(email)) if email else None,
        owner=owner_of(token),
        has_token=has_token,
        proved=site.config().trust_from,
    )
    row = next(row for row in TRUST if row.holds(claim))
    return Sender(row.name, row.speaks(claim), row.cause, claim.name, claim.email or "")


def owner_of(token: tokens.Token | None) -> PersonRow | None:
    """The member whose token this is; None once the token was ended (lock, leaving, reset: the epoch moved on)."""
    person = service.find(token.person_id) if token else None
    return _member(person) if person and token and person.epoch == token.epoch else None


def _member(person: PersonRow | None) -> PersonRow | None:
    return person if access.is_member(person) else None
