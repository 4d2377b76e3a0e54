"""From a mail to a contribution: what was written, its files, its place; handed to `moderation.intake`, as from the browser."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from forum.core import clock, masking, site
from forum.core.db import session
from forum.core.refusals import Refused
from forum.mailroom import ledger, letters
from forum.mailroom.models import InboundState, LedgerRow
from forum.moderation import intake
from forum.moderation.contribution import Contribution, told
from forum.people import access, service
from forum.places import boards
from forum.threads import placing, subjects
from forum.threads.draft import LONGEST_BODY, LONGEST_TITLE, Draft
from forum.threads.models import BodyFormat, PostRow, Source
from mailbridge.inbound import asking, filing, route, text
from mailbridge.inbound.bounces import Bounce
from mailbridge.inbound.identify import Sender
from mailbridge.inbound.mail import Envelope, ParsedMail, Written

CAUSE_OF_PROBLEM = {"encrypted-pgp": "encrypted", "encrypted-smime": "encrypted"}
"""Hold cause by what `parse` found; other problems that hold count as broken."""

CAUSE_OF_RULE = {
    "absence-subject": "looks-automatic",
    "newsletter": "looks-automatic",
    "too-many-hops": "looks-automatic",
    "twice-through-us": "looks-automatic",
    "challenge": "looks-automatic",
    "says-automatic": "looks-automatic",
    "receipt-text": "looks-automatic",
    "spam-mark": "looks-automatic",
    "redirected": "looks-automatic",
    "failure-notice": "looks-automatic",
    "note-text": "looks-automatic",
    "calendar-text": "looks-automatic",
    "no-reply": "looks-automatic",
    "wants-no-answer": "looks-automatic",
}
"""Hold cause by the doubtful rule that matched; `unreadable` is told by the mail's problems."""

_AHEAD = dt.timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Received:
    """A mail on the worker's desk: its ledger row, parsed, with its envelope, and what it says if it is a bounce."""

    row: LedgerRow
    mail: ParsedMail
    envelope: Envelope
    bounce: Bounce | None = None


def hand_in(received: Received, target: route.Target, sender: Sender, *, doubtful: str | None) -> None:
    """Publish, hold or relay, and settle the ledger row. `doubtful` names the rule that asks for a person's look."""
    written = text.written(received.mail, post=_answered_text(target))
    if isinstance(target, route.PrivateReply):
        _private(received, target, sender, written, doubtful)
        return
    filed = filing.file(received.mail, sender.person, _thread_of(target))
    contribution = _contribution(received, target, sender, written, filed)
    if isinstance(target, route.Service) and not sender.may_act:
        contribution = replace(contribution, person_id=None)  # a moderator decides, who cannot know whether it is theirs
    doubt = _doubt(received.mail, target, doubtful) or _lack(contribution)
    cause = _suspicion(contribution, target, sender) or doubt
    outcome = _submit(contribution, cause)
    _settle(received.row, outcome)
    if isinstance(outcome, intake.Held) and outcome.cause == sender.cause:
        asking.about_hold(sender, outcome.hold_id, doubt)
    if isinstance(outcome, intake.Posted) and sender.person is not None:
        dropped = target.dropped if isinstance(target, route.NewThread) else ()
        _tell_what_was_left_out(received, sender, outcome, told(filed.refused), dropped)


def _suspicion(contribution: Contribution, target: route.Target, sender: Sender) -> str | None:
    """Why the sender makes it wait. A service address takes mail from anyone; who it is from does not matter there."""
    if isinstance(target, route.Service):
        return "service"
    return "stranger" if sender.cause == "guest" and not _welcomes_guests(contribution) else sender.cause


def _private(received: Received, target: route.PrivateReply, sender: Sender, written: Written, doubtful: str | None) -> None:
    """Relay, or let it wait where only the ledger shows it."""
    if not sender.may_act:
        asking.hold_unseen(received.row, sender, sender.cause or "unproven")
    elif doubtful is not None and sender.row != "vouched":
        asking.hold_unseen(received.row, sender, _doubt(received.mail, target, doubtful) or doubtful)
    else:
        _relay(received, target, sender, written)


def _submit(contribution: Contribution, cause: str | None) -> intake.Outcome:
    """Hand in; what is refused now can only wait, since 250 was said."""
    try:
        return intake.submit(contribution, cause=cause)
    except Refused as refused:
        return intake.submit(contribution, cause=intake.cause_of(refused))


def _contribution(
    received: Received, target: route.Target, sender: Sender, written: Written, filed: filing.Filed
) -> Contribution:
    mail, row = received.mail, received.row
    draft = Draft(
        source=Source.MAIL,
        body=body_of(written),
        body_format=BodyFormat.PLAIN,
        quoted=quoted_of(written),
        files=filed.kept,
        message_id=mail.message_id,
        content_key=row.content_key,
        claimed_at=mail.date if mail.date and mail.date < clock.now() + _AHEAD else None,
        inbound_id=row.id,
    )
    contribution = Contribution(
        draft=draft, person_id=sender.person.id if sender.person else None, name=sender.name, email=sender.email,
        title=subjects.bare(mail.subject)[:LONGEST_TITLE], left_out=filed.refused,
    )  # fmt: skip
    if isinstance(target, route.Reply):
        return replace(contribution, parent_id=target.post_id)
    place = target.place if isinstance(target, route.Doubt) else target
    if isinstance(place, route.NewThread):
        return replace(contribution, topics=place.topics, regions=place.regions, group=place.group)
    return contribution


