"""Who is writing: the trust table of DESIGN §5, tried from the top; the first row that matches decides.

What a mail brings is put into one `Claim`; the rows only look at it. Evidence from outside comes from `evidence.of`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from forum.core import site, tokens
from forum.people import access, service
from forum.people.emails import find_canonical
from forum.people.models import PersonRow
from mailbridge.inbound import evidence
from mailbridge.inbound.evidence import Evidence
from mailbridge.inbound.mail import ParsedMail


@dataclass(frozen=True, slots=True)
class Claim:
    """What a mail brings as evidence.

    `email` is its one From address, `writer` the member whose verified address that is, `owner` the member whose answer token
    it was sent to, `voucher` a member who said yes when we asked about this very mail. `proved`: the From is authenticated;
    `contradicted`: a token cannot make up for the missing proof, since the domain of From asks for one.
    """

    email: str | None
    name: str
    writer: PersonRow | None
    owner: PersonRow | None
    has_token: bool
    voucher: PersonRow | None
    proved: bool
    contradicted: bool

    @property
    def is_owner(self) -> bool:
        """Whether the answer token is the writer's own."""
        return self.owner is not None and self.owner is self.writer


@dataclass(frozen=True, slots=True)
class Sender:
    """The verdict. `person` speaks, or (with `cause`) the mail waits; `row` names the row of the table that decided.

    `asks` is the member who is asked whether the mail is theirs. `authenticated`: there is real evidence for `email`, which
    TRUST_FROM never is; moderation, address, login and membership acts by mail need it (DESIGN §5).
    """

    row: str
    person: PersonRow | None
    cause: str | None
    name: str
    email: str
    asks: PersonRow | None = None
    authenticated: bool = False

    @property
    def may_act(self) -> bool:
        """Whether a post, command or private answer of this sender is carried out at once."""
        return self.person is not None and self.cause is None


Whom = Callable[[Claim], PersonRow | None]


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    holds: Callable[[Claim], bool]
    cause: str | None
    speaks: Whom
    asks: Whom


def _nobody(_claim: Claim) -> PersonRow | None:
    return None


def _writer(claim: Claim) -> PersonRow | None:
    return claim.writer


def _owner(claim: Claim) -> PersonRow | None:
    return claim.owner


def _voucher(claim: Claim) -> PersonRow | None:
    return claim.voucher


TRUST: tuple[_Row, ...] = (
    #    name             matches                                                      waits as        speaks    is asked
    _Row("from-unclear",  lambda claim: claim.email is None,                           "from-unclear", _nobody,  _nobody),
    _Row("vouched",       lambda claim: claim.voucher is not None,                     None,           _voucher, _nobody),
    _Row("token",         lambda claim: claim.is_owner and not claim.contradicted,     None,           _writer,  _nobody),
    _Row("token-alone",   lambda claim: claim.is_owner,                                "unproven",     _writer,  _writer),
    _Row("other-sender",  lambda claim: claim.has_token,                               "other-sender", _nobody,  _owner),
    _Row("proved",        lambda claim: claim.writer is not None and claim.proved,     None,           _writer,  _nobody),
    _Row("unproven",      lambda claim: claim.writer is not None,                      "unproven",     _writer,  _writer),
    _Row("guest",         lambda claim: claim.proved,                                  "guest",        _nobody,  _nobody),
    _Row("stranger",      lambda _claim: True,                                         "stranger",     _nobody,  _nobody),
)  # fmt: skip
"""Read top-down; automatic mail never comes here (`rules.judge`). Held as `cause` says, posted where there is none."""


def sender(
    mail: ParsedMail,
    token: tokens.Token | None,
    *,
    has_token: bool,
    found: Evidence = evidence.NOTHING,
    voucher: PersonRow | None = None,
) -> Sender:
    """Who wrote this mail. `token` is its valid answer token, if any; `has_token` is true also for one that has ended."""
    box = mail.from_[0] if len(mail.from_) == 1 and mail.from_doubt is None else None
    email = find_canonical(box.address) if box else None
    claim = Claim(
        email=email,
        name=box.name if box else _claimed_name(mail),
        writer=_member(service.find_by_email(email)) if email else None,
        owner=owner_of(token),
        has_token=has_token,
        voucher=_member(voucher),
        proved=found.is_proof or site.config().trust_from,
        contradicted=_is_contradicted(found),
    )
    row = next(row for row in TRUST if row.holds(claim))
    return Sender(
        row=row.name,
        person=row.speaks(claim),
        cause=row.cause,
        name=claim.name,
        email=claim.email or "",
        asks=row.asks(claim),
        authenticated=found.is_proof,
    )


def _claimed_name(mail: ParsedMail) -> str:
    """What a moderator sees of a From that cannot be relied on: the first name in it, never an address."""
    return next((box.name for box in mail.from_ if box.name), "") or "unklarer Absender"


def owner_of(token: tokens.Token | None) -> PersonRow | None:
    """The member whose token this is; None once the token was ended (lock, leaving, reset: the epoch moved on)."""
    person = service.find(token.person_id) if token else None
    return _member(person) if person and token and person.epoch == token.epoch else None


def _is_contradicted(found: Evidence) -> bool:
    """Nothing contradicts a token: an aligned pass, a domain that asks for none, or nobody who could tell (DESIGN §5)."""
    if site.config().trust_from or not evidence.is_configured():
        return False
    return not found.is_proof and not found.allows_doubt


def _member(person: PersonRow | None) -> PersonRow | None:
    return person if access.is_member(person) else None
