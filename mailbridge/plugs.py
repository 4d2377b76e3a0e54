"""Plugs the bridge into the forum: the ports that `forum.main` hands to pages and commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from forum.config import Config
from forum.core.ports import Addressing, Archive, Inbound, Ports, Scope, Servers
from forum.core.refusals import UnknownBoard
from forum.people import groups
from forum.places import catalogue
from mailbridge import addresses, destinations
from mailbridge.known_names import KnownNames, names_of


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
        found = addresses.read(word if "@" in word else f"{word}@{self.domains[0]}", known_names(), self.domains)
        if isinstance(found, destinations.Board):
            return found.topics, found.regions
        near = found.suggestions if isinstance(found, destinations.Unknown) else ()
        raise UnknownBoard(board=text, hint=f" ({', '.join(near)}?)" if near else "")


def known_names() -> KnownNames:
    """The names of the store as it is now, groups included."""
    return names_of(catalogue.get(), _find_group)


def _find_group(slug: str) -> str | None:
    group = groups.find(slug)
    return group.slug if group else None


def make_ports(config: Config, scope: Scope) -> Ports:
    """All plugs for one configuration; `scope` opens an application context in the bridge's own threads."""
    addressing: Addressing = BridgeAddressing(config)
    return Ports(
        addressing=addressing, archive=cast(Archive, None), inbound=cast(Inbound, None), servers=cast(Servers, None), postboxes=None
    )
