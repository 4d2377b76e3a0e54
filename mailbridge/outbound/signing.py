"""Our DKIM signature (RFC 6376), made for each copy because its answer address and its way out are its own (RFC 8058 §4).

The last thing that is done to a copy before it is sent, and only where RATSPOST_DKIM_SELECTOR and RATSPOST_DKIM_KEY are set: the
MTA behind us can sign as well, and cheaper. dkimpy does the arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass

import dkim

SIGNED = (
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Reply-To",
    "List-Id", "List-Post", "List-Archive", "List-Help", "List-Subscribe", "List-Unsubscribe", "List-Unsubscribe-Post",
    "Archived-At", "Auto-Submitted", "MIME-Version", "Content-Type",
)  # fmt: skip
"""Fields that nobody may change, nor add where a mail has none."""
SEALED = ("From", "To", "Subject", "Date", "Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post", "Content-Type")
"""Named once more, so that a second one of them breaks the signature (RFC 6376 §8.15)."""
_NAMES = tuple(name.lower().encode() for name in SIGNED + SEALED)


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs in the name of `domain`; `pem` is an RSA private key, which was tried when the settings were read."""

    domain: str
    selector: str
    pem: bytes

    def sign(self, message: bytes) -> bytes:
        """The message with its signature on top; its lines end in CR LF."""
        work = dkim.DKIM(message)
        way = (b"relaxed", b"simple")
        signature = work.sign(self.selector.encode(), self.domain.encode(), self.pem, canonicalize=way, include_headers=_NAMES)
        return bytes(signature) + message
