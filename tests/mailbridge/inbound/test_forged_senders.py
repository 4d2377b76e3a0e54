"""Whoever forges a sender posts, follows, mutes and answers nothing in that name: one table of shapes. # R53 R54 R57"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from forum.core import tokens
from forum.core.db import transaction
from forum.mailroom.models import InboundState
from forum.people import groups
from forum.threads.models import PostRow
from mailbridge.inbound.proof import lookup
from tests import cast
from tests.cast import ANNE, BIROL, DORA, Cast, mail
from tests.mailbridge.inbound.desk import DNS, FINANZEN, OUTSIDE, SETTINGS, Done, arrive, at, letters, mx, proved, token
from tests.mailbridge.inbound.proof.signing import signed


@pytest.fixture
def settings() -> dict[str, str]:
    return SETTINGS


@dataclass(frozen=True)
class Target:
    """What a forger may know: a thread, its first post with its Message-ID, ids of people."""

    thread: int
    post: int
    people: Cast


@dataclass(frozen=True)
class Forged:
    """A mail and where its envelope goes; `to` is also what stands in To."""

    raw: bytes
    to: str = FINANZEN
    sender: str = DORA
    peer: str = "127.0.0.1"


Shape = Callable[[Target], Forged]


_ids = itertools.count()


def hers(sender: str = ANNE, to: str = FINANZEN, **headers: str) -> bytes:
    """Words that were never hers; no two of these mails are the same."""
    return mail(sender, to, "Rücktritt", f"Ich trete zurück ({next(_ids)}).", **headers)


def plain(to: str = FINANZEN, sender: str = ANNE, *results: str, **headers: str) -> Forged:
    """A mail through our MTA that says `results`; without any, it says nothing."""
    return Forged(mx(hers(sender, to, **headers), *results), to)


def as_dora(sender: str, **headers: str) -> Forged:
    """A mail from a domain that is the forger's own, with everything in order."""
    return plain(FINANZEN, sender, "dmarc=pass (p=reject dis=none) header.from=fremd.example", **headers)


def with_token(kind: str, owner: str, sender: str, *results: str, epoch: int | None = None) -> Shape:
    def made(target: Target) -> Forged:
        about = target.people.birol if kind == "p" else target.post
        return plain(token(kind, getattr(target.people, owner), about, epoch=epoch), sender, *results)

    return made


def broken_token(change: Callable[[str], str]) -> Shape:
    def made(target: Target) -> Forged:
        local, _, domain = token("a", target.people.anne, target.post).partition("@")
        return plain(f"a+{change(local.removeprefix('a+'))}@{domain}")

    return made


def foreign_key(target: Target) -> Forged:
    ring = tokens.Keyring((b"a key that was never ours, or was thrown away",))
    return plain(at(f"a+{tokens.write(tokens.Token('a', target.people.anne, target.post, 0), ring)}"))


def only_in_the_envelope(target: Target) -> Forged:
    return Forged(mx(hers()), token("a", target.people.anne, target.post))


def own_signature(raw: bytes) -> Forged:
    return Forged(mx(raw))


FRIEND, BOARD = b"freundin@fremd.example", FINANZEN.encode()
USUAL = ("From", "To", "Subject", "Date")


def genuine() -> bytes:
    """A mail of Anne's that the forger really got."""
    private = mail(ANNE, FRIEND.decode(), "Privat", f"Nur für dich ({next(_ids)}).")
    return signed(private, "rat.example", name="rat", headers=USUAL)



FAIL = "dmarc=fail (p=reject dis=none) header.from=rat.example"
DORAS = "dmarc=pass (p=reject dis=none) header.from=fremd.example"
ANNES = "dmarc=pass (p=reject dis=none) header.from=rat.example"
BIROLS = "dmarc=pass (p=none dis=none) header.from=kreis.example"

