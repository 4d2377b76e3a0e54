"""Every web address that stands in a mail; the paths are those of the browser door, and a test holds both together."""

from __future__ import annotations

from urllib.parse import quote

from forum.places.boards import Board


def post(base_url: str, post_id: int) -> str:
    """A post's own address, which stays when its thread moves (RFC 5064)."""
    return f"{base_url}/beitrag/{post_id}"


def thread(base_url: str, thread_id: int) -> str:
    return f"{base_url}/faden/{thread_id}"


def board(base_url: str, place: Board) -> str:
    return f"{base_url}/brett/{place.slug}"


def attachment(base_url: str, attachment_id: int, filename: str) -> str:
    """A file, for whoever may read its post."""
    return f"{base_url}/anhang/{attachment_id}/{quote(filename, safe='')}"


def holds(base_url: str) -> str:
    """What waits for a moderator."""
    return f"{base_url}/moderation"


def inbox(base_url: str) -> str:
    """Accepted mails, for admins."""
    return f"{base_url}/moderation/posteingang"


def login(base_url: str) -> str:
    return f"{base_url}/anmelden"


def subscriptions(base_url: str) -> str:
    """A person's own follows."""
    return f"{base_url}/ich/abos"


def one_click(base_url: str, token: str) -> str:
    """Unsubscribing without login (RFC 8058); a GET shows a page with a button, a POST does it."""
    return f"{base_url}/abo/{token}"


def question(base_url: str, token: str) -> str:
    """Answering one question of ours in the browser; a GET shows it, a POST answers."""
    return f"{base_url}/frage/{token}"
