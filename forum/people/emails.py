"""One canonical form for each mail address, so that a person is found however their client writes it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import email_validator
from email_validator import EmailNotValidError, validate_email

from forum.core.refusals import BadAddress

# The names that RFC 2606 and RFC 6761 set aside are what tests, demos and closed networks use; here they are valid input.
email_validator.SPECIAL_USE_DOMAIN_NAMES[:] = [
    name for name in email_validator.SPECIAL_USE_DOMAIN_NAMES if name not in ("example", "invalid", "localhost", "test")
]


def canonical(email: str) -> str:
    """NFC, lower case, domain as A-label (RFC 5890). Raises BadAddress.

    The local part is lowered too: no provider our members use tells case apart, and phones capitalise.
    """
    text = unicodedata.normalize("NFC", email.strip().strip("<>"))
    try:
        checked = validate_email(text, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise BadAddress(email=email[:200]) from error
    return f"{checked.local_part}@{checked.ascii_domain or checked.domain}".lower()


@lru_cache(maxsize=4096)
def find_canonical(email: str) -> str | None:
    """Like `canonical`, but None for what is no address."""
    try:
        return canonical(email)
    except BadAddress:
        return None
