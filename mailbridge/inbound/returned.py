"""Bounces: noted for the delivery they name, never posted, never answered. A forged one without a token changes nothing."""

from __future__ import annotations

from forum.core import tokens
from forum.mailroom import deliveries, ledger
from forum.mailroom.models import DeliveryState, InboundState
from mailbridge.inbound import bounces, route
from mailbridge.inbound.posting import Received


def note(received: Received, target: route.Target) -> None:
    """Settle a bounce; a hard one with a valid token marks its delivery as failed."""
    token = target.token if isinstance(target, route.Returned) else None
    found = bounces.read(received.mail, received.raw, received.envelope.sender)
    hard = found is not None and any(recipient.kind == "hard" for recipient in found.recipients)
    if token is not None and hard:
        _mark_failed(token, found.sign if found else "")
    ledger.settle(received.row, InboundState.BOUNCE, ("hard" if hard else "soft") if token else "unknown-delivery")


def _mark_failed(token: tokens.Token, sign: str) -> None:
    delivery = deliveries.find(token.target_id)
    if delivery is not None and delivery.person_id == token.person_id:
        delivery.state, delivery.detail = DeliveryState.FAILED, f"bounce: {sign}"
