"""Persons, their addresses and roles."""

from __future__ import annotations

import pytest

from forum.core.db import transaction
from forum.core.refusals import AddressTaken, BadAddress, BadInput
from forum.people import access, emails, service
from forum.people.models import RoleKind
from forum.places import boards, catalogue
from tests import cast
from tests.cast import ANNE, BIROL, Cast


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        (" Anne@Rat.Example ", "anne@rat.example"),
        ("<anne@rat.example>", "anne@rat.example"),
        ("jörg@bücher.example", "jörg@xn--bcher-kva.example"),
        ("x@dienst.test", "x@dienst.test"),
        ("x@host.localhost", "x@host.localhost"),
        ("x@host.invalid", "x@host.invalid"),
    ],
)
def test_an_address_has_one_form(written: str, canonical: str) -> None:
    assert emails.canonical(written) == canonical


@pytest.mark.parametrize(
    "text", ["", "anne", "anne@", "@rat.example", "a b@rat.example", "anne@rat..example", "a@b.example\nBcc: c"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadAddress):
        emails.canonical(text)
    assert emails.find_canonical(text) is None


def test_a_person_is_found_by_any_of_their_addresses(people: Cast) -> None:
    with transaction():
        service.add_address(cast.person(people.anne), "Privat@Zuhause.example")
    for email in (ANNE.upper(), "privat@zuhause.example"):
        found = service.find_by_email(email)
        assert found is not None
        assert found.id == people.anne
    assert service.delivery_email(cast.person(people.anne)) == ANNE


def test_an_address_belongs_to_one_person(people: Cast) -> None:
    with pytest.raises(AddressTaken), transaction():
        service.add_address(cast.person(people.anne), BIROL)


@pytest.mark.parametrize("name", ["", "  ", "x" * 121, "a@b.example", "Anne\u202eelpmaxE", "An\x00ne"])
def test_a_name_that_deceives_or_is_none_is_refused(people: Cast, name: str) -> None:
    with pytest.raises(BadInput), transaction():
        service.rename(cast.person(people.anne), name)


@pytest.mark.parametrize(
    ("role", "topic", "region", "may"),
    [
        ("rvr", "finanzen", "bottrop", True),
        ("rvr", "finanzen", "bonn", False),
        ("finanzen", "haushalt", "bonn", True),
        ("finanzen.rvr", "haushalt", "luenen", True),
        ("finanzen.rvr", "verkehr", "luenen", False),
        ("haushalt", "finanzen", "bonn", False),
    ],
)
def test_a_moderator_of_a_board_moderates_what_lies_in_it(people: Cast, role: str, topic: str, region: str, may: bool) -> None:
    with transaction():
        service.grant(cast.person(people.birol), RoleKind.MODERATOR, [boards.get(role)])
    known = catalogue.get()
    assert access.may_moderate(cast.person(people.birol), [known.topic(topic).id], [known.region(region).id]) is may


def test_an_admin_may_everywhere_a_member_nowhere(people: Cast) -> None:
    known = catalogue.get()
    place = [known.topic("finanzen").id], [known.region("bonn").id]
    assert access.may_moderate(cast.person(people.carla), *place)
    assert not access.may_moderate(cast.person(people.anne), *place)
    assert not access.may_moderate(None, *place)
