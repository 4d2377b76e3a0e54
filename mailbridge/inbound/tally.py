"""What the doors have done since this process began, in numbers (R75). Written on one thread, read on any."""

from __future__ import annotations

from collections import Counter


class Tally:
    """Answers by their first digit and mails kept."""

    def __init__(self) -> None:
        self.answers: Counter[str] = Counter()
        self.mails = 0

    def answered(self, reply: str) -> None:
        """Count an answer: "2xx", "3xx", "4xx" or "5xx"."""
        self.answers[f"{reply[:1]}xx"] += 1
