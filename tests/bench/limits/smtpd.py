"""How many mails a bare aiosmtpd accepts, and what a durable commit before the 250 takes from that."""

from __future__ import annotations

from dataclasses import replace

from tests.bench import inject
from tests.bench.inject import Plan
from tests.bench.limits.setting import Setting, child, free_port
from tests.bench.limits.smtpd_server import MODES

_BARE = (
    Plan(conns=1, note="handler does nothing"),
    Plan(conns=4, note="handler does nothing"),
    Plan(conns=16, note="handler does nothing"),
    Plan(conns=4, per_conn=1, note="handler does nothing, new connection per message"),
    Plan(conns=1, client="smtplib", note="handler does nothing, smtplib client"),
)


def measure(setting: Setting) -> None:
    """Emit accept rates without and with commits."""
    for mode in MODES:
        name = "limit-aiosmtpd" if mode == "none" else f"limit-aiosmtpd-wal-{mode}"
        port = free_port()
        with child(port, "-m", "tests.bench.limits.smtpd_server", str(port), mode, str(setting.folder)) as pid:
            for plan in _plans(mode):
                for _ in range(setting.repeat):
                    inject.measure(replace(plan, peer=name, port=port, pids=str(pid), quiet=setting.quiet))


def _plans(mode: str) -> tuple[Plan, ...]:
    if mode == "none":
        return tuple(replace(plan, count=2000) for plan in _BARE)
    note = "messages that wait together share a commit; 250 after it" if mode.startswith("group") else "one commit per message"
    return tuple(Plan(conns=conns, count=1500, note=note) for conns in (1, 16))
