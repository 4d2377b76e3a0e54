"""Bounces: noted for the delivery they name, never posted, never answered. A forged one without a token changes nothing."""

from __future__ import annotations

from forum.mailroom import health, ledger
from forum.mailroom.health import BounceKind
from forum.mailroom.models import InboundState
from mailbridge.inbound import route
from mailbridge.inbound.posting import Received


def note(received: Received, target: route.Target) -> None:
    """Settle a bounce; with a valid token it counts for the health of the address (R36, R37)."""
    token = target.token if isinstance(target, route.Returned) else None
    found = received.bounce
    hard = found is not None and any(recipient.kind == "hard" for recipient in found.recipients)
    kind = BounceKind.HARD if hard else BounceKind.SOFT
    if token is not None and found is not None:
        health.note_bounce(token.target_id, token.person_id, kind, found.sign)
    ledger.settle(received.row, InboundState.BOUNCE, ("hard" if hard else "soft") if token else "unknown-delivery")
