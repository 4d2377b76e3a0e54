"""What the author wrote: the step between `route.resolve` and `moderation.intake.submit`. Pure, linear, never raises.

Splits a mail's body into four: text, quotation, signature and a forwarded mail. Every row of the body is in exactly one of
them. The rules are in `reading/`; here is only which body is read.
"""

from __future__ import annotations

from mailbridge.inbound.mail import ParsedMail, Written
from mailbridge.inbound.reading import cut, evidence, known, structures, subject
from mailbridge.inbound.reading import rows as rows_
from mailbridge.inbound.reading.body import Role
from mailbridge.inbound.reading.outcome import Circumstances, Cut
from mailbridge.inbound.reading.rows import Row

POST = 200_000  # characters of the answered post that are compared


def written(mail: ParsedMail, *, post: str = "") -> Written:
    """What the author of `mail` wrote; its plain body is preferred, HTML is read where there is no better.

    `post` is the text of the post that is answered, where the caller knows it: then answers are found between the lines
    of a quotation without marks, too.
    """
    about = circumstances(mail, post)
    plain = mail.text or ""
    markup = mail.html or ""
    if markup.strip() and evidence.is_poor(plain, markup):
        rows = structures.rows(markup)
        return assemble(rows, cut.cut(rows, about))
    rows = rows_.split(plain)
    found = cut.cut(rows, about)
    if markup.strip() and evidence.is_hollow(rows, found, markup):
        rows = structures.rows(markup)
        return assemble(rows, cut.cut(rows, about))
    if markup.strip():
        found = evidence.weigh(rows, found, markup, about)
    return assemble(rows, found)


def circumstances(mail: ParsedMail, post: str = "") -> Circumstances:
    """What is known besides the body: the header tells whether it answers or passes on, an answer address (DESIGN §4) too."""
    forward = subject.is_forward(mail.subject)
    answered = bool(mail.in_reply_to or mail.references) or any(box.address.startswith("a+") for box in mail.to + mail.cc)
    reply = subject.is_reply(mail.subject) or (answered and not forward)
    return Circumstances(
        reply,
        forward,
        mail.from_[0].name if mail.from_ else "",
        known.Post.of(post[:POST]) if post.strip() else None,
        whole=mail.message_id is not None or mail.date is not None,
    )


def assemble(rows: list[Row], found: Cut) -> Written:
    """The four parts of a body whose rows have their roles."""
    parts: dict[Role, list[Row]] = {role: [] for role in Role}
    for at, (row, role) in enumerate(zip(rows, found.roles, strict=True)):
        parts[role].append(rows_.unmarked(row) if at in found.unmarked else row)
    return Written(
        text=rows_.join(parts[Role.WRITTEN]),
        quoted=rows_.join(parts[Role.QUOTED]),
        signature=rows_.join(parts[Role.SIGNATURE]),
        confidence=found.confidence,
        forwarded=rows_.join(parts[Role.FORWARDED]),
        forwarded_from=found.forwarded_from,
    )