SHAPES: dict[str, Shape] = {
    # The exact address, nothing that speaks for it
    "to a board": lambda _: plain(),
    "to a board, past our MTA": lambda _: Forged(hers(), peer=OUTSIDE),
    "to two boards": lambda _: plain("finanzen.bottrop@ratspost.localhost, verkehr.hamm@ratspost.localhost"),
    "to a thread": lambda target: plain(at(f"faden-{target.thread}")),
    "with a reference": lambda _: plain(in_reply_to="<start@rat.example>", references="<start@rat.example>"),
    "to a group": lambda _: plain(at("gruppe-vorstand")),
    "thread command: follow": lambda target: plain(at(f"faden-{target.thread}-abo")),
    "thread command: mute": lambda target: plain(at(f"faden-{target.thread}-stumm")),
    "thread command: leave": lambda target: plain(at(f"faden-{target.thread}-ab")),
    "board command: follow": lambda _: plain(at("finanzen.bottrop-abo")),
    "board command: leave": lambda _: plain(at("finanzen.bottrop-unsubscribe")),
    "service word": lambda _: plain(at("hilfe")),
    "log in by mail": lambda _: plain(at("anmelden")),
    "to moderation": lambda _: plain(at("moderation")),
    "in capitals": lambda _: plain(sender="ANNE@RAT.EXAMPLE"),
    "with her name": lambda _: plain(sender="Anne Muster <anne@rat.example>"),
    "with a comment": lambda _: plain(sender="anne@rat.example (Anne Muster)"),
    "with her envelope sender": lambda _: Forged(mx(hers()), sender=ANNE),
    # The exact address, a verdict that is not a pass for it
    "DMARC fails": lambda _: plain(FINANZEN, ANNE, FAIL),
    "DMARC fails, nobody minds": lambda _: plain(FINANZEN, BIROL, "dmarc=fail (p=none dis=none) header.from=kreis.example"),
    "no record at all": lambda _: plain(FINANZEN, BIROL, "dmarc=none header.from=kreis.example"),
    "DKIM fails": lambda _: plain(FINANZEN, ANNE, "dkim=fail header.d=rat.example"),
    "DKIM neutral": lambda _: plain(FINANZEN, ANNE, "dkim=neutral header.d=rat.example"),
    "SPF softfail": lambda _: plain(FINANZEN, ANNE, "spf=softfail smtp.mailfrom=rat.example"),
    "DKIM of the forger": lambda _: plain(FINANZEN, ANNE, "dkim=pass header.d=fremd.example"),
    "SPF of the forger": lambda _: plain(FINANZEN, ANNE, "spf=pass smtp.mailfrom=dora@fremd.example"),
    "SPF of the HELO name": lambda _: plain(FINANZEN, ANNE, "spf=pass smtp.helo=rat.example"),
    "DMARC of the forger": lambda _: plain(FINANZEN, ANNE, DORAS),
    "DMARC cannot tell now": lambda _: plain(FINANZEN, ANNE, "dmarc=temperror header.from=rat.example"),
    "signed by the top-level domain": lambda _: plain(FINANZEN, ANNE, "dkim=pass header.d=example"),
    "ARC only": lambda _: plain(FINANZEN, ANNE, "arc=pass header.d=rat.example"),
    "logged in at our MTA as somebody": lambda _: plain(FINANZEN, ANNE, "auth=pass smtp.auth=dora"),
    "a good verdict of another server": lambda _: Forged(
        b"Authentication-Results: mx.google.example; " + ANNES.encode() + b"\r\n" + mx(hers())),
    "a good verdict below our Received": lambda _: Forged(
        mx(b"Authentication-Results: mx.forum.example; " + ANNES.encode() + b"\r\n" + hers())),
    "a good verdict from outside": lambda _: Forged(proved(hers()), peer=OUTSIDE),
    # Stolen, guessed and old tokens
    "her token, nothing proved": with_token("a", "anne", ANNE),
    "her token, DMARC fails": with_token("a", "anne", ANNE, FAIL),
    "her token, from a stranger": with_token("a", "anne", DORA, DORAS),
    "her token, from a stranger, nothing proved": with_token("a", "anne", DORA),
    "her token, from another member": with_token("a", "anne", BIROL, BIROLS),
    "another member's token, from her": with_token("a", "birol", ANNE, ANNES),
    "her token, only in the envelope": only_in_the_envelope,
    "her token, ended": with_token("a", "anne", ANNE, ANNES, epoch=7),
    "her token, of a lost key": foreign_key,
    "her token, cut short": broken_token(lambda word: word[:40]),
    "her token, one letter changed": broken_token(lambda word: word[:-1] + ("a" if word[-1] != "a" else "b")),
    "her token, quoted": broken_token(lambda word: f"=22{word}=22"),
    "a token of the envelope as answer": lambda target: plain(token("b", target.people.anne, 1).replace("b+", "a+")),
    "a question's token as answer": lambda target: plain(token("f", target.people.anne, target.post).replace("f+", "a+")),
    "her private token, from a stranger": with_token("p", "anne", DORA, DORAS),
    "her private token, nothing proved": with_token("p", "anne", ANNE),
    "a question that was never put": lambda target: plain(token("f", target.people.anne, 4_711), ANNE, ANNES),
    # Addresses and names that only look like hers, from a domain that is in order
    "her name": lambda _: as_dora("Anne Muster <dora@fremd.example>"),
    "her address as name": lambda _: as_dora('"anne@rat.example" <dora@fremd.example>'),
    "her domain in front": lambda _: plain(
        FINANZEN, "anne@rat.example.fremd.example", "dmarc=pass header.from=rat.example.fremd.example"),
    "a Cyrillic letter in the domain": lambda _: plain(
        FINANZEN, "anne@xn--rt-7kc.example", "dmarc=pass header.from=xn--rt-7kc.example"),
    "a Cyrillic letter in the name": lambda _: as_dora("аnne@fremd.example"),
    "her local part quoted": lambda _: as_dora('"anne@rat.example"@fremd.example'),
    "percent hack": lambda _: as_dora("anne%rat.example@fremd.example"),
    "source route": lambda _: plain(FINANZEN, "<@fremd.example:anne@rat.example>", DORAS),
    "another box of her provider": lambda _: plain(FINANZEN, "dora@rat.example", ANNES),
    "a detail of her address": lambda _: plain(FINANZEN, "anne+x@rat.example", ANNES),
    "a subdomain of hers": lambda _: plain(FINANZEN, "anne@mail.rat.example", "dmarc=pass header.from=mail.rat.example"),
    "she as Sender": lambda _: as_dora(DORA, Sender=ANNE),
    "she as Reply-To": lambda _: as_dora(DORA, reply_to=ANNE),
    "she as Resent-From": lambda _: as_dora(DORA, resent_from=ANNE),
    "she as X-Original-From": lambda _: as_dora(DORA, x_original_from=ANNE),
    # Signatures
    "signed by the forger": lambda _: own_signature(signed(hers(), "fremd.example", name="fremd")),
    "signed with a made-up key": lambda _: own_signature(signed(hers(), "rat.example", name="mine")),
    "her mail, other words": lambda _: own_signature(genuine().replace(b"Nur", b"Nie").replace(FRIEND, BOARD)),
    "her mail, another To": lambda _: own_signature(genuine().replace(FRIEND, BOARD)),
    "her mail, a second To": lambda _: own_signature(b"To: " + BOARD + b"\r\n" + genuine()),
    "her mail, a Cc added": lambda _: own_signature(b"Cc: " + BOARD + b"\r\n" + genuine()),
    "her mail as it is, in blind copy": lambda _: own_signature(genuine()),
}  # fmt: skip

ENDS = (InboundState.HELD, InboundState.DISCARDED)


def test_nothing_is_done_in_somebody_elses_name(store: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    people = cast.enter()
    monkeypatch.setattr(lookup, "texts", DNS)
    with transaction():
        groups.join(groups.add("vorstand", "Vorstand"), cast.person(people.anne))
    start = arrive(proved(mail(ANNE, FINANZEN, "Haushalt", "Anfang.", message_id="<start@rat.example>")), FINANZEN)
    post = store.get_one(PostRow, start.post_id)
    target, before = Target(post.thread_id, post.id, people), Done.now()
    assert before.posts == 1
    assert len(SHAPES) >= 60
    wrong = {}
    for name, shape in SHAPES.items():
        forged = shape(target)
        row = arrive(forged.raw, *forged.to.split(", "), sender=forged.sender, peer=forged.peer)
        if row.state not in ENDS or Done.now() != before:
            wrong[name] = (row.state.value, row.outcome, Done.now())
    assert wrong == {}
    assert len(letters("question")) <= 4, "a forger must not fill anybody's box"
