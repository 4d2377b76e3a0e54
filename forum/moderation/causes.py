"""Why a contribution waits: a stable code, one sentence for its author in each language. Read top-down."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """`tells_author`: whether the author hears of it; a stranger whom nobody vouches for never does (DESIGN §5).

    `tells_moderators`: whether they get a letter for each; what comes in bulk only shows on their page.
    `is_asked`: it waits for its author's yes, asked by `moderation.questions`; a moderator can only reject it.
    `is_private`: it was written to the moderators; it is never published, only closed.
    """

    code: str
    de: str
    en: str
    tells_author: bool = True
    tells_moderators: bool = True
    is_asked: bool = False
    is_private: bool = False


# fmt: off
CAUSES: dict[str, Cause] = {
    cause.code: cause
    for cause in (
        Cause("board-held", "Auf diesem Brett schaut zuerst eine Moderatorin oder ein Moderator auf jeden Beitrag.",
              "On this board a moderator looks at every post first."),
        Cause("first-post", "Erste Beiträge sieht sich jemand aus der Moderation an, bevor sie erscheinen.",
              "A moderator looks at first posts before they appear."),
        Cause("thread-locked", "Der Faden ist geschlossen worden, bevor deine Antwort ankam.",
              "The thread was locked before your answer arrived."),
        Cause("unproven", "Wir konnten nicht sicher feststellen, dass diese Mail von dir kommt.",
              "We could not be sure that this mail is from you.", tells_author=False, tells_moderators=False, is_asked=True),
        Cause("other-sender", "Die Antwortadresse gehört jemand anderem als dem Absender.",
              "The answer address belongs to somebody other than the sender.",
              tells_author=False, tells_moderators=False, is_asked=True),
        Cause("stranger", "Die Absenderadresse ist hier nicht bekannt.", "The sender's address is not known here.",
              tells_author=False, tells_moderators=False),
        Cause("guest", "Gastbeiträge werden vor dem Erscheinen angesehen.", "Guest posts are looked at before they appear."),
        Cause("from-unclear", "Der Absender der Mail lässt sich nicht eindeutig lesen.",
              "The sender of the mail cannot be read without doubt.", tells_author=False),
        Cause("bcc-only", "Das Brett stand nur in der Blindkopie.", "The board was named in the blind copy only."),
        Cause("two-threads", "Die Mail antwortet auf zwei Fäden zugleich.", "The mail answers two threads at once."),
        Cause("empty", "Wir haben in der Mail keinen Text und keine Datei gefunden.",
              "We found neither text nor a file in the mail."),
        Cause("broken", "Die Mail ist beschädigt; es könnte Text fehlen.", "The mail is damaged; text may be missing."),
        Cause("looks-automatic", "Die Mail sieht nach einer automatischen Antwort aus.",
              "The mail looks like an automatic answer."),
        Cause("blocked-file", "Ein Anhang hat einen Typ, den wir nicht weitergeben.",
              "An attachment is of a type that we do not pass on."),
        Cause("encrypted", "Die Mail ist verschlüsselt; wir können sie nicht lesen.",
              "The mail is encrypted; we cannot read it."),
        Cause("no-subject", "Ein neuer Faden braucht einen Betreff.", "A new thread needs a subject."),
        Cause("too-long", "Der Text ist zu lang für einen Beitrag.", "The text is too long for a post."),
        Cause("service", "Eine Nachricht an eine Dienstadresse.", "A message to a service address.", tells_author=False,
              is_private=True),
        Cause("no-target", "Es ist nicht zu erkennen, wohin der Beitrag soll.",
              "It cannot be told where the post is meant to go."),
    )
}  # fmt: skip
