"""Under which list a thread's mails stand, and the header fields that say so (RFC 2369, RFC 2919, RFC 5064).

The board is the list: its address is in From, its name in List-Id, and following it is subscribing.
"""

from __future__ import annotations

from dataclasses import dataclass

from forum.core import site
from forum.threads import placing
from forum.threads.models import PostRow, ThreadRow
from mailbridge import addresses
from mailbridge.destinations import Board
from mailbridge.outbound import headers, links


@dataclass(frozen=True, slots=True)
class Listing:
    """`address` of the list, the address that subscribes to it, and the page of its archive."""

    address: str
    subscribe: str
    archive: str


def of(thread: ThreadRow) -> Listing:
    """The main board; a group for its own threads, so that a mail to From never widens the circle of readers."""
    domain, base_url = site.config().mail_domain, site.config().base_url
    follow = addresses.thread_command(thread.id, "abo", domain)
    if thread.group is not None:
        return Listing(addresses.group(thread.group.slug, domain), follow, links.thread(base_url, thread.id))
    board = placing.main_board(thread)
    parts = Board((board.topic.slug,) if board.topic else (), (board.region.slug,) if board.region else ())
    try:
        follow = addresses.command(parts, "subscribe", domain)
        return Listing(addresses.write(parts, domain), follow, links.board(base_url, board))
    except ValueError:  # two long names make more than 64 octets
        return Listing(addresses.thread(thread.id, domain), follow, links.board(base_url, board))


def fields(post: PostRow, thread: ThreadRow, listing: Listing) -> list[bytes]:
    """All list fields but List-Unsubscribe, which is personal."""
    domain, base_url = site.config().mail_domain, site.config().base_url
    return [
        headers.links("List-Id", [listing.address.replace("@", ".")]),
        headers.links("List-Post", [f"mailto:{addresses.thread(thread.id, domain)}"]),
        headers.links("List-Help", [f"mailto:{addresses.service('hilfe', domain)}"]),
        headers.links("List-Subscribe", [f"mailto:{listing.subscribe}"]),
        headers.links("List-Owner", [f"mailto:{addresses.service('moderation', domain)}"]),
        headers.links("List-Archive", [listing.archive]),
        headers.links("Archived-At", [links.post(base_url, post.id)]),
        headers.plain("Precedence", "list"),
    ]
