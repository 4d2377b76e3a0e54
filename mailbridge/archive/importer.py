"""An archive into the store: glances, forest, then the posts, batch by batch. Called by `ratspost import mbox` through `plug`.

Each batch is one transaction, each mail a savepoint: a broken mail is reported and skipped, and an import that dies goes on where
it was when it is started again. Mails the store knows by Message-ID are passed over, so a second import adds nothing.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DataError, IntegrityError

from forum.core import clock
from forum.core.db import session, transaction
from forum.core.ports import ImportReport, Progress
from forum.core.refusals import Refused
from forum.people import bylines
from forum.people.models import BylineRow
from forum.threads import past, placing, service
from forum.threads.models import PostRow, ThreadRow
from forum.threads.placing import Place
from mailbridge.archive import drafting, forest, glance, read_mbox
from mailbridge.archive.forest import Known, Planned, Tree
from mailbridge.archive.glance import Entry
from mailbridge.inbound.mail import ParsedMail

Read = Callable[[bytes], ParsedMail]
_Reading = Future[ParsedMail]
MAILS_AT_ONCE, BYTES_AT_ONCE = 100, 20_000_000  # of one transaction; a thread is never cut
READERS, AHEAD = 2, 24  # mails read at the same time, and how many wait ready

_REFUSED = (Refused, drafting.Unusable, ValueError, RecursionError, OSError, DataError, IntegrityError)


@dataclass(frozen=True, slots=True)
class _Added:
    """A written post, the ids it waits for, how many files were left out, and whether it began a thread."""

    post: PostRow
    missing: tuple[str, ...]
    left_out: int
    starts: bool


class Importer:
    """One import. `place` is for threads that do not say where they belong; `read` parses a mail and never raises."""

    def __init__(self, place: Place, read: Read, progress: Progress) -> None:
        self._place, self._read, self._progress = place, read, progress
        self._broken: list[tuple[int, str]] = []
        self._posts: dict[str, tuple[int, int]] = {}
        self._bylines: dict[drafting.Author, int] = {}
        self._awaited: set[str] = set()
        self._counts = {"read": 0, "added": 0, "known": 0, "threads": 0, "files": 0}
        self._total = self._done = 0

    def run(self, archive: Path) -> ImportReport:
        """Import all mails of an archive that the store does not know. Raises OSError if it cannot be read."""
        self._total = 2 * read_mbox.total_size(archive)
        entries = self._new(self._glances(archive))
        trees = forest.plant(entries, self._known(entries))
        readings = self._readings(planned for tree in trees for planned in tree.mails)
        for batch in _batches(trees):
            # Read before the transaction begins: on SQLite everybody who writes waits for its end.
            mails = iter(list(itertools.islice(readings, sum(len(tree.mails) for tree in batch))))
            with transaction():
                for tree in batch:
                    self._grow(tree, mails)
        self._progress(self._total, self._total)
        return ImportReport(broken=tuple(sorted(self._broken)), **self._counts)

    def _glances(self, archive: Path) -> Iterator[Entry]:
        now = clock.now()
        for place in read_mbox.places(archive):
            self._counts["read"] += 1
            try:
                yield glance.look(place, now)
            except glance.NoMail as error:
                self._broken.append((place.number, str(error)))
            self._step(place.size)

    def _new(self, entries: Iterable[Entry]) -> list[Entry]:
        """One entry for each id that the store does not have; of several the same one whatever their order."""
        chosen: dict[str, Entry] = {}
        copies: list[Entry] = []
        for entry in entries:
            other = chosen.setdefault(entry.key, entry)
            if other is not entry:
                chosen[entry.key], copy = sorted((other, entry), key=_first_comes)
                copies.append(copy)
        known = past.find_posts(chosen)
        for copy in copies:
            if copy.about == chosen[copy.key].about or copy.key in known:
                self._counts["known"] += 1
            else:
                self._broken.append((copy.place.number, "another mail of the archive has the same Message-ID"))
        self._counts["known"] += len(known)
        for copy in (*copies, *(chosen[key] for key in known)):
            self._step(copy.place.size)
        return [entry for key, entry in chosen.items() if key not in known]

    def _known(self, entries: Iterable[Entry]) -> Known:
        ids = {one for entry in entries for one in (entry.key, *entry.ancestors)}
        ids |= {entry.marks.thread for entry in entries if entry.marks and entry.marks.thread}
        self._posts = past.find_posts(ids)
        awaited = past.find_awaiting(ids)
        self._awaited = set(awaited)
        return Known(dict(self._posts), awaited)

    def _readings(self, planned: Iterable[Planned]) -> Iterator[tuple[Planned, _Reading]]:
        """Each mail with its reading, in order; some are read ahead while the store works."""
        waiting: deque[tuple[Planned, _Reading]] = deque()
        with ThreadPoolExecutor(READERS) as pool:
            for one in planned:
                waiting.append((one, pool.submit(self._read_one, one)))
                if len(waiting) > AHEAD:
                    yield _done(waiting.popleft())
            while waiting:
                yield _done(waiting.popleft())

    def _read_one(self, planned: Planned) -> ParsedMail:
        return self._read(planned.entry.place.read())

    def _grow(self, tree: Tree, mails: Iterator[tuple[Planned, _Reading]]) -> None:
        """Write one thread."""
        thread = self._thread_of(tree)
        titles: dict[int, str] = {}
        touched: dict[int, ThreadRow] = {}
        for planned, reading in itertools.islice(mails, len(tree.mails)):
            self._step(planned.entry.place.size)
            try:
                mail = reading.result()
                drafting.check(mail)
                with session().begin_nested():
                    added = self._add(planned, mail, thread or self._fallback(tree, planned))
            except _REFUSED as error:
                self._broken.append((planned.entry.place.number, _reason(error)))
                continue
            post = self._note(planned.entry, added)
            self._bylines[drafting.author(mail, planned.entry.marks)] = post.byline_id
            titles[post.id] = drafting.title(mail, planned.entry.marks)
            touched[post.thread_id] = session().get_one(ThreadRow, post.thread_id)
            thread = thread or (touched[post.thread_id] if not tree.threads else None)
        for one in touched.values() if tree.threads else ():
            past.settle(one, titles)

    def _thread_of(self, tree: Tree) -> ThreadRow | None:
        """The store's thread that a tree goes on; None for a new one, and where several cannot become one."""
        if len(tree.threads) < 2:
            return past.hold(tree.threads[0]) if tree.threads else None
        return past.join(tree.threads)

    def _fallback(self, tree: Tree, planned: Planned) -> ThreadRow | None:
        """Where threads cannot be joined, a mail goes where what it answers is, else to the first of them."""
        if not tree.threads:
            return None
        found = next((self._posts[one][1] for one in planned.parents if one in self._posts), tree.threads[0])
        return past.hold(found)

    def _add(self, planned: Planned, mail: ParsedMail, thread: ThreadRow | None) -> _Added:
        entry = planned.entry
        parent = next((session().get_one(PostRow, self._posts[one][0]) for one in planned.parents if one in self._posts), None)
        byline = self._byline(drafting.author(mail, entry.marks))
        draft, left_out = drafting.draft(mail, entry, entry.date or (parent.posted_at if parent else clock.now()), parent)
        if thread is None:
            post = service.start(drafting.title(mail, entry.marks), _place(entry, self._place), byline, draft)
        else:
            _require_audience(entry, thread)
            post = service.append(thread, parent if parent and parent.thread_id == thread.id else None, byline, draft)
        unknown = itertools.takewhile(lambda one: one not in self._posts, planned.parents)
        missing = tuple(one for one in unknown if one not in entry.loose)
        past.await_parents(post, missing)
        if entry.key in self._awaited:
            past.arrive(post, entry.key)
        return _Added(post, missing, left_out, thread is None)

    def _byline(self, author: drafting.Author) -> BylineRow:
        """The author's byline; authors of lists write often, so each is looked up once."""
        known = self._bylines.get(author)
        if known is not None:
            return session().get_one(BylineRow, known)
        return bylines.of_stranger(author.name, author.email, author.mandate)

    def _note(self, entry: Entry, added: _Added) -> PostRow:
        """Remember what was written, once its savepoint has held."""
        self._posts[entry.key] = (added.post.id, added.post.thread_id)
        self._awaited.update(added.missing)
        self._counts["added"] += 1
        self._counts["files"] += added.left_out
        self._counts["threads"] += added.starts
        return added.post

    def _step(self, size: int) -> None:
        self._done += size
        self._progress(self._done, self._total)


