"""How the house says no: a class with a stable code and one sentence in each language.

Raised by services and `access`; the doors translate it once: web into a page with its status, mail into an SMTP answer
or a hold, the CLI into one line. Placeholders in the sentences are filled from the keyword arguments.
"""

from __future__ import annotations

from typing import ClassVar


class Refused(Exception):
    """The base; never raised itself. `status` is the HTTP status of the page that tells it."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400
    de: ClassVar[str] = ""
    en: ClassVar[str] = ""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(f"{self.code}: {self.sentence('en')}")

    def sentence(self, locale: str) -> str:
        """The one sentence for people, in `de` or `en`."""
        return (self.en if locale == "en" else self.de).format_map(self.facts)


class NotFound(Refused):
    """Also said of what exists but may not be seen: a stranger must not learn the difference."""

    code, status = "not-found", 404
    de = "Das gibt es hier nicht, oder es ist nicht für dich freigegeben."
    en = "There is nothing here, or it is not open to you."


class NotAllowed(Refused):
    code, status = "not-allowed", 403
    de = "Dazu fehlt dir das Recht."
    en = "You do not have the right to do that."


class NotApproved(Refused):
    code, status = "not-approved", 403
    de = "Dein Zugang ist gesperrt oder noch nicht freigeschaltet."
    en = "Your access is locked or has not been approved yet."


class AuthorMayNotPost(Refused):
    """A moderator would release what its author may not write there."""

    code, status = "author-may-not-post", 409
    de = "Die Verfasserin oder der Verfasser darf dort nicht schreiben; das lässt sich nur ablehnen."
    en = "The author may not write there; this can only be rejected."


class ThreadLocked(Refused):
    code, status = "thread-locked", 409
    de = "Der Faden {thread} ist geschlossen; neue Beiträge sind dort nicht möglich."
    en = "Thread {thread} is locked; no new posts can be made there."


class EmptyPost(Refused):
    code = "empty-post"
    de = "Der Beitrag ist leer."
    en = "The post is empty."


class EmptyTitle(Refused):
    code = "empty-title"
    de = "Ein neuer Faden braucht einen Titel."
    en = "A new thread needs a title."


class TooLong(Refused):
    code, status = "too-long", 413
    de = "Das ist zu lang: höchstens {limit} Zeichen sind möglich."
    en = "That is too long: at most {limit} characters are possible."


class TooLarge(Refused):
    code, status = "too-large", 413
    de = "Das ist zu groß: höchstens {limit} MB sind möglich."
    en = "That is too large: at most {limit} MB are possible."


class UnknownBoard(Refused):
    code, status = "unknown-board", 404
    de = "Das Brett „{board}“ gibt es nicht.{hint}"
    en = "There is no board “{board}”.{hint}"


class UnknownPerson(Refused):
    code, status = "unknown-person", 404
    de = "Niemand ist unter der Adresse {email} eingetragen."
    en = "Nobody is registered with the address {email}."


class AddressTaken(Refused):
    code, status = "address-taken", 409
    de = "Die Adresse {email} gehört schon zu einer anderen Person."
    en = "The address {email} already belongs to another person."


class BadAddress(Refused):
    code = "bad-address"
    de = "„{email}“ ist keine gültige E-Mail-Adresse."
    en = "“{email}” is not a valid e-mail address."


class BadInput(Refused):
    """A value from a person that a field cannot take."""

    code = "bad-input"
    de = "{field}: „{value}“ ist hier nicht möglich."
    en = "{field}: “{value}” is not possible here."


class UnknownWord(Refused):
    """A word of a list that we know; `hint` says which ones may be meant, or all there are."""

    code = "unknown-word"
    de = "{field}: „{value}“ gibt es nicht.{hint}"
    en = "{field}: “{value}” is not known.{hint}"


class LinkSpent(Refused):
    code, status = "link-spent", 410
    de = "Dieser Anmeldelink ist abgelaufen oder wurde schon benutzt. Bitte fordere einen neuen an."
    en = "This login link has expired or was used before. Please ask for a new one."


class WrongPassword(Refused):
    code, status = "wrong-password", 403
    de = "Adresse oder Passwort stimmen nicht."
    en = "Address or password are not right."


class TooManyTries(Refused):
    """The same for addresses that are known and for those that are not."""

    code, status = "too-many-tries", 429
    de = "Das waren zu viele Versuche. Bitte warte {minutes} Minuten und versuche es dann noch einmal."
    en = "Those were too many tries. Please wait {minutes} minutes and then try again."


class EditTooLate(Refused):
    code, status = "edit-too-late", 409
    de = "Dieser Beitrag wurde zurückgezogen und lässt sich nicht mehr ändern."
    en = "This post was withdrawn and can no longer be changed."


class AlreadySettled(Refused):
    """A second moderator comes late; nothing is done twice."""

    code, status = "already-settled", 409
    de = "Das ist schon erledigt, von {by}."
    en = "This was already settled by {by}."


class WaitsForAuthor(Refused):
    """A moderator cannot say yes in somebody's name."""

    code, status = "waits-for-author", 409
    de = "Wir haben gefragt, ob diese Mail echt ist; nur ein Ja der Verfasserin oder des Verfassers gibt sie frei."
    en = "We have asked whether this mail is genuine; only a yes of its author publishes it."


