"""Plugs the bridge into the forum: the ports that `forum.main` hands to pages and commands."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from forum.config import Config
from forum.core import markup, masking
from forum.core.db import transaction
from forum.core.ports import Ports, Scope
from forum.core.refusals import UnknownBoard
from forum.mailroom import ledger
from forum.moderation import expiry, operator_report
from mailbridge import addresses, destinations, known_names
from mailbridge.archive.plug import BridgeArchive
from mailbridge.inbound import enclosures, receive
from mailbridge.inbound.bounces import Bounce
from mailbridge.inbound.mail import Enclosure
from mailbridge.inbound.parsing import filenames
from mailbridge.inbound.pool import ParseFailed, Pool
from mailbridge.inbound.server import Doors
from mailbridge.inbound.spool import Pressure, Spool
from mailbridge.outbound import deliver, fanout, sent_log
from mailbridge.outbound.deliver import Deliverer
from mailbridge.outbound.sent_log import SentLog
from mailbridge.outbound.signing import Signer
from mailbridge.outbound.transport import open_transport
from mailbridge.periodic import Periodic
from mailbridge.postbox import LocalPostBoxes
from mailbridge.worker import Worker

TIDY_SECONDS = 600


class BridgeAddressing:
    """Writes and reads board, thread and group addresses for pages and commands."""

    def __init__(self, config: Config) -> None:
        self.domains = config.mail_domains

    def board(self, topics: Sequence[str], regions: Sequence[str]) -> str:
        return addresses.board(tuple(topics), tuple(regions), self.domains[0])

    def thread(self, thread_id: int) -> str:
        return addresses.thread(thread_id, self.domains[0])

    def group(self, slug: str) -> str:
        return addresses.group(slug, self.domains[0])

    def read_board(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        word = text.strip()
        found = addresses.read(word if "@" in word else f"{word}@{self.domains[0]}", known_names.current(), self.domains)
        if isinstance(found, destinations.Board):
            return found.topics, found.regions
        near = found.suggestions if isinstance(found, destinations.Unknown) else ()
        raise UnknownBoard(board=text, hint=f" ({', '.join(near)}?)" if near else "")


class BridgeFiles:
    """Names and judges files from forms as those from mails."""

    def label(self, name: str, mimetype: str, number: int) -> str:
        return filenames.label(name, mimetype, number)

    def is_welcome(self, filename: str, mimetype: str, content: bytes) -> bool:
        return enclosures.verdict(Enclosure(filename, mimetype, content)).welcome


class BridgeOriginals:
    """Reads kept mails again; seldom asked, so each time in a child process that ends with the answer."""

    def __init__(self, config: Config) -> None:
        self._ours = config.mail_domains

    def text(self, raw: bytes) -> str:
        with Pool(size=1) as pool:
            mail = pool.read_anyway(raw)
        return masking.mask_addresses(mail.text or markup.to_text(mail.html or ""), self._ours)


class BridgeInbound:
    """Works single mails on demand (`ratspost inbound retry`)."""

    def process(self, inbound_id: int) -> str:
        with Pool() as pool:
            return receive.process(inbound_id, pool.read_anyway, known_names.current, bounce_reader(pool)).value


class BridgeServers:
    """Makes the long-running parts; all of one process share the event that wakes its worker."""

    def __init__(self, config: Config, scope: Scope) -> None:
        self._config = config
        self._scope = scope
        self._wake = threading.Event()
        self._pressure = Pressure()

    def bridge(self) -> Doors:
        return Doors(self._config, self._scope, known_names.current, Spool(self._scope, self._wake, self._pressure))

    def worker(self) -> Worker:
        pool = Pool()
        folder = self._config.data / "sending"
        transport = open_transport(self._config.relay, hello=self._config.mail_domain)
        deliverer = Deliverer(transport, sent_log=SentLog(folder), signer=_signer(self._config))

        def take_over() -> None:
            for left in sent_log.left(folder):
                deliver.take_over(left)
            if self._config.embedded:
                with transaction():
                    ledger.release_all()

        def close() -> None:
            pool.close()
            deliverer.close()

        tidy = Periodic(TIDY_SECONDS, expiry.discard_old)
        report = Periodic(TIDY_SECONDS, operator_report.write_if_due)
        mails = lambda: receive.step(pool.read_anyway, known_names.current, bounce_reader(pool))  # noqa: E731
        steps = (self._pressure.give_way, mails, fanout.step, deliverer.step, tidy.step, report.step)
        return Worker(self._scope, steps, self._wake, opening=take_over, closing=close)


def _signer(config: Config) -> Signer | None:
    """Who signs our mails; None leaves it to the MTA."""
    return Signer(config.mail_domain, config.dkim.selector, config.dkim.pem) if config.dkim else None


def bounce_reader(pool: Pool) -> receive.ReadBounce:
    """Read a bounce in a child process; one that kills the child is a bounce that says nothing."""

    def read(raw: bytes, sender: str) -> Bounce | None:
        try:
            return pool.bounce(raw, sender)
        except ParseFailed:
            return None

    return read


def make_ports(config: Config, scope: Scope) -> Ports:
    """All plugs for one configuration; `scope` opens an application context in the bridge's own threads."""
    return Ports(
        addressing=BridgeAddressing(config),
        files=BridgeFiles(),
        originals=BridgeOriginals(config),
        archive=BridgeArchive(),
        inbound=BridgeInbound(),
        servers=BridgeServers(config, scope),
        postboxes=_postboxes(config),
    )


def _postboxes(config: Config) -> LocalPostBoxes | None:
    """The local post boxes of the demo; outside it there are none (DESIGN §9)."""
    folder = config.relay.removeprefix("maildir:")
    return LocalPostBoxes(Path(folder), lambda: config.smtp) if config.demo and folder != config.relay else None
