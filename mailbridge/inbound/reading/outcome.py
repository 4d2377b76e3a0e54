"""What goes into a cut and what comes out of it: the values between `inbound.text`, `evidence` and `cut`."""

from __future__ import annotations

from dataclasses import dataclass

from mailbridge.inbound.reading.body import Role
from mailbridge.inbound.reading.known import Post


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known besides the body: an answer, a forward, the sender's name, the post that is answered.

    `whole`: the header came whole. Gateways and exports that strip it take away what tells an answer, too.
    """

    reply: bool = False
    forward: bool = False
    sender: str = ""
    post: Post | None = None
    whole: bool = False

    @property
    def fresh(self) -> bool:
        """Whether the mail answers nothing and passes nothing on: then no client has put anything into it."""
        return not self.reply and not self.forward


@dataclass(frozen=True, slots=True)
class Cut:
    """A role for each row, how sure (0..1; below 0.5 nothing was cut), and whose mail is forwarded ("" = none or unknown).

    `unmarked` are written rows whose marks of quotation are not the author's: they typed inside a quotation. `silent`: outside
    quotations nothing was said, so what is shown is shown in doubt.
    """

    roles: tuple[Role, ...]
    confidence: float
    forwarded_from: str = ""
    unmarked: frozenset[int] = frozenset()
    silent: bool = False
