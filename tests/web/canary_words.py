"""The words of the canaries and the table of who may read which, in the browser.

MAY_READ is written from the sentences of DESIGN (§2 audience, §5 raw mail, §8 curation, §11 privacy), not from the code.
"""

from __future__ import annotations

import re

OUTSIDE = ("dora", "frida", "rolf")
"""A stranger; a member who was locked while logged in; a member whose session was ended."""
INSIDE = ("anne", "birol", "greta", "marta", "carla", "emil")
"""The author, a plain member, a member of the group, a moderator of Köln, a moderator of the district of Unna, an admin."""
ROLES = OUTSIDE + INSIDE

NOBODY: frozenset[str] = frozenset()
MEMBERS = frozenset(INSIDE)
GROUP = frozenset({"anne", "greta"})
DECIDERS = frozenset({"carla", "emil"})
MODERATORS = frozenset({"marta", "carla", "emil"})
ADMIN = frozenset({"emil"})
ANNE = frozenset({"anne"})

MAY_READ: dict[str, frozenset[str]] = {
    # "members (default: every approved person) … Without login nothing of a thread is readable" (§2)
    "open.title": MEMBERS, "open.body": MEMBERS, "open.filename": MEMBERS, "open.file": MEMBERS,
    "edited.old": MEMBERS, "edited.new": MEMBERS, "locked.title": MEMBERS, "locked.reason": MEMBERS,
    "mail.subject": MEMBERS, "mail.body": MEMBERS, "mail.quoted": MEMBERS,
    # "raw mail is only for its author, for a moderator while it is held, and for admins" (§5)
    "mail.raw": ADMIN | ANNE, "groupmail.raw": ADMIN | ANNE, "heldmail.raw": DECIDERS,
    # "or one Group. No topic, region or address widens it" (§2); an admin has the mail itself
    "group.title": GROUP, "group.body": GROUP, "group.old": GROUP, "group.filename": GROUP, "group.file": GROUP,
    "group.reason": GROUP, "group.name": GROUP, "group.slug": GROUP | ADMIN, "moved.body": GROUP, "moved.title": NOBODY,
    "groupmail.subject": GROUP | ADMIN, "groupmail.body": GROUP | ADMIN,
    # "withdraw: … queue, digest drafts, search, raw mail cleaned" (§8)
    "withdrawn.body": NOBODY, "withdrawn.old": NOBODY, "withdrawn.filename": NOBODY, "withdrawn.file": NOBODY,
    "withdrawnmail.body": NOBODY, "withdrawnmail.raw": NOBODY, "withdrawnmail.subject": NOBODY,
    # "A contribution … that waits for a moderator or for its author's yes" (§2)
    "held.title": DECIDERS, "held.body": DECIDERS, "held.filename": DECIDERS, "held.file": NOBODY,
    "heldmail.subject": DECIDERS, "heldmail.body": DECIDERS, "asked.title": DECIDERS, "asked.body": DECIDERS,
    "heldgroup.title": NOBODY, "heldgroup.body": NOBODY, "heldanswer.body": NOBODY,
    "stranger.address": DECIDERS, "stranger.body": DECIDERS,
    "rejected.title": DECIDERS, "rejected.reason": DECIDERS, "rejected.body": NOBODY,
    # the moderation log is for those who moderate; a stuck mail is the operator's affair
    "log.reason": MODERATORS, "stuck.subject": ADMIN, "stuck.detail": ADMIN, "stuck.raw": ADMIN,
    # "Members' addresses are never shown to other members" (§11); whoever may see a raw mail of Anne's sees its From
    "person.about": MEMBERS, "person.address": ANNE | DECIDERS, "person.unproved": ANNE, "locked-person.about": NOBODY,
    "locked-person.name": NOBODY, "private.text": NOBODY, "draft.file": NOBODY,
}  # fmt: skip
"""Who can find a word anywhere in the browser: exactly these, no one else and no one less."""


def word(key: str) -> str:
    """The canary of a field: fit for titles, file names, addresses."""
    assert key in MAY_READ, key
    return f"kanarie{key.replace('.', '').replace('-', '')}zz"


WORDS = {key: word(key) for key in MAY_READ}
KEYS = {canary: key for key, canary in WORDS.items()}
_CANARY = re.compile("kanarie[a-z]+?zz")


def heard(text: str) -> set[str]:
    """The fields whose words are in a text."""
    return {KEYS[canary] for canary in _CANARY.findall(text.casefold())}
