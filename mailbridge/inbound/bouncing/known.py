"""Asks flufl.bounce, which knows the free text of some thirty old mail servers. Runs in the child process, like parsing."""

from __future__ import annotations

import email
import logging

from flufl.bounce import all_failures

from mailbridge.inbound.bouncing.reports import address

_LONGEST = 100_000  # bytes; what a bounce says stands at its beginning

# It logs every mail that trips one of its readers, with a traceback; that is an ordinary result here.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)


def failures(raw: bytes) -> tuple[list[str], list[str]]:
    """(temporary, permanent) addresses, sorted. Empty for what it does not know or cannot read."""
    try:
        temporary, permanent = all_failures(email.message_from_bytes(raw[:_LONGEST]))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a foreign reader and any bytes: what it cannot read, our own reader tries next
        return [], []
    return _addresses(temporary), _addresses(permanent)


def _addresses(found: object) -> list[str]:
    names = [one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in found]  # type: ignore[attr-defined]
    return sorted({one for one in map(address, names) if one})
