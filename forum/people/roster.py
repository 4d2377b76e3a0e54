"""A list of people as a table: read from CSV as offices export it, and entered line by line. `ratspost person import` uses it.

Columns, in any order; only `name` and `email` must be there:

    name            as it stands beside posts
    email           the first address; mail goes there
    further_emails  more addresses of the same person
    region          where the mandate is held: slug, plate or name ("kreis-unna", "UN", "Kreis Unna")
    mandate         slug or title of a kind of mandate; left out: member of the region's council
    body            slug or name of the body, where it does not follow from mandate and region
    status          fraktion, gruppe, einzel or keine
    from, to        first and last day of the mandate, 2025-11-01 or 01.11.2025
    confirmed_by    address of a moderator of that region or an admin who vouches for the mandate
    competences     slugs or titles
    role            member, moderator or admin
    boards          what a moderator looks after; everything if empty

Several values in one cell are separated by `|`, and by `,` or `;` where that is not the separator of the file.
A line about somebody who is known already adds what is new in it and takes nothing away; so one person may have several lines.
"""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from forum.core.refusals import AddressTaken, BadInput, UnknownWord
from forum.people import access, mandates, service
from forum.people.models import MandateRow, PersonRow, RoleKind
from forum.places import boards, catalogue
from forum.places.catalogue import BodyInfo

COLUMNS = (
    "name", "email", "further_emails", "region", "mandate", "body", "status", "from", "to", "confirmed_by", "competences",
    "role", "boards",
)  # fmt: skip
ROLES = {"": None, "member": None, "moderator": RoleKind.MODERATOR, "admin": RoleKind.ADMIN}
LARGEST = 10_000_000  # bytes
_HINTS = 3
_SEVERAL = re.compile(r"[|,;]")
_GERMAN_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


class BadRoster(ValueError):
    """The file as a whole cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: its number in the file and its cells by column, without blanks around them."""

    number: int
    cells: dict[str, str]

    def cell(self, column: str) -> str:
        """The text of a cell, "" where the table has no such column."""
        return self.cells.get(column, "")

    def several(self, column: str) -> list[str]:
        """The values of a cell that may hold several."""
        return [part.strip() for part in _SEVERAL.split(self.cell(column)) if part.strip()]


@dataclass(frozen=True, slots=True)
class Entered:
    """What one line did."""

    person: PersonRow
    is_new: bool


def read(content: bytes) -> list[Line]:
    """The lines of a CSV file: UTF-8 with or without BOM, or cp1252; `;`, `,` or tab between the cells. Raises BadRoster."""
    text = _decoded(content)
    rows = csv.reader(io.StringIO(text), delimiter=_delimiter(text), strict=True)
    try:
        header = [name.strip().lower() for name in next(rows, [])]
        _check_header(header)
        return [line for line in _lines(rows, header) if any(line.cells.values())]
    except csv.Error as error:
        raise BadRoster(f"line {rows.line_num}: {error}") from error


def enter(line: Line) -> Entered:
    """Enter the person of a line, or add what is new about them. Raises Refused with what is wrong in the line."""
    person = _known(line)
    is_new = person is None
    if person is None:
        person = service.add(line.cell("name"), line.cell("email"))
    for email in (line.cell("email"), *line.several("further_emails")):
        service.add_address(person, email)
    _enter_mandate(person, line)
    _enter_competences(person, line)
    _enter_role(person, line)
    return Entered(person, is_new)


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST:
        raise BadRoster("the file is larger than 10 MB")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadRoster("the file is neither UTF-8 nor cp1252 text; save it as “CSV UTF-8”")


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(";,\t", key=first.count)


def _check_header(header: list[str]) -> None:
    known = ", ".join(COLUMNS)
    for name in ("name", "email"):
        if name not in header:
            raise BadRoster(f"the column “{name}” is missing; the first line names the columns: {known}")
    unknown = [name for name in header if name and name not in COLUMNS]
    if unknown:
        raise BadRoster(f"there is no column “{unknown[0]}”; the columns are {known}")


def _lines(rows: Iterator[list[str]], header: list[str]) -> Iterator[Line]:
    number = 2
    for cells in rows:
        yield Line(number, {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name})
        number = getattr(rows, "line_num", number) + 1


def _known(line: Line) -> PersonRow | None:
    """Whoever has one of the line's addresses. Raises AddressTaken if two people do."""
    found = {email: service.find_by_email(email) for email in (line.cell("email"), *line.several("further_emails"))}
    people = {person.id: (email, person) for email, person in found.items() if person is not None}
    if len(people) > 1:
        raise AddressTaken(email=next(reversed(people.values()))[0])
    return next((person for _, person in people.values()), None)


