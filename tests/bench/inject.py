"""Injection: mails by SMTP or LMTP over several connections; measures accepted mails per second and the latency of each.

All mails are made before the clock starts. Latency runs from MAIL FROM to the final 250 on an open connection; with one mail per
connection it runs from the connect on, as for an MTA without a connection cache. With a rate the start of the mails is paced
(open loop), to measure latency below saturation.
"""

from __future__ import annotations

import asyncio
import json
import smtplib
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count as numbers
from pathlib import Path

from tests.bench import processes
from tests.bench.council_mail import PLAIN, CouncilMail, Mail, Mix
from tests.bench.figures import Figure, emit, spread
from tests.bench.processes import Meter
from tests.bench.smtp_client import Client, Refused, wire

_LONGEST_ERROR = 200
_ERRORS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """What to inject, where and how; `pids` are process ids or pid files of the system under test."""

    peer: str = "peer"
    proto: str = "smtp"
    host: str = "127.0.0.1"
    port: int = 8024
    to: tuple[str, ...] = ("bench@lists.example.invalid",)
    count: int = 200
    conns: int = 1
    per_conn: int = 0
    client: str = "raw"
    pipeline: bool = False
    rate: float = 0
    timeout: float = 60
    members: int = 1000
    seed: int = 11
    kind: str = "mix"
    reply: float = 0.75
    pids: str = ""
    quiet: float = 0
    note: str = ""


@dataclass(slots=True)
class Outcome:
    """What came of it: `accepted` is Message-ID → time of the final 250 (CLOCK_MONOTONIC)."""

    meter: Meter
    sent: int
    octets: int
    began: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    accepted: dict[str, float] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    @property
    def ended(self) -> float:
        """When the last mail was accepted."""
        return max(self.accepted.values(), default=time.monotonic())

    @property
    def mean_octets(self) -> int:
        """Mean size of the mails sent."""
        return self.octets // max(1, self.sent)

    def took(self, mail: Mail, since: float) -> None:
        """Note a mail that was accepted just now."""
        now = time.monotonic()
        self.latencies_ms.append((now - since) * 1000)
        self.accepted[mail.mid] = now

    def failed(self, reason: Exception) -> None:
        """Note a mail that was not accepted."""
        self.errors.append(f"{type(reason).__name__}: {reason}"[:_LONGEST_ERROR])


def inject(plan: Plan) -> Outcome:
    """Send everything; prints nothing."""
    mix = Mix(reply=plan.reply) if plan.kind == "mix" else Mix(PLAIN.html, PLAIN.attach, plan.reply)
    tag = f"i{plan.seed}.{time.time_ns() // 1_000_000:x}"
    mails = list(CouncilMail(plan.seed, plan.members, to=plan.to[0], mix=mix, tag=tag).stream(plan.count))
    wires = [wire(mail.raw) for mail in mails]
    if plan.quiet:
        processes.quiet(patience=plan.quiet)
    outcome = Outcome(Meter(processes.pids(plan.pids)), len(mails), sum(len(mail.raw) for mail in mails))
    outcome.began = time.monotonic()
    if plan.client == "raw":
        asyncio.run(_by_raw_clients(plan, mails, wires, outcome))
    else:
        _by_smtplib(plan, mails, outcome)
    return outcome


def measure(plan: Plan, accepts: Path | None = None) -> int:
    """Inject and emit the accept rate; the number of errors."""
    outcome = inject(plan)
    measured = outcome.meter.stop()
    accepted, span = len(outcome.accepted), outcome.ended - outcome.began
    emit(
        plan.peer, "accept_rate", accepted / span if span else 0, "messages/s", higher_is_better=True, errors=len(outcome.errors),
        **measured, **processes.per_piece(measured, accepted), latency_ms=spread(outcome.latencies_ms),
        config=config(plan, outcome), note=plan.note, error_sample=outcome.errors[:_ERRORS_SHOWN],
    )  # fmt: skip
    if accepts:
        facts = {"t0": outcome.began, "end": outcome.ended, "ok": outcome.accepted, "errors": len(outcome.errors)}
        accepts.write_text(json.dumps(facts), encoding="utf-8")
    return len(outcome.errors)


def config(plan: Plan, outcome: Outcome) -> Figure:
    """The part of a figure that says how it was taken."""
    return {
        "proto": plan.proto,
        "conns": plan.conns,
        "per_conn": plan.per_conn,
        "client": plan.client,
        "pipeline": plan.pipeline,
        "rate": plan.rate,
        "count": plan.count,
        "kind": plan.kind,
        "rcpts_per_message": len(plan.to),
        "mean_bytes": outcome.mean_octets,
    }


async def _by_raw_clients(plan: Plan, mails: Sequence[Mail], wires: Sequence[bytes], outcome: Outcome) -> None:
    queue = zip(numbers(), mails, wires, strict=False)
    await asyncio.gather(*(_raw_worker(plan, queue, outcome) for _ in range(plan.conns)))


async def _raw_worker(plan: Plan, queue: Iterator[tuple[int, Mail, bytes]], outcome: Outcome) -> None:
    client: Client | None = None
    used = 0
    for number, mail, content in queue:
        if plan.rate:
            await asyncio.sleep(max(0.0, outcome.began + number / plan.rate - time.monotonic()))
        start = time.monotonic()
        try:
            if client is None:
                client, used = Client(plan.host, plan.port, lmtp=plan.proto == "lmtp"), 0
                await asyncio.wait_for(client.open(), plan.timeout)
                start = start if plan.per_conn == 1 else time.monotonic()
            await asyncio.wait_for(client.send(mail.sender, plan.to, content, pipeline=plan.pipeline), plan.timeout)
            outcome.took(mail, start)
            used += 1
            if used == plan.per_conn:
                await client.close()
                client = None
        except (Refused, OSError, TimeoutError) as reason:
            outcome.failed(reason)
            if client is not None:
                client.abandon()
            client = None
    if client is not None:
        await client.close()


def _by_smtplib(plan: Plan, mails: Sequence[Mail], outcome: Outcome) -> None:
    queue, lock = iter(mails), threading.Lock()
    workers = [threading.Thread(target=_smtplib_worker, args=(plan, queue, lock, outcome)) for _ in range(plan.conns)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _smtplib_worker(plan: Plan, queue: Iterator[Mail], lock: threading.Lock, outcome: Outcome) -> None:
    kind = smtplib.LMTP if plan.proto == "lmtp" else smtplib.SMTP
    client: smtplib.SMTP | None = None
    used = 0
    while True:
        with lock:
            mail = next(queue, None)
        if mail is None:
            break
        try:
            if client is None:
                client, used = kind(plan.host, plan.port, timeout=plan.timeout), 0
                client.ehlo_or_helo_if_needed()
            start = time.monotonic()
            client.sendmail(mail.sender, plan.to, mail.raw)
            with lock:
                outcome.took(mail, start)
            used += 1
            if used == plan.per_conn:
                client.quit()
                client = None
        except (smtplib.SMTPException, OSError) as reason:
            with lock:
                outcome.failed(reason)
            client = None
    if client is not None:
        client.quit()
