"""What differs between the copies of one mail: answer address, way out, envelope sender. Everything else is rendered once.

Pure and cheap, because it runs for every copy. Which kind of letter has which of them is the table FORMS.
"""

from __future__ import annotations

from dataclasses import dataclass

from forum.core import tokens
from forum.core.tokens import Keyring, Token
from mailbridge.outbound import links


@dataclass(frozen=True, slots=True)
class Form:
    """`answer` is the kind of token in Reply-To, or None for mails that are answered at their From."""

    answer: str | None = None
    unsubscribes: bool = False


FORMS: dict[str, Form] = {
    "post": Form("a", unsubscribes=True),  # target: the post
    "private": Form("p"),  # target: the person who wrote it
    "case": Form("m"),  # target: the hold
    "question": Form("f"),  # target: the question, as of the next two
    "address-question": Form("f"),
    "address-proof": Form("f"),
}
"""By kind of letter; a kind that is not named here has no personal headers."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """One copy to be sent: the delivery, whose it is, and where it goes."""

    delivery_id: int
    letter_id: int
    person_id: int
    epoch: int
    email: str
    locale: str


@dataclass(frozen=True, slots=True)
class Seal:
    """What tokens and addresses are made with."""

    keyring: Keyring
    domain: str
    base_url: str

    def token(self, kind: str, to: Addressee, target_id: int) -> str:
        """A token of this addressee, about a post, delivery or hold."""
        return tokens.write(Token(kind, to.person_id, target_id, to.epoch), self.keyring)


def sender(to: Addressee, seal: Seal) -> str:
    """The envelope sender of one delivery: a bounce to it names the delivery (R35)."""
    return f"b+{seal.token('b', to, to.delivery_id)}@{seal.domain}"


def fields(form: Form, target_id: int, to: Addressee, seal: Seal) -> bytes:
    """The personal header fields of one copy, each with its line end. Tokens and domain are ASCII by their making."""
    lines: list[str] = []
    if form.answer is not None:
        lines.append(f"Reply-To: {form.answer}+{seal.token(form.answer, to, target_id)}@{seal.domain}")
    if form.unsubscribes:
        token = seal.token("abo", to, to.delivery_id)
        lines.append(f"List-Unsubscribe: <{links.one_click(seal.base_url, token)}>,")
        lines.append(f" <mailto:abo+{token}@{seal.domain}>")
        lines.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")