def _first_comes(entry: Entry) -> tuple[bool, float, str, str]:
    """Of several mails with one Message-ID the earliest counts; ties are settled by content, never by place in the archive."""
    return entry.date is None, entry.date.timestamp() if entry.date else 0.0, entry.about, entry.digest


def _place(entry: Entry, default: Place) -> Place:
    """Where a new thread stands: as its exported mail says, else where the import was told to put it. Raises Unusable."""
    marks = entry.marks
    if marks is None or not (marks.topics or marks.regions or marks.group):
        return default
    try:
        return placing.resolve(marks.topics, marks.regions, marks.group)
    except Refused as error:
        # A group that is not here must not turn into an audience of everybody.
        raise drafting.Unusable(f"it belongs to a board or group that does not exist here ({_reason(error)})") from error


def _require_audience(entry: Entry, thread: ThreadRow) -> None:
    """A mail of a group's thread never goes into a wider one. Raises Unusable."""
    wanted = entry.marks.group if entry.marks else None
    if wanted is not None and (thread.group is None or thread.group.slug != wanted):
        raise drafting.Unusable(f"it belongs to the group {wanted}, the thread does not")


def _reason(error: BaseException) -> str:
    if isinstance(error, Refused):
        return error.sentence("en").rstrip(".")
    if isinstance(error, DataError | IntegrityError):
        return f"the store refused it ({type(error.orig).__name__})"
    return str(error) or type(error).__name__


def _done(one: tuple[Planned, _Reading]) -> tuple[Planned, _Reading]:
    wait([one[1]])
    return one


def _batches(trees: Iterable[Tree]) -> Iterator[list[Tree]]:
    batch: list[Tree] = []
    for tree in trees:
        batch.append(tree)
        sizes = [planned.entry.place.size for one in batch for planned in one.mails]
        if len(sizes) >= MAILS_AT_ONCE or sum(sizes) >= BYTES_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
