"""Mailman's whole pipeline without recipients: posts per second until its queues are empty. Takes PEER PIDS QUEUES QUIET SEED."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.bench import processes
from tests.bench.figures import emit
from tests.bench.inject import Plan, inject
from tests.bench.peers.drain import drain


def measure(plan: Plan, queues: Path) -> None:
    """Emit the rate."""
    outcome = inject(plan)
    drain(queues)
    seconds = time.monotonic() - outcome.began - 0.6  # the three looks at empty queues
    measured = outcome.meter.stop()
    accepted = len(outcome.accepted)
    note = "accepted and processed through all queues, no members"
    cost = processes.per_piece(measured, accepted)
    emit(plan.peer, "pipeline_rate", accepted / seconds, "messages/s", higher_is_better=True, **measured, **cost, note=note)


if __name__ == "__main__":
    peer, pids, queues, quiet, seed = sys.argv[1:6]
    to = ("ingest@lists.example.invalid",)
    measure(
        Plan(peer=peer, proto="lmtp", port=8024, to=to, count=200, conns=4, pids=pids, quiet=float(quiet), seed=int(seed)),
        Path(queues),
    )
