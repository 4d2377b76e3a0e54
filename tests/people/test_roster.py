"""A list of councillors as an office exports it: read in any encoding, entered line by line, again without harm."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from forum.core.db import transaction
from forum.core.refusals import Refused
from forum.people import access, mandates, roster, service
from forum.people.models import PersonRow, RoleKind

HEADER = "name;email;further_emails;region;mandate;body;status;from;to;confirmed_by;competences;role;boards"
ANNE = (
    "Änne Müller;anne@rat.example;anne@privat.example|a.mueller@fraktion.example;Bottrop;;;"
    "fraktion;01.11.2025;;;finanzen|Soziales;;"
)


def enter(text: str) -> list[roster.Entered]:
    with transaction():
        return [roster.enter(line) for line in roster.read(text.encode())]


def fault(text: str) -> str:
    with pytest.raises(Refused) as refused:
        enter(text)
    return refused.value.sentence("en")


def person(email: str) -> PersonRow:
    return service.get_by_email(email)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_files_as_spreadsheets_write_them(encoding: str, separator: str, end: str) -> None:
    lines = ['name;email', 'Änne Müller;anne@rat.example', '', '"Groß; Birol";birol@rat.example']
    text = end.join(lines[:2]).replace(";", separator) + end + end + lines[3].replace('";', f'"{separator}')
    found = roster.read(text.encode(encoding))
    assert [line.cells for line in found] == [
        {"name": "Änne Müller", "email": "anne@rat.example"},
        {"name": "Groß; Birol", "email": "birol@rat.example"},
    ]
    assert [line.number for line in found] == [2, 4]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "“name” is missing"),
        (b"name;mail\n", "“email” is missing"),
        (b"name;email;phone\n", "no column “phone”"),
        (b"name;email\n\"offen;anne@x.example\n", "line 2"),
        (b"PK\x03\x04\x00\x00", "CSV UTF-8"),
        ("name;email\n".encode("utf-16"), "CSV UTF-8"),
    ],
)  # fmt: skip
def test_files_that_are_none(content: bytes, why: str) -> None:
    with pytest.raises(roster.BadRoster, match=why):
        roster.read(content)


def test_a_line_gives_a_person_with_all_that_stands_in_it(store: Session) -> None:
    entered = enter(f"{HEADER}\n{ANNE}")
    assert [one.is_new for one in entered] == [True]
    anne = person("a.mueller@fraktion.example")
    assert (anne.name, service.delivery_email(anne)) == ("Änne Müller", "anne@rat.example")
    seat = mandates.of(anne)[0]
    assert (seat.body, seat.status, seat.starts_on, seat.ends_on, seat.confirmed) == (
        "Rat Bottrop", "fraktion", dt.date(2025, 11, 1), None, False,
    )  # fmt: skip
    assert mandates.competence_slugs(anne) == ["finanzen", "soziales"]
    assert not access.is_moderator(anne)


def test_again_changes_nothing_and_another_line_adds(store: Session) -> None:
    enter(f"{HEADER}\n{ANNE}")
    again = enter(f"{HEADER}\n{ANNE}\nAnne M.;a.mueller@fraktion.example;neu@x.example;Kreis Unna;;;;;2026-12-31;;verkehr;;")
    assert [one.is_new for one in again] == [False, False]
    anne = person("neu@x.example")
    assert (anne.name, len(anne.addresses), service.delivery_email(anne)) == ("Änne Müller", 4, "anne@rat.example")
    assert [(seat.body, seat.ends_on) for seat in mandates.of(anne)] == [
        ("Rat Bottrop", None), ("Kreistag Kreis Unna", dt.date(2026, 12, 31)),
    ]  # fmt: skip
    assert mandates.competence_slugs(anne) == ["finanzen", "verkehr", "soziales"]


def test_roles_and_who_confirms(store: Session) -> None:
    enter(f"{HEADER}\nCarla;carla@x.example;;;;;;;;;;admin;")
    lines = (
        "Emil;emil@x.example;;;;;;;;;;moderator;finanzen.un,verkehr",
        "Anne;anne@x.example;;UN;;;;;;carla@x.example;;member;",
    )
    enter("\n".join([HEADER, *lines]))
    assert [(role.kind, bool(role.region_id)) for role in person("emil@x.example").roles] == [
        (RoleKind.MODERATOR, True), (RoleKind.MODERATOR, False),
    ]  # fmt: skip
    assert access.is_admin(person("carla@x.example"))
    assert mandates.shown_for(person("anne@x.example")) == "Kreistag Kreis Unna"


def test_a_moderator_of_elsewhere_cannot_vouch(store: Session) -> None:
    enter(f"{HEADER}\nEmil;emil@x.example;;;;;;;;;;moderator;hamm")
    vouched = f"{HEADER}\nAnne;anne@x.example;;UN;;;;;;emil@x.example;;;"
    assert fault(vouched) == "confirmed_by: “emil@x.example” is not possible here."


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (";anne@x.example;;;;;;;;;;;", "Name: “” is not possible here."),
        ("Anne;anne at x;;;;;;;;;;;", "“anne at x” is not a valid e-mail address."),
        ("Anne;anne@x.example;;Botrop;;;;;;;;;", "region: “Botrop” is not known. (bottrop, "),
        ("Anne;anne@x.example;;bottrop;König;;;;;;;;", "mandate: “König” is not known. (ratsmitglied, "),
        ("Anne;anne@x.example;;bottrop;Ratsmitgleid;;;;;;;;", "mandate: “Ratsmitgleid” is not known. (ratsmitglied"),
        ("Anne;anne@x.example;;bottrop;;Senat;;;;;;;", "body: “Senat” is not known. ("),
        ("Anne;anne@x.example;;bottrop;;;partei;;;;;;", "status: “partei” is not known. (fraktion, gruppe, einzel, keine)"),
        ("Anne;anne@x.example;;bottrop;;;;31.02.2025;;;;;", "from: “31.02.2025” is not possible here."),
        ("Anne;anne@x.example;;bottrop;;;;2025-11-01;2025-10-01;;;;", "to: “2025-10-01” is not possible here."),
        ("Anne;anne@x.example;;;;;;;;;singen;;", "competences: “singen” is not known. ("),
        ("Anne;anne@x.example;;;;;;;;;Verkher;;", "competences: “Verkher” is not known. (verkehr?)"),
        ("Anne;anne@x.example;;;;;;;;;;Chefin;", "role: “chefin” is not known. (member, moderator, admin)"),
        ("Anne;anne@x.example;;;;;;;;;;;verkehr", "boards: “verkehr” is not possible here."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(store: Session, line: str, why: str) -> None:
    assert fault(f"{HEADER}\n{line}").startswith(why)


def test_addresses_of_two_people_are_not_thrown_together(store: Session) -> None:
    enter(f"{HEADER}\nAnne;anne@x.example;;;;;;;;;;;\nBirol;birol@x.example;;;;;;;;;;;")
    assert "already belongs to another person" in fault(f"{HEADER}\nAnne;anne@x.example;birol@x.example;;;;;;;;;;")