def body_of(written: Written) -> str:
    """The author's words, without tokens; a mail passed on stands beneath them as a quotation, never as the author's own."""
    return masking.strip_tokens(_body(written)).strip("\n")


def quoted_of(written: Written) -> str:
    """What stood around the author's words and can be unfolded: without tokens, and without the addresses that clients quote."""
    around = "\n\n".join(part for part in (written.quoted, written.signature) if part)
    return masking.mask_addresses(around, site.config().mail_domains)


def _body(written: Written) -> str:
    """What is passed on is part of what the author wants to say, so it goes out with the post."""
    if not written.forwarded.strip():
        return written.text
    passed_on = "\n".join(f"> {line}" for line in written.forwarded.split("\n"))
    return "\n\n".join(part for part in (written.text.strip("\n"), _forward_line(written) + "\n" + passed_on) if part)


def _forward_line(written: Written) -> str:
    return f"Weitergeleitete Mail von {written.forwarded_from}:" if written.forwarded_from else "Weitergeleitete Mail:"


def _answered_text(target: route.Target) -> str:
    """The text of the post that is answered, by which the reader knows answers between its lines; "" for a new thread."""
    post = session().get(PostRow, target.post_id) if isinstance(target, route.Reply) else None
    return post.body if post else ""


def _thread_of(target: route.Target) -> int | None:
    post = session().get(PostRow, target.post_id) if isinstance(target, route.Reply) else None
    return post.thread_id if post else None


def _doubt(mail: ParsedMail, target: route.Target, doubtful: str | None) -> str | None:
    """Why a person should look first, though the sender is beyond doubt."""
    if isinstance(target, route.Doubt):
        return target.cause
    if doubtful is None:
        return None
    return CAUSE_OF_RULE.get(doubtful) or next(
        (CAUSE_OF_PROBLEM[problem] for problem in mail.problems if problem in CAUSE_OF_PROBLEM), "broken"
    )


def _lack(contribution: Contribution) -> str | None:
    """What a contribution lacks to be published as it is."""
    if not contribution.draft.body.strip() and not contribution.draft.files:
        return "empty"
    if len(contribution.draft.body) > LONGEST_BODY:
        return "too-long"
    if contribution.parent_id is None and not contribution.title:
        return "no-subject"
    return None


def _welcomes_guests(contribution: Contribution) -> bool:
    """Whether every board of a new thread lets strangers wait; answers of strangers always count as a stranger's."""
    if contribution.parent_id is not None or contribution.group is not None:
        return False
    place = placing.resolve(contribution.topics, contribution.regions)
    return all(boards.setting(board).guests == "hold" for board in placing.boards_of(place))


def _settle(row: LedgerRow, outcome: intake.Outcome) -> None:
    match outcome:
        case intake.Posted(post_id, _):
            ledger.settle(row, InboundState.POSTED, "posted", post_id=post_id)
        case intake.Held(_, cause):
            ledger.settle(row, InboundState.HELD, cause)
        case intake.Duplicate(post_id, _):
            ledger.settle(row, InboundState.DUPLICATE, "same-mail", post_id=post_id)


def _relay(received: Received, target: route.PrivateReply, sender: Sender, written: Written) -> None:
    """Pass a private answer on; neither sees the other's address."""
    receiver = service.find(target.person_id)
    if receiver is None or not access.is_member(receiver) or sender.person is None:
        ledger.settle(received.row, InboundState.DISCARDED, "receiver-gone")
        return
    title, left_out = subjects.bare(received.mail.subject)[:LONGEST_TITLE], list(filing.names(received.mail))
    letters.write(
        "private",
        person=receiver,
        sender=sender.person.id,
        name=sender.person.name,
        subject=title,
        text=body_of(written),
        left_out=left_out,
    )
    if left_out:  # private letters carry words alone; both sides hear what is missing
        letters.write("not-taken", person=sender.person, title=title, files=[], topics=[], private=left_out)
    ledger.settle(received.row, InboundState.RELAYED, "private")


def _tell_what_was_left_out(
    received: Received, sender: Sender, posted: intake.Posted, refused: list[dict[str, str]], dropped: tuple[str, ...]
) -> None:
    if sender.person is not None and (refused or dropped):
        session().flush()
        letters.write(
            "not-taken",
            person=sender.person,
            thread_id=posted.thread_id,
            post_id=posted.post_id,
            title=received.mail.subject[:200],
            files=refused,
            topics=list(dropped),
            private=[],
        )
