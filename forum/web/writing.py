"""What a person wrote into a form, as one frozen value, and how it becomes a contribution."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from werkzeug.datastructures import FileStorage, ImmutableMultiDict

from forum.core import markup, site
from forum.core.refusals import UnknownBoard
from forum.moderation.contribution import Contribution
from forum.people.models import PersonRow
from forum.places import catalogue, names
from forum.places.boards import Board
from forum.threads import placing
from forum.threads.draft import Draft, FileRef
from forum.threads.models import BodyFormat, Source
from forum.web import uploads
from forum.web.uploads import Upload

TOPICS = placing.MOST_TOPICS
REGIONS = 3
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One form. `nonce` is the same however often the form is sent; `uploads` are in the store already."""

    nonce: str
    title: str = ""
    text: str = ""
    brett: str = ""
    topics: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    group: str = ""
    uploads: tuple[Upload, ...] = ()
    wants_preview: bool = False

    @classmethod
    def blank(cls, *, brett: str = "", group: str = "", text: str = "") -> Written:
        """A form nobody has filled in yet."""
        return cls(nonce=secrets.token_urlsafe(18), brett=brett[:200], group=group[:60], text=text)


def read(form: ImmutableMultiDict[str, str], files: ImmutableMultiDict[str, FileStorage]) -> Written:
    """The form as sent; new files are put into the store, those of an earlier preview are taken over. Commits the files."""
    nonce = form.get("nonce", "")
    return Written(
        nonce=nonce if _NONCE.fullmatch(nonce) else secrets.token_urlsafe(18),
        title=form.get("titel", ""),
        text=form.get("text", "").replace("\r\n", "\n"),
        brett=form.get("brett", "").strip()[:200],
        topics=tuple(filter(None, (word.strip() for word in form.getlist("thema"))))[:TOPICS],
        regions=tuple(filter(None, (word.strip()[:80] for word in form.getlist("region"))))[:REGIONS],
        group=form.get("gruppe", "")[:60],
        uploads=uploads.taken_over(form.getlist("datei-da")) + uploads.keep(files.getlist("dateien")),
        wants_preview="vorschau" in form,
    )


def thread_contribution(person: PersonRow, written: Written) -> Contribution:
    """A new thread as it is handed in. Raises UnknownBoard."""
    topics, regions = place_of(written)
    return Contribution(
        draft=_draft(person, written), person_id=person.id, title=written.title,
        topics=topics, regions=regions, group=written.group or None,
    )  # fmt: skip


def answer_contribution(person: PersonRow, parent_id: int, written: Written) -> Contribution:
    """An answer as it is handed in."""
    return Contribution(draft=_draft(person, written), person_id=person.id, parent_id=parent_id)


def _draft(person: PersonRow, written: Written) -> Draft:
    return Draft(
        source=Source.WEB,
        body=written.text.strip(),
        body_format=BodyFormat.MARKDOWN,
        files=tuple(FileRef(upload.filename, upload.mimetype, upload.sha256) for upload in written.uploads),
        nonce=f"{person.id}.{written.nonce}",
    )


def cause_of_files(written: Written) -> str | None:
    """The cause to hold this contribution for, if one of its files is of a type that is not passed on."""
    return None if all(upload.is_welcome for upload in written.uploads) else "blocked-file"


def place_of(written: Written) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Topic and region slugs: those of the board's address first, then the chosen ones. Raises UnknownBoard."""
    topics: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    for address in filter(None, re.split(r"[\s,;]+", written.brett)):
        more_topics, more_regions = site.ports().addressing.read_board(address)
        topics, regions = topics + more_topics, regions + more_regions
    topics += tuple(catalogue.get().topic(slug).slug for slug in written.topics)
    regions += tuple(region_slug(word) for word in written.regions)
    return tuple(dict.fromkeys(topics)), tuple(dict.fromkeys(regions))


def region_slug(word: str) -> str:
    """The region that a person means: by label ("Kreis Unna"), slug or plate. Raises UnknownBoard."""
    places = catalogue.get()
    labelled = next((region for region in places.regions if region.label.casefold() == word.casefold()), None)
    name = places.find_name(word) or places.find_name(names.slug(word))
    found = labelled or (name.region if name else None)
    if found is None:
        raise UnknownBoard(board=word, hint="".join(f" ({', '.join(near)}?)" for near in [places.near(names.slug(word))] if near))
    return found.slug


def place_shown(written: Written) -> list[Board]:
    """The boards a new thread will stand on, for the preview. Raises UnknownBoard."""
    return placing.boards_of(placing.resolve(*place_of(written)))


def rendered(written: Written) -> str:
    """The text as the page will show it."""
    return markup.render_markdown(written.text)
