"""Mails that are commands, not contributions: follow, leave, mute, unsubscribe. They need the same proof as a post.

Every command is answered with one letter that says what happened and how to undo it.
"""

from __future__ import annotations

from forum.core.refusals import NotFound
from forum.mailroom import deliveries, ledger, letters
from forum.mailroom.models import InboundState, LedgerRow
from forum.people.models import PersonRow
from forum.places import catalogue
from forum.places.boards import Board
from forum.places.catalogue import RegionInfo, TopicInfo
from forum.subscriptions import one_click, service
from forum.subscriptions.models import ThreadWish
from forum.threads import access, lists
from forum.threads.models import ThreadRow
from mailbridge.inbound import asking, route
from mailbridge.inbound.identify import Sender, owner_of
from mailbridge.inbound.posting import Received


def is_command(target: route.Target) -> bool:
    """Whether this target is carried out here and can never become a post."""
    return isinstance(target, route.ThreadWishCommand | route.BoardCommand | route.Unsubscribe)


def carry_out(received: Received, target: route.Target, sender: Sender) -> None:
    """Do what the mail asks and settle it; a command without proof waits for a yes, for nobody may unsubscribe another."""
    row = received.row
    if isinstance(target, route.Unsubscribe):
        _unsubscribe(row, target)
    elif sender.person is None or not sender.may_act:
        asking.hold_unseen(row, sender, sender.cause or "unproven")
    elif isinstance(target, route.ThreadWishCommand):
        _wish(row, target, sender.person)
    elif isinstance(target, route.BoardCommand):
        _board_command(row, target, sender.person)


def _unsubscribe(row: LedgerRow, target: route.Unsubscribe) -> None:
    """The mailto of List-Unsubscribe: its signed token is the proof, as with the link."""
    person = owner_of(target.token)
    delivery = deliveries.find(target.token.target_id) if target.token else None
    if person is None or delivery is None or delivery.person_id != person.id:
        ledger.settle(row, InboundState.DISCARDED, "dead-token")
        return
    thread = access.find_thread(person, delivery.letter.thread_id) if delivery.letter.thread_id else None
    left = one_click.leave(person, thread, delivery.why)
    if left.anything:
        _confirm(person, "left", thread, left.boards)
    ledger.settle(row, InboundState.COMMAND, "unsubscribe")


def _wish(row: LedgerRow, target: route.ThreadWishCommand, person: PersonRow) -> None:
    try:
        thread = access.get_thread(person, target.thread_id)
    except NotFound:
        ledger.settle(row, InboundState.DISCARDED, "no-such-thread")
        return
    wish = {"abo": ThreadWish.FOLLOW, "stumm": ThreadWish.MUTE, "ab": _leaving(person, thread)}[target.command]
    service.set_wish(person, thread, wish)
    _confirm(person, f"thread-{target.command}", thread, ())
    ledger.settle(row, InboundState.COMMAND, f"thread-{target.command}")


def _leaving(person: PersonRow, thread: ThreadRow) -> ThreadWish | None:
    """Whoever wrote in a thread follows it without a wish, so for them leaving means muting."""
    return ThreadWish.MUTE if lists.has_written(person, thread) else None


def _board_command(row: LedgerRow, target: route.BoardCommand, person: PersonRow) -> None:
    if target.command in ("help", "owner"):
        letters.write("help", person=person)
        ledger.settle(row, InboundState.COMMAND, target.command)
        return
    boards = _boards(target)
    for board in boards:
        if target.command == "subscribe":
            service.follow(person, board)
        else:
            service.unfollow(person, board)
    _confirm(person, target.command, None, boards)
    ledger.settle(row, InboundState.COMMAND, target.command)


def _boards(target: route.BoardCommand) -> tuple[Board, ...]:
    """Every pair of the named topics and regions; only topics or only regions stand alone."""
    known = catalogue.get()
    topics: list[TopicInfo | None] = [known.topic(slug) for slug in target.topics] or [None]
    regions: list[RegionInfo | None] = [known.region(slug) for slug in target.regions] or [None]
    return tuple(Board(topic, region) for topic in topics for region in regions)


def _confirm(person: PersonRow, did: str, thread: ThreadRow | None, boards: tuple[Board, ...]) -> None:
    letters.write(
        "subscription",
        person=person,
        thread_id=thread.id if thread else None,
        did=did,
        title=thread.title if thread else "",
        boards=[board.slug for board in boards],
    )