def _enter_mandate(person: PersonRow, line: Line) -> None:
    if not any(line.cell(column) for column in ("region", "mandate", "body")):
        return
    region = region_slug(line.cell("region"))
    kind = _one_of("mandate", line.cell("mandate"), catalogue.get().mandate_kinds) if line.cell("mandate") else None
    body = _one_of("body", line.cell("body"), catalogue.get().bodies) if line.cell("body") else None
    row = mandates.enter(person, region=region, kind=kind, body=body)
    row.status = _one_of("status", line.cell("status"), catalogue.get().mandate_statuses) if line.cell("status") else row.status
    row.starts_on, row.ends_on = _day(line, "from") or row.starts_on, _day(line, "to") or row.ends_on
    if row.starts_on and row.ends_on and row.ends_on < row.starts_on:
        raise BadInput(field="to", value=line.cell("to"))
    _confirm(row, line.cell("confirmed_by"))


def _confirm(row: MandateRow, email: str) -> None:
    if not email or row.confirmed_at is not None:
        return
    confirmer = service.get_by_email(email)
    if not access.may_moderate(confirmer, [], [row.region_id] if row.region_id else []):
        raise BadInput(field="confirmed_by", value=email)
    mandates.confirm(row, confirmer)


def _enter_competences(person: PersonRow, line: Line) -> None:
    new = [_one_of("competences", word, catalogue.get().competences) for word in line.several("competences")]
    if new:
        mandates.set_competences(person, dict.fromkeys([*mandates.competence_slugs(person), *new]))


def _enter_role(person: PersonRow, line: Line) -> None:
    word = line.cell("role").lower()
    if word not in ROLES:
        raise _unknown("role", word, [], ("member", *(role.value for role in RoleKind)))
    kind, places = ROLES[word], [boards.get(text) for text in line.several("boards")]
    if places and kind is not RoleKind.MODERATOR:
        raise BadInput(field="boards", value=line.cell("boards"))
    if kind is not None:
        service.grant(person, kind, places)


def region_slug(text: str) -> str | None:
    """The slug of a region that was named by slug, plate or any of its names, None for "". Raises UnknownWord."""
    if not text:
        return None
    known = catalogue.get()
    name = known.find_name(text)
    if name is not None and name.region is not None:
        return name.region.slug
    same = [region for region in known.regions if text.casefold() in (region.label.casefold(), region.name.casefold())]
    if len(same) != 1 and known.find_region(text) is None:
        raise _unknown("region", text, [region.slug for region in same] or _near_regions(text))
    return same[0].slug if len(same) == 1 else text


def find_body(text: str) -> BodyInfo:
    """The body that was named by slug or name. Raises UnknownWord."""
    slug = _one_of("body", text, catalogue.get().bodies)
    return next(body for body in catalogue.get().bodies if body.slug == slug)


def _near_regions(text: str) -> list[str]:
    """What may be meant: regions that share the word as a plate, or are spelt like it."""
    known = catalogue.get()
    sharing = [region.slug for region in known.regions if text.upper() in region.plates]
    titles = {word.casefold(): region.slug for region in known.regions for word in (region.slug, region.label, region.name)}
    near = difflib.get_close_matches(text.casefold(), titles, _HINTS)
    return sharing or list(dict.fromkeys(titles[word] for word in near))


def _unknown(column: str, text: str, near: Sequence[str], possible: Sequence[str] = ()) -> UnknownWord:
    """The refusal with what may have been meant, else with all that is possible."""
    hint = f" ({', '.join(near[:_HINTS])}?)" if near else f" ({', '.join(possible)})" if possible else ""
    return UnknownWord(field=column, value=text, hint=hint)


class _Named(Protocol):
    @property
    def slug(self) -> str: ...


def _one_of(column: str, text: str, infos: Sequence[_Named]) -> str:
    """The slug of what a cell names by slug or title. Raises UnknownWord with what may be meant, or all there is."""
    titles: dict[str, str] = {}
    for info in infos:
        for title in (info.slug, *(getattr(info, field, "") for field in ("title", "short", "name"))):
            titles.setdefault(title.casefold(), info.slug)
    if text and text.casefold() in titles:
        return titles[text.casefold()]
    near = dict.fromkeys(titles[word] for word in difflib.get_close_matches(text.casefold(), titles, _HINTS))
    raise _unknown(column, text, list(near), [info.slug for info in infos])


def _day(line: Line, column: str) -> dt.date | None:
    text = line.cell(column)
    german = _GERMAN_DATE.fullmatch(text)
    try:
        if german:
            return dt.date(int(german[3]), int(german[2]), int(german[1]))
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput(field=column, value=text) from error
