"""Putting the question "is this yours?" when `identify` says so: about a hold, or about a mail that becomes no contribution."""

from __future__ import annotations

from forum.mailroom import ledger
from forum.mailroom.models import InboundState, LedgerRow
from forum.moderation import questions
from mailbridge.inbound.identify import Sender


def about_hold(sender: Sender, hold_id: int, after_yes: str | None) -> None:
    """Ask, if anybody is to be asked. `after_yes`: why it would wait anyway."""
    if sender.asks is not None:
        questions.ask_about_hold(sender.asks, _asked_at(sender), hold_id, after_yes or "")


def hold_unseen(row: LedgerRow, sender: Sender, cause: str) -> None:
    """Hold a command or a private answer in the ledger alone, since moderators have no business with its words, and ask.

    What nobody can be asked about, a stranger's wish to unsubscribe, will never be carried out and need not wait.
    """
    asked = sender.asks or (sender.person if sender.may_act else None)
    if asked is None:
        ledger.settle(row, InboundState.DISCARDED, cause)
        return
    ledger.settle(row, InboundState.HELD, cause)
    questions.ask_about_mail(asked, _asked_at(sender), row.id)


def _asked_at(sender: Sender) -> str:
    """The verified address that was written from; "" is where the token's owner gets their mail."""
    return "" if sender.cause == "other-sender" else sender.email
