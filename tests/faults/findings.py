"""What a run has shown: the store and the sink are counted against what the sender was promised."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from dataclasses import dataclass, field

import sqlalchemy as sa

from tests.bench import e2e
from tests.faults.house import READERS, House
from tests.faults.sender import Record


@dataclass(slots=True)
class Findings:
    """Sums of one run; `add` joins the sums of several. `recovery` are seconds from a start to the first 220."""

    database: str
    kills: int = 0
    mails: int = 0
    lost: int = 0
    refused: int = 0
    duplicate_posts: int = 0
    missing_copies: int = 0
    extra_copies: int = 0
    unsettled: int = 0
    checks_failed: int = 0
    seconds: float = 0.0
    recovery: list[float] = field(default_factory=list)
    died_at: dict[str, int] = field(default_factory=dict)
    seeds: list[int] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Nothing lost, refused, doubled or left behind, and not more copies again than Postfix itself makes."""
        wrong = self.lost + self.refused + self.duplicate_posts + self.missing_copies + self.unsettled + self.checks_failed
        return wrong == 0 and self.extra_copies <= 0.6 * max(self.kills, 1)

    def add(self, other: Findings) -> None:
        """Count another run in."""
        for each in dataclasses.fields(self):
            if each.name not in ("database", "died_at"):
                setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))
        self.died_at = dict(Counter(self.died_at) + Counter(other.died_at))

    def text(self) -> str:
        """A few lines for people."""
        times = sorted(seconds for seconds in self.recovery if seconds) or [0.0]
        middle, last = times[len(times) // 2], times[-1]
        each = self.extra_copies / max(self.kills, 1)
        return "\n".join(
            (
                f"{self.database}: {self.kills} kills, {self.mails} mails, {self.seconds / 60:.1f} min, seeds {self.seeds}",
                f"  lost mails            {self.lost}",
                f"  refused for good      {self.refused}",
                f"  duplicate posts       {self.duplicate_posts}",
                f"  missing copies        {self.missing_copies} of {self.mails * len(READERS)}",
                f"  extra copies          {self.extra_copies} ({each:.2f} a kill; Postfix 0.60)",
                f"  left unfinished       {self.unsettled}",
                f"  failed checks         {self.checks_failed}",
                f"  back in service after {middle:.2f} s (median), {last:.2f} s (longest)",
                f"  died at               {', '.join(f'{name} {count}' for name, count in sorted(self.died_at.items()))}",
                "  PASSED" if self.passed else "  FAILED",
            )
        )

    def json(self) -> str:
        """All of it."""
        return json.dumps(dataclasses.asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> Findings:
        """The sums of a former run."""
        return cls(**json.loads(text))


_WAITING = (
    "SELECT (SELECT count(*) FROM ledger WHERE state = 'waiting') + (SELECT count(*) FROM delivery WHERE state = 'waiting')"
    " + (SELECT count(*) FROM letter WHERE fanned_out_at IS NULL)"
)


def waiting(url: str) -> int:
    """Mails, letters and copies on which work is left."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return connection.scalar(sa.text(_WAITING)) or 0


def count(house: House, record: Record, control: int, found: Findings) -> None:
    """Look into store and sink when everything has come to rest."""
    engine = sa.create_engine(house.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        posts = Counter(connection.scalars(sa.text("SELECT body FROM post")))
        known = set(connection.scalars(sa.text("SELECT message_id FROM message_id")))
        known |= set(connection.scalars(sa.text("SELECT message_id FROM post")))
        open_states = "('posted', 'duplicate')"
        found.unsettled += connection.scalar(sa.text(f"SELECT count(*) FROM ledger WHERE state NOT IN {open_states}")) or 0
        found.unsettled += connection.scalar(sa.text("SELECT count(*) FROM delivery WHERE state != 'sent'")) or 0
    detail = e2e.ask(control, "/detail")
    found.mails += len(record.accepted)
    found.refused += len(record.refused)
    found.lost += len(record.accepted - known)
    found.duplicate_posts += sum(copies - 1 for copies in posts.values())
    found.missing_copies += len(known) * len(READERS) - detail["stats"]["distinct_pairs"]
    found.extra_copies += detail["stats"]["duplicates"]
