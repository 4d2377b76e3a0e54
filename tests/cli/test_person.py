"""Anne is entered at the command line; who is entered twice, or with a word that means nothing, is refused in one sentence."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.core.db import transaction
from forum.core.journal import FactRow
from forum.people import access, login, mandates, service
from forum.people.models import RoleKind
from forum.places import boards
from tests.cli.conftest import Ratspost


def test_anne_is_entered_with_her_council(ratspost: Ratspost, store: Session) -> None:
    done = ratspost("person", "add", "Anne@Rat.Example", "--name", "Anne Muster", "--region", "bottrop")
    assert (done.exit_code, done.stdout) == (0, "Added Anne Muster as person 1, member.\n")
    anne = service.get_by_email("anne@rat.example")
    assert access.is_member(anne)
    assert not access.is_moderator(anne)
    seat = mandates.of(anne)[0]
    assert (seat.title, seat.body, seat.confirmed) == ("Ratsmitglied", "Rat Bottrop", False)


def test_each_kind_of_region_has_its_council(ratspost: Ratspost, store: Session) -> None:
    regions = ("UN", "staedteregion-aachen", "lvr", "lwl", "rvr", "nrw", "rb-arnsberg")
    words = [word for region in regions for word in ("--region", region)]
    done = ratspost("person", "add", "birol@rat.example", "--name", "Birol Beispiel", *words)
    assert done.exit_code == 0, done.stderr
    seats = mandates.of(service.get_by_email("birol@rat.example"))
    assert len(seats) == len(regions)


def test_carla_moderates_two_boards(ratspost: Ratspost, store: Session) -> None:
    boards_ = ("--for", "finanzen.un", "--for", "verkehr")
    done = ratspost("person", "add", "carla@rat.example", "--name", "Carla", "--role", "moderator", *boards_)
    assert "moderator for" in done.stdout
    carla = service.get_by_email("carla@rat.example")
    assert {(role.kind, role.topic_id, role.region_id) for role in carla.roles} == {
        (RoleKind.MODERATOR, board.topic and board.topic.id, board.region and board.region.id)
        for board in (boards.get("finanzen.kreis-unna"), boards.get("verkehr"))
    }


def test_an_admin_is_one_everywhere(ratspost: Ratspost, store: Session) -> None:
    assert ratspost("person", "add", "carla@rat.example", "--name", "Carla", "--role", "admin").exit_code == 0
    assert access.is_admin(service.get_by_email("carla@rat.example"))


def test_boards_go_with_moderators_only(ratspost: Ratspost) -> None:
    refused = ratspost("person", "add", "dora@rat.example", "--name", "Dora", "--for", "verkehr")
    assert refused.exit_code == 2
    assert "--role moderator" in refused.stderr


def test_twice_is_refused_and_changes_nothing(ratspost: Ratspost, store: Session) -> None:
    ratspost("person", "add", "anne@rat.example", "--name", "Anne")
    again = ratspost("person", "add", "ANNE@rat.example", "--name", "Another")
    assert again.exit_code == 1
    assert again.stderr == "Error: The address anne@rat.example already belongs to another person.\n"
    assert service.get_by_email("anne@rat.example").name == "Anne"


def test_an_unknown_region_enters_nobody(ratspost: Ratspost, store: Session) -> None:
    refused = ratspost("person", "add", "anne@rat.example", "--name", "Anne", "--region", "botrop")
    assert refused.exit_code == 1
    assert "bottrop" in refused.stderr
    assert service.find_by_email("anne@rat.example") is None


def test_anne_is_shut_out_and_let_in_again(ratspost: Ratspost, store: Session) -> None:
    ratspost("person", "add", "anne@rat.example", "--name", "Anne")
    with transaction():
        anne = service.get_by_email("anne@rat.example")
        browser, epoch = login.open_session(anne), anne.epoch
    done = ratspost("person", "lock", "anne@rat.example")
    assert (done.exit_code, done.stdout) == (0, "Anne is locked; sessions, login links and answer addresses have ended.\n")
    assert login.find_session(browser) is None
    assert ratspost("login-link", "anne@rat.example").exit_code == 1
    assert ratspost("person", "approve", "anne@rat.example").stdout == "Anne is approved.\n"
    assert login.find_session(browser) is None
    assert service.get_by_email("anne@rat.example").epoch > epoch
    assert ratspost("login-link", "anne@rat.example").exit_code == 0
    facts = [fact.refs["standing"] for fact in store.scalars(sa.select(FactRow).where(FactRow.kind == "person.standing"))]
    assert facts == ["locked", "approved"]


def test_answer_addresses_end_without_shutting_anybody_out(ratspost: Ratspost, store: Session) -> None:
    ratspost("person", "add", "anne@rat.example", "--name", "Anne")
    with transaction():
        anne = service.get_by_email("anne@rat.example")
        browser, epoch = login.open_session(anne), anne.epoch
    assert ratspost("person", "reset-tokens", "anne@rat.example").exit_code == 0
    anne = service.get_by_email("anne@rat.example")
    assert (anne.epoch, access.is_member(anne), login.find_session(browser)) == (epoch + 1, True, None)


def test_nobody_can_be_locked(ratspost: Ratspost) -> None:
    for word in ("lock", "approve", "reset-tokens"):
        refused = ratspost("person", word, "dora@fremd.example")
        assert (refused.exit_code, refused.stderr) == (1, "Error: Nobody is registered with the address dora@fremd.example.\n")
