"""Groups at the command line: opened, filled, shown; and an export with a group's threads comes back by commands alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session

from forum.cli import make_cli
from forum.config import Config
from forum.core.db import db
from forum.main import build
from forum.people import groups, service
from forum.threads import lists
from tests.cast import ANNE, BIROL, CARLA, Cast, post_by
from tests.cli.conftest import Ratspost
from tests.stores import Stores


def test_opened_filled_and_left(ratspost: Ratspost, store: Session, people: Cast) -> None:
    done = ratspost("group", "add", "vorstand", "--name", "Vorstand der Fraktion")
    assert (done.exit_code, done.stdout) == (0, "Added the group Vorstand der Fraktion, gruppe-vorstand@.\n")
    assert ratspost("group", "join", "vorstand", ANNE, BIROL).stdout == "Vorstand der Fraktion has 2 members.\n"
    assert ratspost("group", "join", "vorstand", ANNE).stdout == "Vorstand der Fraktion has 2 members.\n"
    assert ratspost("group", "show", "vorstand").stdout == f"{ANNE}  Anne Muster\n{BIROL}  Birol Beispiel\n"
    left = ratspost("group", "leave", "vorstand", BIROL, CARLA)
    assert left.stdout == "Birol Beispiel left.\nCarla Probe was not on the list.\nVorstand der Fraktion has 1 member.\n"
    assert not groups.contains(groups.get("vorstand").id, people.birol)
    assert ratspost("group", "list").stdout.split() == ["vorstand", "1", "Vorstand", "der", "Fraktion"]


def test_a_body_brings_its_own_members(ratspost: Ratspost, store: Session, people: Cast) -> None:
    done = ratspost("group", "add", "rat-bottrop", "--name", "Rat Bottrop", "--body", "rat", "--region", "bottrop")
    assert done.stdout == "Added the group Rat Bottrop, gruppe-rat-bottrop@, 1 member.\n"
    left = ratspost("group", "leave", "rat-bottrop", ANNE)
    assert "Anne Muster was not on the list. Their mandate still lets them in." in left.stdout
    assert json.loads(ratspost("group", "list", "--json").stdout) == [
        {"slug": "rat-bottrop", "name": "Rat Bottrop", "body": "rat", "region": "bottrop", "members": 1}
    ]


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("add", "Vorstand!", "--name", "V"), 1, "“Vorstand!” is not possible here"),
        (("add", "vorstand", "--name", "V", "--region", "bottrop"), 2, "--region goes with --body"),
        (("add", "vorstand", "--name", "V", "--body", "kreistga"), 1, "body: “kreistga” is not known. (kreistag"),
        (("join", "geheim", ANNE), 1, "There is no board “gruppe-geheim”."),
        (("show", "geheim"), 1, "There is no board “gruppe-geheim”."),
    ],
)
def test_what_is_wrong_is_said(ratspost: Ratspost, people: Cast, words: tuple[str, ...], code: int, why: str) -> None:
    refused = ratspost("group", *words)
    assert refused.exit_code == code
    assert why in refused.stderr


def test_one_unknown_person_and_nobody_joins(ratspost: Ratspost, store: Session, people: Cast) -> None:
    ratspost("group", "add", "vorstand", "--name", "Vorstand")
    assert ratspost("group", "join", "vorstand", ANNE, "dora@fremd.example").exit_code == 1
    assert ratspost("group", "show", "vorstand").stdout == ""


@pytest.fixture
def elsewhere(stores: Stores, config: Config, tmp_path: Path) -> Iterator[Flask]:
    """Another house without people, groups or threads."""
    other = tmp_path / "other"
    other.mkdir()
    url = stores.seeded(other) if config.embedded else stores.empty(other)
    house = build(Config.from_env(
        {"RATSPOST_DATA": str(other), "RATSPOST_DATABASE_URL": url, "RATSPOST_SECRET_KEY": "other" * 8}
    ))  # fmt: skip
    yield house
    with house.app_context():
        db.session.remove()
        db.engine.dispose()


def test_export_groups_first_import(
    ratspost: Ratspost, store: Session, people: Cast, elsewhere: Flask, tmp_path: Path
) -> None:
    ratspost("group", "add", "vorstand", "--name", "Vorstand")
    ratspost("group", "join", "vorstand", ANNE, BIROL)
    post_by(people.birol, answers=post_by(people.anne, "Personal", "Vertraulich.", group="vorstand"))
    post_by(people.anne, "Hebesätze")
    out = tmp_path / "all.mbox"
    assert "1 threads in it belong to closed groups" in ratspost("export", "mbox", str(out)).stdout
    listed = json.loads(ratspost("group", "list", "--json").stdout)

    def there(*words: str) -> str:
        done = CliRunner().invoke(make_cli(lambda *, demo=False: elsewhere), list(words))
        assert done.exit_code == 0, done.stderr
        return done.stdout

    db.session.rollback()
    there("db", "upgrade")
    for one in listed:
        there("group", "add", one["slug"], "--name", one["name"])
    for name, email in (("Anne", ANNE), ("Carla", CARLA)):
        there("person", "add", email, "--name", name)
    there("group", "join", "vorstand", ANNE)
    assert "3 added, 0 known already, 0 skipped; 2 new threads" in there("import", "mbox", str(out), "--board", "allgemein")
    with elsewhere.app_context():
        assert lists.newest(service.get_by_email(ANNE)).total == 2
        assert lists.newest(service.get_by_email(CARLA)).total == 1
        again = tmp_path / "again.mbox"
    assert "1 threads in it belong to closed groups" in there("export", "mbox", str(again))