class NotForPublic(Refused):
    """A message to a service address was written to those who run the forum, never for its readers (DESIGN §4)."""

    code, status = "not-for-public", 409
    de = "Das ist eine Nachricht an die Moderation. Sie wird nie veröffentlicht; „Erledigt“ schließt sie ab."
    en = "This is a message to the moderators. It is never published; “Done” closes it."


class ReasonMissing(Refused):
    code = "reason-missing"
    de = "Bitte nenne einen Grund; die Verfasserin oder der Verfasser erfährt ihn."
    en = "Please give a reason; the author will be told."


class AnswerUnclear(Refused):
    """A moderator's mail says neither of what can be said."""

    code = "answer-unclear"
    de = "Wir haben deine Antwort nicht verstanden."
    en = "We did not understand your answer."


class AnswerTooLate(Refused):
    code, status = "answer-too-late", 410
    de = "Auf diese Mail lässt sich nicht mehr antworten; sie ist älter als {hours} Stunden."
    en = "This mail can no longer be answered; it is older than {hours} hours."


class AnswerSpent(Refused):
    """What was answered once is not answered again by the same address."""

    code, status = "answer-spent", 409
    de = "Auf diese Mail hast du schon geantwortet; sie gilt nur für eine Antwort."
    en = "You have answered this mail before; it is good for one answer only."


class AnswerUnproved(Refused):
    """Moderation by mail needs real evidence of who writes (DESIGN §5)."""

    code, status = "answer-unproved", 403
    de = "Wir konnten nicht sicher feststellen, dass diese Antwort von dir kommt."
    en = "We could not be sure that this answer is from you."


class CannotUndo(Refused):
    code, status = "cannot-undo", 409
    de = "Das lässt sich nicht mehr rückgängig machen."
    en = "This can no longer be undone."


class MailUnusable(Refused):
    """Something is wrong with a mail that only a person can judge; it stays in the ledger."""

    code = "mail-unusable"
    de = "Diese Mail kann so nicht verarbeitet werden: {why}."
    en = "This mail cannot be processed as it is: {why}."


class MailNotSent(Refused):
    """Our own door refused a mail from a local post box of the demo."""

    code, status = "mail-not-sent", 422
    de = "Die Mail wurde nicht angenommen ({answer})."
    en = "The mail was not accepted ({answer})."


def all_refusals() -> tuple[type[Refused], ...]:
    """Every refusal of the house, for the tests that hold their texts."""
    return tuple(sorted(Refused.__subclasses__(), key=lambda refusal: refusal.code))
