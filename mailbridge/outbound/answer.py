"""What the other side said to one copy; made by the transports, read by `deliver`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one copy, as an SMTP reply (RFC 5321 §4.2).

    `reached` is False when the conversation broke; `tried` too when it did not even begin: nothing was said about this copy then.
    """

    code: int
    text: str
    reached: bool = True
    tried: bool = True

    @property
    def accepted(self) -> bool:
        return 200 <= self.code < 300

    @property
    def final(self) -> bool:
        """Refused for good; whatever else was not accepted is tried again."""
        return self.code >= 500
