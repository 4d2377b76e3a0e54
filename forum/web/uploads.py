"""Files from a form: into the store once, and carried along by a signed word when the form is shown again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import FileStorage

from forum.core import site
from forum.core.db import transaction
from forum.core.refusals import TooLarge
from forum.people.access import require_member
from forum.threads import files
from forum.web import filetypes
from forum.web.viewer import viewer

MOST = 20


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a form whose bytes are in the store."""

    filename: str
    mimetype: str
    sha256: str
    size: int
    is_welcome: bool

    @property
    def word(self) -> str:
        """What the form carries, so that a preview does not lose the file; only its uploader can use it."""
        return str(_signer().dumps(astuple(self)))


def keep(sent: Iterable[FileStorage]) -> tuple[Upload, ...]:
    """Put the files of a form into the store, in a transaction of their own. Raises TooLarge beyond RATSPOST_MAX_MAIL."""
    read = [(file.filename, file.read()) for file in list(sent)[:MOST] if file.filename]
    limit = site.config().max_mail
    if sum(len(content) for _, content in read) > limit:
        raise TooLarge(limit=limit // 1_000_000)
    if not read:
        return ()
    with transaction():
        return tuple(_kept(name, content, number) for number, (name, content) in enumerate(read, 1))


def _kept(name: str, content: bytes, number: int) -> Upload:
    judge = site.ports().files
    label = judge.label(name, filetypes.UNKNOWN, number)
    reference = files.keep(label, filetypes.of(label), content)
    welcome = judge.is_welcome(label, reference.mimetype, content)
    return Upload(reference.filename, reference.mimetype, reference.sha256, len(content), welcome)


def taken_over(words: Iterable[str]) -> tuple[Upload, ...]:
    """The files that an earlier showing of the form stored; words we did not sign for this person are left out."""
    found = []
    for word in list(words)[:MOST]:
        try:
            found.append(Upload(*_signer().loads(word)))
        except BadSignature:
            continue
    return tuple(found)


def _signer() -> URLSafeSerializer:
    person = require_member(viewer())
    return URLSafeSerializer(list(reversed(site.config().secret_keys)), salt=f"upload {person.id}")
